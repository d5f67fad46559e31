using DatasetAdmin.Core.Runs;

namespace DatasetAdmin.Web.Commands;

internal static class CancelCommand
{
    /// <param name="run">A run's id, or the target of an open run.</param>
    public static Task<int> RunAsync(string run, bool verbose, CancellationToken cancellationToken) =>
        CommandSession.RunAsync(
            verbose,
            async (services, token) =>
            {
                var store = services.GetRequiredService<RunStore>();
                var found = Guid.TryParse(run, out var id) ? await store.FindOrNullAsync(id, token) : await store.FindOpenOrNullAsync(run, token);
                if (found is null)
                {
                    CommandSession.WriteError($"'{run}' is neither the id of a run nor the target of an open one: write one of those that 'status' shows, such as 2026-11-06 or verified/2026-10.");
                    return ExitCode.BadConfiguration;
                }

                if (!await services.GetRequiredService<RunQueue>().CancelAsync(found.Id, Environment.UserName, token))
                {
                    CommandSession.WriteError($"{found.Target}: this run has ended already, {found.Status.ToString().ToLowerInvariant()}.");
                    return ExitCode.Failed;
                }

                Console.WriteLine(found.Status == RunStatus.Requested ? $"{found.Target}: cancelled." : $"{found.Target}: {found.Process} is told to stop.");
                return ExitCode.Done;
            },
            cancellationToken);
}
