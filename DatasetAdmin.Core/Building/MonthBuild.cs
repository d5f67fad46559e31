using System.Globalization;
using System.Runtime.ExceptionServices;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Classes;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Core.Building;

/// <summary>
/// Builds a month's dataset as a run, after making sure that its days are collected: what the schedule, the site and the
/// command line call.
/// </summary>
public sealed class MonthBuild(
    RunExecutor runs,
    DayCollection days,
    DayCollector collector,
    DatasetBuilder builder,
    IPredictionSource source,
    FaceClasses classes,
    ImageListStore lists,
    Buckets buckets,
    TimeProvider time) : IRunJob
{
    RunKind IRunJob.Kind => RunKind.BuildDataset;

    /// <summary>The request of a month's build, for the queue.</summary>
    /// <param name="allowDrops">A person said that the build may drop more than the configured share.</param>
    public static RunRequest Request(Month month, DatasetKind kind, RunTrigger trigger, string? requestedBy = null, bool allowDrops = false) =>
        new(RunKind.BuildDataset, $"{kind.Name()}/{month}", trigger, requestedBy, allowDrops);

    /// <summary>Builds one kind unless another run is at it; see <see cref="RunExecutor.ExecuteAsync"/> for how that ends.</summary>
    /// <param name="allowDrops">A person said that the build may drop more than the configured share.</param>
    public Task<RunOutcome> BuildAsync(Month month, DatasetKind kind, bool allowDrops, RunTrigger trigger, string? requestedBy, CancellationToken cancellationToken) =>
        runs.ExecuteAsync(
            Request(month, kind, trigger, requestedBy, allowDrops),
            (run, token) => BuildAsync(month, kind, allowDrops, run, trigger, requestedBy, token),
            cancellationToken);

    /// <summary>The dry run of a build; see <see cref="DatasetBuilder.PreviewAsync"/>.</summary>
    /// <exception cref="BuildException">Something must be changed first.</exception>
    public async Task<BuildPreview> PreviewAsync(Month month, DatasetKind kind, RunProgress progress, CancellationToken cancellationToken)
    {
        progress.Begin("looking for days to collect");
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var counts = await source.CountByDayAsync(month.FirstDay, month.LastDay, cancellationToken);
        List<DateOnly> due = [];
        foreach (var day in month.Days.Where(day => day < today))
        {
            if (await IsDueAsync(day, counts.GetValueOrDefault(day), cancellationToken))
            {
                due.Add(day);
            }
        }

        return await builder.PreviewAsync(month, kind, progress, cancellationToken) with { DaysToCollect = due };
    }

    Task<RunEnd> IRunJob.RunAsync(Run run, RunContext context, CancellationToken cancellationToken) =>
        run.Target.Split('/') is [var name, var month] && DatasetKinds.TryParse(name, out var kind)
            ? BuildAsync(Month.Parse(month), kind, run.AllowDrops, context, run.Trigger, run.RequestedBy, cancellationToken)
            : throw new FormatException($"'{run.Target}' is no dataset: its target is written like verified/2026-10.");

    private async Task<RunEnd> BuildAsync(
        Month month, DatasetKind kind, bool allowDrops, RunContext run, RunTrigger trigger, string? requestedBy, CancellationToken cancellationToken)
    {
        await CollectMissingDaysAsync(month, run, trigger, requestedBy, cancellationToken);
        return Describe(await builder.BuildAsync(month, kind, allowDrops, run, cancellationToken));
    }

    private async Task CollectMissingDaysAsync(Month month, RunContext run, RunTrigger trigger, string? requestedBy, CancellationToken cancellationToken)
    {
        run.Progress.Begin("looking for days to collect", month.Days.Count());
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var counts = await source.CountByDayAsync(month.FirstDay, month.LastDay, cancellationToken);
        foreach (var day in month.Days.Where(day => day < today))
        {
            while (await IsDueAsync(day, counts.GetValueOrDefault(day), cancellationToken))
            {
                var outcome = await days.CollectAsync(day, trigger, requestedBy, cancellationToken);
                if (outcome.Run?.Status == RunStatus.Cancelled && !cancellationToken.IsCancellationRequested)
                {
                    throw new BuildException(string.Create(CultureInfo.InvariantCulture, $"The collection of {day:yyyy-MM-dd} was cancelled, and without that day the month isn't whole. Build again when it may be collected."));
                }

                if (outcome.Fault is not null)
                {
                    ExceptionDispatchInfo.Throw(outcome.Fault);
                }

                if (!outcome.IsBusy)
                {
                    run.Progress.Note(RunEventLevel.Information, string.Create(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd}: {outcome.Run?.Result}"));
                    break;
                }

                // Another process collects it: what it does is as good as what we would do.
                await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
            }

            run.Progress.Advance();
        }
    }

    // A day without a manifest, one whose row count has moved, and one whose last collection died before it had cleaned up.
    // Photos that had no known class may have one now.
    private async Task<bool> IsDueAsync(DateOnly day, long predictions, CancellationToken cancellationToken) =>
        !await EarlierDays.IsEarlierAsync(buckets.Artifacts, day, cancellationToken)
        && (await CandidateManifest.ReadOrNullAsync(buckets.Artifacts, day, cancellationToken) is not { } manifest
            || manifest.Totals.Predictions != predictions
            || await collector.HasLeftoversAsync(manifest, cancellationToken)
            || (manifest.Rejections.ContainsKey(RejectionReason.UnknownClass.Name()) && await HasNewClassAsync(manifest, cancellationToken)));

    private async Task<bool> HasNewClassAsync(CandidateManifest manifest, CancellationToken cancellationToken)
    {
        using var database = lists.CreateDatabase();
        var list = ListDatabase.Quote(await lists.FetchAsync(manifest.RejectedFile, cancellationToken));
        var ids = database.Rows(
            $"SELECT DISTINCT prediction_id FROM read_parquet('{list}') WHERE reason = '{RejectionReason.UnknownClass.Name()}'", row => row.GetString(0));
        foreach (var chunk in ids.Chunk(1000))
        {
            await foreach (var prediction in source.ReadByIdsAsync(chunk, cancellationToken))
            {
                if (classes.FindOrNull(prediction.StyleId) is not null)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static RunEnd Describe(BuildResult result)
    {
        var changes = string.Create(
            CultureInfo.InvariantCulture, $"{result.Changes.Added} added, {result.Changes.Removed} removed, {result.Changes.Relabelled} relabelled");
        return result.Outcome switch
        {
            BuildOutcome.Built => RunEnd.Succeeded($"Built {result.Version}: {changes}."),
            BuildOutcome.Unchanged => RunEnd.Succeeded($"Nothing has changed: {result.Version} stays."),
            _ => RunEnd.Blocked(result.Reason!),
        };
    }
}
