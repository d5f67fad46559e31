using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Tests.Support;

/// <summary>A real store that calls a test before each write, and counts the writes.</summary>
internal sealed class PausingStore(IObjectStore inner) : IObjectStore
{
    private int _writes;

    /// <summary>Given the key and the run's token; the write goes on when it returns.</summary>
    public Func<string, CancellationToken, Task> BeforeWrite { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>What is done with the answer of a conditional PUT.</summary>
    public Func<string, StoredObject?, StoredObject?> AfterTryPut { get; set; } = (_, stored) => stored;

    public int Writes => Volatile.Read(ref _writes);

    public string Bucket => inner.Bucket;

    public bool HonoursConditions => inner.HonoursConditions;

    public Task PrepareAsync(bool create, CancellationToken cancellationToken) => inner.PrepareAsync(create, cancellationToken);

    public async Task<StoredObject> PutAsync(string key, Stream content, string contentType, CancellationToken cancellationToken)
    {
        await CountAsync(key, cancellationToken);
        return await inner.PutAsync(key, content, contentType, cancellationToken);
    }

    public async Task<StoredObject?> TryPutAsync(string key, Stream content, string contentType, string? expectedETag, CancellationToken cancellationToken)
    {
        await CountAsync(key, cancellationToken);
        return AfterTryPut(key, await inner.TryPutAsync(key, content, contentType, expectedETag, cancellationToken));
    }

    public Task<StoredObject?> FindOrNullAsync(string key, CancellationToken cancellationToken) => inner.FindOrNullAsync(key, cancellationToken);

    public Task<bool> ReadAsync(string key, Func<StoredObject, Stream, CancellationToken, Task> read, CancellationToken cancellationToken) =>
        inner.ReadAsync(key, read, cancellationToken);

    public async Task<CopyResult> CopyAsync(string sourceBucket, string sourceKey, string sourceETag, string key, CancellationToken cancellationToken)
    {
        await CountAsync(key, cancellationToken);
        return await inner.CopyAsync(sourceBucket, sourceKey, sourceETag, key, cancellationToken);
    }

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, string? startAfter, CancellationToken cancellationToken) =>
        inner.ListAsync(prefix, startAfter, cancellationToken);

    public async Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        if (keys.Count > 0)
        {
            await CountAsync(keys.First(), cancellationToken);
        }

        await inner.DeleteAsync(keys, cancellationToken);
    }

    // Counted when it is sent: whoever holds the test up between the run's look at its lock and the write hasn't written yet.
    private async Task CountAsync(string key, CancellationToken cancellationToken)
    {
        await BeforeWrite(key, cancellationToken);
        Interlocked.Increment(ref _writes);
    }
}
