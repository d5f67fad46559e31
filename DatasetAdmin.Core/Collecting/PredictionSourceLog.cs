using Microsoft.Extensions.Logging;

namespace DatasetAdmin.Core.Collecting;

internal static partial class PredictionSourceLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Reading predictions from {Table}, which has the columns {Columns}.")]
    public static partial void TableFound(this ILogger logger, string table, string columns);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reading {Table} failed at attempt {Attempt} and is tried again in {Pause}.")]
    public static partial void Retrying(this ILogger logger, string table, int attempt, TimeSpan pause, Exception? exception);
}
