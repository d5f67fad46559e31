using Microsoft.Extensions.Logging;

namespace DatasetAdmin.Core.Scheduling;

internal static partial class ScheduleLog
{
    [LoggerMessage(LogLevel.Information, "The schedule requested {Runs} runs for {Job} {Slot}")]
    public static partial void Requested(ILogger logger, ScheduledJob job, string slot, int runs);

    [LoggerMessage(LogLevel.Information, "The schedule requested {Target} again, which isn't done yet")]
    public static partial void RequestedAgain(ILogger logger, string target);

    [LoggerMessage(LogLevel.Information, "{Job} was paused by {RequestedBy}")]
    public static partial void Paused(ILogger logger, ScheduledJob job, string? requestedBy);

    [LoggerMessage(LogLevel.Information, "{Job} was resumed by {RequestedBy}")]
    public static partial void Resumed(ILogger logger, ScheduledJob job, string? requestedBy);
}
