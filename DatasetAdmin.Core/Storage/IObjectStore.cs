namespace DatasetAdmin.Core.Storage;

/// <summary>
/// One bucket of an object store. Every method retries what may pass (timeouts, 408, 429, 5xx, lost connections) with
/// growing pauses and then throws <see cref="ObjectStoreException"/>, which also stands for everything that can't pass.
/// Keys are relative, separated by <c>/</c>, without empty, <c>.</c> or <c>..</c> segments and without control
/// characters; another key is an <see cref="ArgumentException"/>.
/// </summary>
public interface IObjectStore
{
    /// <summary>The bucket's name.</summary>
    string Bucket { get; }

    /// <summary>
    /// Whether the store itself enforces the condition of <see cref="TryPutAsync"/>. Where it doesn't, the condition is
    /// checked by reading before and after, which a second writer at the same instant can slip through.
    /// </summary>
    bool HonoursConditions { get; }

    /// <summary>
    /// Makes the bucket ready: checks that the store answers and that the bucket is there, or creates it when
    /// <paramref name="create"/> says so, and finds out what <see cref="HonoursConditions"/> is. Called once at start.
    /// </summary>
    /// <exception cref="ObjectStoreException">The store can't be reached, the keys are wrong, or the bucket is missing.</exception>
    Task PrepareAsync(bool create, CancellationToken cancellationToken);

    /// <summary>
    /// Stores all that <paramref name="content"/> yields from its position on, replacing what was there. A reader sees
    /// the whole object or the one before it. The length need not be known; a seekable stream that ends before its own
    /// length is an <see cref="EndOfStreamException"/>, and nothing is stored. The time in the result is the store's clock.
    /// </summary>
    Task<StoredObject> PutAsync(string key, Stream content, string contentType, CancellationToken cancellationToken);

    /// <summary>
    /// Like <see cref="PutAsync"/>, but only if the key still holds <paramref name="expectedETag"/>, or holds nothing
    /// when that is null. Returns null, having changed nothing, when it doesn't. An answer that was lost is settled by
    /// reading back. <paramref name="content"/> must be seekable, or it is an <see cref="ArgumentException"/>.
    /// </summary>
    Task<StoredObject?> TryPutAsync(string key, Stream content, string contentType, string? expectedETag, CancellationToken cancellationToken);

    /// <summary>What lies under a key, or null when nothing does.</summary>
    Task<StoredObject?> FindOrNullAsync(string key, CancellationToken cancellationToken);

    /// <summary>
    /// Opens an object and hands <paramref name="read"/> its description and its bytes as a stream that isn't seekable;
    /// <paramref name="read"/> may stop early. Returns false, without calling it, when the key holds nothing. After a lost
    /// connection <paramref name="read"/> is called again from the first byte: it must start anew. A body shorter than
    /// announced is an error, never an end. Exceptions of <paramref name="read"/> itself pass through and aren't retried.
    /// </summary>
    Task<bool> ReadAsync(string key, Func<StoredObject, Stream, CancellationToken, Task> read, CancellationToken cancellationToken);

    /// <summary>
    /// Copies an object of <paramref name="sourceBucket"/> (of the same server) to <paramref name="key"/> of this bucket
    /// without moving its bytes through this process, if it still has <paramref name="sourceETag"/>. What was there is
    /// replaced. Where the store ignores the condition, a copy whose outcome differs is reported as
    /// <see cref="CopyOutcome.SourceChanged"/>; the target may then hold the changed bytes.
    /// </summary>
    Task<CopyResult> CopyAsync(string sourceBucket, string sourceKey, string sourceETag, string key, CancellationToken cancellationToken);

    /// <summary>
    /// The objects whose keys begin with <paramref name="prefix"/> and come after <paramref name="startAfter"/> in
    /// ordinal UTF-8 order, in that order, a page at a time as they are asked for. An answer that isn't a listing is an
    /// error, never an empty one.
    /// </summary>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, string? startAfter, CancellationToken cancellationToken);

    /// <summary>Deletes keys, many with one request. A key that holds nothing is no error.</summary>
    Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken);
}

/// <summary>An object as a store describes it.</summary>
/// <param name="Key">The whole key in its bucket.</param>
/// <param name="Size">Bytes.</param>
/// <param name="ETag">The store's opaque tag of the content, without quotes. A copy of an object keeps it wherever the store can.</param>
/// <param name="LastModified">UTC.</param>
public sealed record StoredObject(string Key, long Size, string ETag, DateTime LastModified);

/// <summary>
/// How a server-side copy ended. <see cref="ETag"/> is the copy's, and null unless copied. A store tells no more of a copy,
/// and asking for more would double the requests; its size is the source's.
/// </summary>
public sealed record CopyResult(CopyOutcome Outcome, string? ETag)
{
    public static CopyResult Missing { get; } = new(CopyOutcome.SourceMissing, null);

    public static CopyResult Changed { get; } = new(CopyOutcome.SourceChanged, null);
}

public enum CopyOutcome
{
    Copied,
    SourceMissing,
    SourceChanged,
}
