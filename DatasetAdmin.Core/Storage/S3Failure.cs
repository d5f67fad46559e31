using System.Net;

namespace DatasetAdmin.Core.Storage;

/// <summary>
/// What went wrong with one request, as the wire told it: a status with S3's error code, an answer that isn't S3's
/// (<see cref="NotS3"/>), or no answer at all. Thrown below the client packages, which don't keep it apart.
/// </summary>
internal sealed class S3Failure : Exception
{
    public S3Failure(HttpStatusCode status, string? code)
        : base($"{(int)status} {code}".TrimEnd())
    {
        (Status, Code) = (status, code);
    }

    public S3Failure(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    public HttpStatusCode? Status { get; }

    /// <summary>S3's own error code, where there was a body that told one.</summary>
    public string? Code { get; }

    public bool NotS3 { get; init; }

    public bool ConditionFailed => Status == HttpStatusCode.PreconditionFailed;

    /// <summary>The key holds nothing. A HEAD's 404 tells no code and may as well mean the bucket.</summary>
    public bool KeyMissing => Status == HttpStatusCode.NotFound && Code != "NoSuchBucket";

    public ObjectStoreFault Fault => (Status, Code) switch
    {
        _ when NotS3 => ObjectStoreFault.Unexpected,
        (null, _) => ObjectStoreFault.Unavailable,
        (_, "NoSuchBucket") => ObjectStoreFault.BucketMissing,
        (HttpStatusCode.InsufficientStorage, _) or (_, "XMinioStorageFull" or "QuotaExceeded") => ObjectStoreFault.Full,
        (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, _) => ObjectStoreFault.AccessDenied,
        (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests, _) => ObjectStoreFault.Unavailable,
        (HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported, _) => ObjectStoreFault.Unexpected,
        // Another writer is in the middle of changing the key: its end decides.
        (HttpStatusCode.Conflict, "ConditionalRequestConflict" or "OperationAborted") => ObjectStoreFault.Unavailable,
        ( >= HttpStatusCode.InternalServerError, _) => ObjectStoreFault.Unavailable,
        _ => ObjectStoreFault.Unexpected,
    };

    /// <summary>The failure of one key of a bulk request, which has a code and no status of its own.</summary>
    public static S3Failure FromCode(string code) => new(
        code switch
        {
            "InternalError" or "ServiceUnavailable" or "SlowDown" => HttpStatusCode.ServiceUnavailable,
            "AccessDenied" => HttpStatusCode.Forbidden,
            _ => HttpStatusCode.BadRequest,
        },
        code);

    /// <summary>What an exception of the network layer means; a stranger is taken for a fault that doesn't pass.</summary>
    public static S3Failure From(Exception exception) => exception switch
    {
        S3Failure failure => failure,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError or HttpRequestError.InvalidResponse } =>
            new S3Failure("it speaks another protocol", exception) { NotS3 = true },
        HttpRequestException or IOException or TimeoutException => new S3Failure("no whole answer", exception),
        _ => new S3Failure($"its answer couldn't be read ({exception.GetType().Name})", exception) { NotS3 = true },
    };
}
