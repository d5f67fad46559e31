namespace DatasetAdmin.Core.Storage;

/// <summary>A fault of an object store, classified by the HTTP status or the kind of I/O error, never by an exception's text.</summary>
public sealed class ObjectStoreException(ObjectStoreFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public ObjectStoreFault Fault { get; } = fault;

    /// <summary>Whether the same call may succeed later with nothing changed by a person.</summary>
    public bool MayPass => Fault is ObjectStoreFault.Unavailable;
}

public enum ObjectStoreFault
{
    /// <summary>No answer, a timeout, 408, 429 or 5xx, after all retries.</summary>
    Unavailable,

    /// <summary>401 or 403: wrong or revoked keys, or a policy.</summary>
    AccessDenied,

    /// <summary>The bucket doesn't exist.</summary>
    BucketMissing,

    /// <summary>507, XMinioStorageFull, or a full disk.</summary>
    Full,

    /// <summary>An answer that isn't S3's: a proxy's page, a wrong port, a broken body.</summary>
    Unexpected,
}
