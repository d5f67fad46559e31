using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Benchmarks;

/// <summary>A bucket that counts the objects whose bytes were read, and those that were written or deleted.</summary>
internal sealed class CountingStore(IObjectStore inner) : IObjectStore
{
    private long _reads;
    private long _writes;

    public long Reads => Interlocked.Read(ref _reads);

    public long Writes => Interlocked.Read(ref _writes);

    public string Bucket => inner.Bucket;

    public bool HonoursConditions => inner.HonoursConditions;

    public Task PrepareAsync(bool create, CancellationToken cancellationToken) => inner.PrepareAsync(create, cancellationToken);

    public Task<StoredObject> PutAsync(string key, Stream content, string contentType, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _writes);
        return inner.PutAsync(key, content, contentType, cancellationToken);
    }

    public Task<StoredObject?> TryPutAsync(string key, Stream content, string contentType, string? expectedETag, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _writes);
        return inner.TryPutAsync(key, content, contentType, expectedETag, cancellationToken);
    }

    public Task<StoredObject?> FindOrNullAsync(string key, CancellationToken cancellationToken) => inner.FindOrNullAsync(key, cancellationToken);

    public Task<bool> ReadAsync(string key, Func<StoredObject, Stream, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        return inner.ReadAsync(key, read, cancellationToken);
    }

    public Task<CopyResult> CopyAsync(string sourceBucket, string sourceKey, string sourceETag, string key, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _writes);
        return inner.CopyAsync(sourceBucket, sourceKey, sourceETag, key, cancellationToken);
    }

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, string? startAfter, CancellationToken cancellationToken) =>
        inner.ListAsync(prefix, startAfter, cancellationToken);

    public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        Interlocked.Add(ref _writes, keys.Count);
        return inner.DeleteAsync(keys, cancellationToken);
    }
}
