using Microsoft.Extensions.Logging;

namespace DatasetAdmin.Core.Alerts;

internal static partial class AlertsLog
{
    [LoggerMessage(LogLevel.Information, "Alert {AlertKey} ({AlertKind}): {AlertState}; put into the outbox")]
    public static partial void Notified(ILogger logger, string alertKey, AlertKind alertKind, AlertState alertState);

    [LoggerMessage(LogLevel.Information, "Alert message {MessageId} was sent by {Channel} to {Target}: {AlertKey}")]
    public static partial void Sent(ILogger logger, Guid messageId, AlertChannelKind channel, string target, string? alertKey);

    [LoggerMessage(LogLevel.Warning, "Alert message {MessageId} couldn't be sent by {Channel} to {Target}: {AlertKey}, attempt {Attempt}, again {Again}: {Reason}")]
    public static partial void NotSent(ILogger logger, Guid messageId, AlertChannelKind channel, string target, string? alertKey, int attempt, string again, string reason);

    [LoggerMessage(LogLevel.Warning, "Days and datasets can't be looked at, so their alerts stay as they are: {Reason}")]
    public static partial void NotLooked(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Error, "The alerts can't be reviewed or sent; this is tried again every minute")]
    public static partial void Failing(ILogger logger, Exception exception);
}
