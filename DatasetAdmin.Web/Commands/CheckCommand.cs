using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;

namespace DatasetAdmin.Web.Commands;

internal static class CheckCommand
{
    public static Task<int> RunAsync(Month month, bool deep, bool verbose, CancellationToken cancellationToken) =>
        CommandSession.RunAsync(
            verbose,
            async (services, token) =>
            {
                var check = services.GetRequiredService<IntegrityCheck>();
                IntegrityReport? report = null;
                var outcome = await CommandSession.WithProgressAsync(services, () => services.GetRequiredService<RunExecutor>().ExecuteAsync(
                    new(RunKind.Check, $"check/{month}", RunTrigger.CommandLine, Environment.UserName),
                    async (run, inner) =>
                    {
                        report = await check.CheckAsync(month, deep, run.Progress, inner);
                        var summary = $"{report.Checked} images checked{(deep ? " and hashed" : "")}: {Count(report, IntegrityProblem.Missing)} missing, {Count(report, IntegrityProblem.Changed)} changed, {Count(report, IntegrityProblem.Foreign)} foreign.";
                        return new RunEnd(report.IsSound ? RunStatus.Succeeded : RunStatus.Failed, summary);
                    },
                    token));
                foreach (var finding in report?.Findings ?? [])
                {
                    Console.WriteLine($"{finding.Problem.ToString().ToLowerInvariant()}  {finding.Key}  {finding.Detail}");
                }

                return CommandSession.Report(month.ToString(), outcome);
            },
            cancellationToken);

    private static int Count(IntegrityReport report, IntegrityProblem problem) => report.Findings.Count(finding => finding.Problem == problem);
}
