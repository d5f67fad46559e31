using Coravel;

namespace DatasetAdmin.Web.Jobs;

internal static partial class ScheduleJobs
{
    /// <summary>Begins to follow the schedule once the site runs.</summary>
    public static void UseSchedule(this IServiceProvider services)
    {
        var logger = services.GetRequiredService<ILogger<CatchUpJob>>();
        services
            .UseScheduler(scheduler => scheduler.Schedule<CatchUpJob>().EveryMinute().RunOnceAtStart().PreventOverlapping(nameof(CatchUpJob)))
            .OnError(exception => LogFailed(logger, exception));
    }

    [LoggerMessage(LogLevel.Error, "A scheduled job couldn't be started")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
