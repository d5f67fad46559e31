using DatasetAdmin.Core.Scheduling;

namespace DatasetAdmin.Web.Commands;

internal static class PauseCommand
{
    public static Task<int> RunAsync(ScheduledJob job, bool isPause, bool verbose, CancellationToken cancellationToken) =>
        CommandSession.RunAsync(
            verbose,
            async (services, token) =>
            {
                var schedule = services.GetRequiredService<JobSchedule>();
                await (isPause ? schedule.PauseAsync(job, Environment.UserName, token) : schedule.ResumeAsync(job, Environment.UserName, token));
                Console.WriteLine(isPause ? $"{job} is paused. 'resume {job}' ends that." : $"{job} is resumed.");
                return ExitCode.Done;
            },
            cancellationToken);
}
