using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Core.Runs;

/// <summary>A bucket as a run may use it: before every write it checks that the run still holds its lock, and before a conditional one, which is a commit, it asks.</summary>
public sealed class LeasedObjectStore(IObjectStore inner, IRunLease lease) : IObjectStore
{
    public string Bucket => inner.Bucket;

    public bool HonoursConditions => inner.HonoursConditions;

    public Task PrepareAsync(bool create, CancellationToken cancellationToken) => inner.PrepareAsync(create, cancellationToken);

    public Task<StoredObject> PutAsync(string key, Stream content, string contentType, CancellationToken cancellationToken)
    {
        lease.ThrowIfLost();
        return inner.PutAsync(key, content, contentType, cancellationToken);
    }

    public async Task<StoredObject?> TryPutAsync(string key, Stream content, string contentType, string? expectedETag, CancellationToken cancellationToken)
    {
        await lease.VerifyAsync(cancellationToken);
        return await inner.TryPutAsync(key, content, contentType, expectedETag, cancellationToken);
    }

    public Task<StoredObject?> FindOrNullAsync(string key, CancellationToken cancellationToken) => inner.FindOrNullAsync(key, cancellationToken);

    public Task<bool> ReadAsync(string key, Func<StoredObject, Stream, CancellationToken, Task> read, CancellationToken cancellationToken) =>
        inner.ReadAsync(key, read, cancellationToken);

    public Task<CopyResult> CopyAsync(string sourceBucket, string sourceKey, string sourceETag, string key, CancellationToken cancellationToken)
    {
        lease.ThrowIfLost();
        return inner.CopyAsync(sourceBucket, sourceKey, sourceETag, key, cancellationToken);
    }

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, string? startAfter, CancellationToken cancellationToken) =>
        inner.ListAsync(prefix, startAfter, cancellationToken);

    public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        lease.ThrowIfLost();
        return inner.DeleteAsync(keys, cancellationToken);
    }
}
