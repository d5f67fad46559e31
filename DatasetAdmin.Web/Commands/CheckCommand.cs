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
                var (outcome, report) = await CommandSession.WithProgressAsync(
                    services, () => services.GetRequiredService<MonthCheck>().CheckAsync(month, deep, RunTrigger.CommandLine, Environment.UserName, token));
                foreach (var finding in report?.Findings ?? [])
                {
                    Console.WriteLine($"{finding.Problem.ToString().ToLowerInvariant()}  {finding.Key}  {finding.Detail}");
                }

                return CommandSession.Report(month.ToString(), outcome);
            },
            cancellationToken);
}
