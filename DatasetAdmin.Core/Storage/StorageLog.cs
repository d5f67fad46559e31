using Microsoft.Extensions.Logging;

namespace DatasetAdmin.Core.Storage;

internal static partial class StorageLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Operation} at the object store {Endpoint} failed {Failures} time(s), again in {Pause}: {Reason}")]
    public static partial void Retrying(ILogger logger, string operation, string endpoint, int failures, TimeSpan pause, string reason);

    [LoggerMessage(2, LogLevel.Information, "The bucket {Bucket} is ready; the store enforces conditional writes: {HonoursConditions}")]
    public static partial void Ready(ILogger logger, string bucket, bool honoursConditions);

    [LoggerMessage(3, LogLevel.Information, "The bucket {Bucket} was missing and has been created")]
    public static partial void Created(ILogger logger, string bucket);

    [LoggerMessage(4, LogLevel.Warning, "Conditional writes don't hold in the bucket {Bucket} ({Reason}): two programs that write at the same instant could overwrite each other, so run only one")]
    public static partial void ConditionsIgnored(ILogger logger, string bucket, string reason);

    [LoggerMessage(5, LogLevel.Warning, "Minio:SecretKey is the well-known 'minioadmin': anyone who reaches the store can change everything in it")]
    public static partial void WellKnownSecret(ILogger logger);

    [LoggerMessage(6, LogLevel.Warning, "What conditional writes were tried out with couldn't be removed from {Bucket}: {Reason}")]
    public static partial void ProbeLeftBehind(ILogger logger, string bucket, string reason);

    [LoggerMessage(7, LogLevel.Information, "Without Minio:Endpoint, objects are kept in files under {Root}")]
    public static partial void UsingFiles(ILogger logger, string root);
}
