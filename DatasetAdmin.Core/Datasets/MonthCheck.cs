using DatasetAdmin.Core.Runs;

namespace DatasetAdmin.Core.Datasets;

/// <summary>Checks a month as a run: what the site and the command line call.</summary>
public sealed class MonthCheck(RunExecutor runs, IntegrityCheck check) : IRunJob
{
    private const int MostNoted = 100;

    private const string Deep = "/deep";

    RunKind IRunJob.Kind => RunKind.Check;

    /// <summary>The request of a month's check, for the queue.</summary>
    /// <param name="deep">Reads and hashes every object.</param>
    public static RunRequest Request(Month month, bool deep, RunTrigger trigger, string? requestedBy = null) =>
        new(RunKind.Check, $"check/{month}{(deep ? Deep : "")}", trigger, requestedBy);

    /// <summary>Checks a month; see <see cref="RunExecutor.ExecuteAsync"/> for how that ends. The report is null where it didn't come so far.</summary>
    public async Task<(RunOutcome Outcome, IntegrityReport? Report)> CheckAsync(
        Month month, bool deep, RunTrigger trigger, string? requestedBy, CancellationToken cancellationToken)
    {
        IntegrityReport? report = null;
        var outcome = await runs.ExecuteAsync(
            Request(month, deep, trigger, requestedBy),
            async (run, token) => Describe(report = await check.CheckAsync(month, deep, run.Progress, token), deep, run.Progress),
            cancellationToken);
        return (outcome, report);
    }

    async Task<RunEnd> IRunJob.RunAsync(Run run, RunContext context, CancellationToken cancellationToken)
    {
        var deep = run.Target.EndsWith(Deep, StringComparison.Ordinal);
        var month = Month.Parse(run.Target["check/".Length..^(deep ? Deep.Length : 0)]);
        return Describe(await check.CheckAsync(month, deep, context.Progress, cancellationToken), deep, context.Progress);
    }

    private static RunEnd Describe(IntegrityReport report, bool deep, RunProgress progress)
    {
        foreach (var finding in report.Findings.Take(MostNoted))
        {
            progress.Note(RunEventLevel.Error, $"{finding.Key}: {finding.Detail}");
        }

        int Count(IntegrityProblem problem) => report.Findings.Count(finding => finding.Problem == problem);
        return new(
            report.IsSound ? RunStatus.Succeeded : RunStatus.Failed,
            $"{report.Checked} images checked{(deep ? " and hashed" : "")}: {Count(IntegrityProblem.Missing)} missing, {Count(IntegrityProblem.Changed)} changed, {Count(IntegrityProblem.Foreign)} foreign.");
    }
}
