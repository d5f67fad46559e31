using System.Runtime.CompilerServices;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Tests.Support;

/// <summary>A real store as a process that may die uses it.</summary>
internal sealed class CrashingStore(IObjectStore inner, ProcessLife life) : IObjectStore
{
    public string Bucket => inner.Bucket;

    public bool HonoursConditions => inner.HonoursConditions;

    // Before the program runs: no crash of a build or a collection.
    public Task PrepareAsync(bool create, CancellationToken cancellationToken) => inner.PrepareAsync(create, cancellationToken);

    public Task<StoredObject> PutAsync(string key, Stream content, string contentType, CancellationToken cancellationToken) =>
        life.CallAsync(OutsideCall.Write, $"put {key}", () => inner.PutAsync(key, content, contentType, cancellationToken));

    public Task<StoredObject?> TryPutAsync(string key, Stream content, string contentType, string? expectedETag, CancellationToken cancellationToken) =>
        life.CallAsync(OutsideCall.Write, $"try to put {key}", () => inner.TryPutAsync(key, content, contentType, expectedETag, cancellationToken));

    public Task<StoredObject?> FindOrNullAsync(string key, CancellationToken cancellationToken) =>
        life.CallAsync(OutsideCall.Read, $"find {key}", () => inner.FindOrNullAsync(key, cancellationToken));

    public Task<bool> ReadAsync(string key, Func<StoredObject, Stream, CancellationToken, Task> read, CancellationToken cancellationToken) =>
        life.CallAsync(OutsideCall.Read, $"read {key}", () => inner.ReadAsync(key, read, cancellationToken));

    public Task<CopyResult> CopyAsync(string sourceBucket, string sourceKey, string sourceETag, string key, CancellationToken cancellationToken) =>
        life.CallAsync(OutsideCall.Write, $"copy to {key}", () => inner.CopyAsync(sourceBucket, sourceKey, sourceETag, key, cancellationToken));

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, string? startAfter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        life.Call(OutsideCall.Read, $"list {prefix}");
        await foreach (var item in inner.ListAsync(prefix, startAfter, cancellationToken))
        {
            life.ThrowIfDead($"list {prefix}");
            yield return item;
        }
    }

    // One call to the program and many to a store: dying in the middle leaves some of the keys.
    public async Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        foreach (var key in keys)
        {
            await life.CallAsync(OutsideCall.Write, $"delete {key}", () => inner.DeleteAsync([key], cancellationToken));
        }
    }
}
