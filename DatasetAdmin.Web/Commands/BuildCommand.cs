using DatasetAdmin.Core.Building;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;

namespace DatasetAdmin.Web.Commands;

internal static class BuildCommand
{
    public static Task<int> RunAsync(Month month, DatasetKind? kind, bool allowDrops, bool verbose, CancellationToken cancellationToken) =>
        CommandSession.RunAsync(
            verbose,
            async (services, token) =>
            {
                await services.GetRequiredService<IPredictionSource>().CheckAsync(token);
                var months = services.GetRequiredService<MonthBuild>();
                var worst = ExitCode.Done;
                foreach (var item in kind is { } only ? [only] : DatasetKinds.All)
                {
                    // Stopped between two runs: what is left isn't done, so this isn't a success.
                    token.ThrowIfCancellationRequested();
                    var outcome = await CommandSession.WithProgressAsync(
                        services, () => months.BuildAsync(month, item, allowDrops, RunTrigger.CommandLine, Environment.UserName, token));
                    var code = CommandSession.Report($"{item.Name()}/{month}", outcome);
                    worst = worst == ExitCode.Done ? code : worst;
                    if (code == ExitCode.BadConfiguration || outcome.Run?.Status == RunStatus.Cancelled)
                    {
                        break;
                    }
                }

                return worst;
            },
            cancellationToken);
}
