using System.Collections.Concurrent;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Web.Commands;

internal static class CollectCommand
{
    public static Task<int> RunAsync(DateOnly first, DateOnly? last, bool verbose, CancellationToken cancellationToken) =>
        CommandSession.RunAsync(
            verbose,
            async (services, token) =>
            {
                await services.GetRequiredService<IPredictionSource>().CheckAsync(token);
                var days = Enumerable.Range(0, (last ?? first).DayNumber - first.DayNumber + 1).Select(first.AddDays);
                var outcomes = await CommandSession.WithProgressAsync(services, () => CollectAsync(services, days, token));
                return Report(outcomes, token);
            },
            cancellationToken);

    /// <summary>Several days at once, as many as a web process would take; none after a fault that the next days would meet as well.</summary>
    private static async Task<IReadOnlyDictionary<DateOnly, RunOutcome>> CollectAsync(IServiceProvider services, IEnumerable<DateOnly> days, CancellationToken cancellationToken)
    {
        var collection = services.GetRequiredService<DayCollection>();
        var outcomes = new ConcurrentDictionary<DateOnly, RunOutcome>();
        var atOnce = Math.Max(1, services.GetRequiredService<IOptions<RunsOptions>>().Value.Concurrency);
        await Parallel.ForEachAsync(
            days,
            new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = CancellationToken.None },
            async (day, _) =>
            {
                if (!cancellationToken.IsCancellationRequested && !outcomes.Values.Any(IsLast))
                {
                    outcomes[day] = await collection.CollectAsync(day, RunTrigger.CommandLine, Environment.UserName, cancellationToken);
                }
            });
        return outcomes;
    }

    private static bool IsLast(RunOutcome outcome) => ExitCode.Of(outcome) == ExitCode.BadConfiguration || IsCancelled(outcome);

    private static bool IsCancelled(RunOutcome outcome) => outcome.Run?.Status == RunStatus.Cancelled;

    /// <summary>A line for each day, of those that were cancelled together only for the first; the first that isn't done gives the exit code.</summary>
    private static int Report(IReadOnlyDictionary<DateOnly, RunOutcome> outcomes, CancellationToken cancellationToken)
    {
        if (!outcomes.Values.Any(IsCancelled))
        {
            // Stopped between two runs: what is left isn't done, so this isn't a success.
            cancellationToken.ThrowIfCancellationRequested();
        }

        var worst = ExitCode.Done;
        var seen = false;
        foreach (var (day, outcome) in outcomes.OrderBy(item => item.Key).Where(item => !IsCancelled(item.Value) || !seen))
        {
            var code = CommandSession.Report(ObjectKeys.DayText(day), outcome);
            worst = worst == ExitCode.Done ? code : worst;
            seen |= IsCancelled(outcome);
        }

        return worst;
    }
}
