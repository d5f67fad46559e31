using System.Globalization;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Core.Collecting;

/// <summary>Collects a day as a run: what the schedule, the site, the command line and a build call.</summary>
public sealed class DayCollection(RunExecutor runs, DayCollector collector) : IRunJob
{
    public RunKind Kind => RunKind.CollectDay;

    /// <summary>The request of a day's collection, for the queue.</summary>
    public static RunRequest Request(DateOnly day, RunTrigger trigger, string? requestedBy = null) =>
        new(RunKind.CollectDay, ObjectKeys.DayText(day), trigger, requestedBy);

    /// <summary>Collects a day unless another run is at it; see <see cref="RunExecutor.ExecuteAsync"/> for how that ends.</summary>
    public Task<RunOutcome> CollectAsync(DateOnly day, RunTrigger trigger, string? requestedBy, CancellationToken cancellationToken) =>
        runs.ExecuteAsync(
            Request(day, trigger, requestedBy),
            (run, token) => CollectAsync(day, run, token),
            cancellationToken);

    public Task<RunEnd> RunAsync(Run run, RunContext context, CancellationToken cancellationToken) =>
        CollectAsync(DateOnly.ParseExact(run.Target, "yyyy-MM-dd", CultureInfo.InvariantCulture), context, cancellationToken);

    private async Task<RunEnd> CollectAsync(DateOnly day, RunContext run, CancellationToken cancellationToken) =>
        RunEnd.Succeeded(Summary(await collector.CollectAsync(day, run, cancellationToken)));

    private static string Summary(DayResult result) => result switch
    {
        { Outcome: DayOutcome.EarlierSystem } => "Collected by the earlier system; left as it is.",
        { Outcome: DayOutcome.Unchanged, Manifest.Totals: var totals } => $"Nothing has changed: {Counts(totals)}.",
        { Manifest.Totals: var totals } => $"Collected {Counts(totals)}.",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Counts(DayTotals totals) => string.Create(
        CultureInfo.InvariantCulture,
        $"{totals.Predictions} predictions, {totals.Photos} photos: {totals.Images} images ({totals.VerifiedImages} verified), {totals.Rejected} rejected");
}
