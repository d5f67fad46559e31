using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Web.Commands;

internal static class CollectCommand
{
    public static Task<int> RunAsync(DateOnly first, DateOnly? last, bool verbose, CancellationToken cancellationToken) =>
        CommandSession.RunAsync(
            verbose,
            async (services, token) =>
            {
                await services.GetRequiredService<IPredictionSource>().CheckAsync(token);
                var days = services.GetRequiredService<DayCollection>();
                var worst = ExitCode.Done;
                for (var day = first; day <= (last ?? first); day = day.AddDays(1))
                {
                    // Stopped between two runs: what is left isn't done, so this isn't a success.
                    token.ThrowIfCancellationRequested();
                    var outcome = await CommandSession.WithProgressAsync(
                        services, () => days.CollectAsync(day, RunTrigger.CommandLine, Environment.UserName, token));
                    var code = CommandSession.Report(ObjectKeys.DayText(day), outcome);
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
