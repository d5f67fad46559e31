using System.Buffers;
using System.Collections.Concurrent;
using DatasetAdmin.Core.Storage;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Images;

/// <summary>What became of a thumbnail that was asked for.</summary>
/// <param name="Path">A WebP file on local disk; null where there is none.</param>
/// <param name="ETag">Of the original as it is stored now; null where it is missing.</param>
public sealed record ThumbnailResult(string? Path, string? ETag)
{
    /// <summary>Nothing lies under the key.</summary>
    public static ThumbnailResult Missing { get; } = new(null, null);

    public bool IsMissing => ETag is null;
}

/// <summary>Small pictures of the images in the artifacts bucket, each made once.</summary>
public sealed class Thumbnails(
    Buckets buckets, ThumbnailCache cache, IOptions<ThumbnailOptions> options, IOptions<ImageLimitOptions> limits) : IDisposable
{
    private readonly SemaphoreSlim _readers = new(options.Value.Concurrency);
    private readonly SemaphoreSlim _decoders = new(Environment.ProcessorCount);
    private readonly ConcurrentDictionary<(string Key, int Size), Lazy<Task<ThumbnailResult>>> _making = new();

    /// <summary>Of a tile in a grid.</summary>
    public const int Small = 288;

    /// <summary>Of an image that is looked at.</summary>
    public const int Large = 1280;

    /// <summary>The longer sides that there are, in pixels.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [Small, Large];

    /// <param name="key">Of an image: <see cref="ObjectKeys.IsImage"/>.</param>
    /// <param name="etag">The original's, where the caller knows it: then a thumbnail that was made isn't asked for in the store again.</param>
    /// <param name="size">One of <see cref="Sizes"/>.</param>
    /// <returns>Without a path where the original is missing, isn't a picture, or is too large to be shown.</returns>
    /// <exception cref="ArgumentException">It isn't an image's key, or there is no such size.</exception>
    /// <exception cref="ObjectStoreException">The store can't be read.</exception>
    public async Task<ThumbnailResult> GetAsync(string key, string? etag, int size, CancellationToken cancellationToken)
    {
        if (!ObjectKeys.IsImage(key) || !Sizes.Contains(size))
        {
            throw new ArgumentException($"There is no thumbnail of {size} px of '{key}'.", nameof(key));
        }

        if (etag is not null && cache.FindOrNull(NameOf(key, etag, size)) is { } known)
        {
            return new(known, etag);
        }

        // Whoever asks for the same meanwhile waits for the same, and one who goes away doesn't end it for the others.
        var work = (key, size);
        return await _making.GetOrAdd(work, _ => new(() => Task.Run(() => MakeOnceAsync(work), CancellationToken.None))).Value.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        _readers.Dispose();
        _decoders.Dispose();
    }

    private async Task<ThumbnailResult> MakeOnceAsync((string Key, int Size) work)
    {
        try
        {
            return await MakeAsync(work.Key, work.Size);
        }
        finally
        {
            _making.TryRemove(work, out _);
        }
    }

    private async Task<ThumbnailResult> MakeAsync(string key, int size)
    {
        await _readers.WaitAsync(CancellationToken.None);
        byte[]? rented = null;
        try
        {
            var result = ThumbnailResult.Missing;
            var length = 0;
            await buckets.Artifacts.ReadAsync(
                key,
                async (stored, content, token) =>
                {
                    result = new(cache.FindOrNull(NameOf(key, stored.ETag, size)), stored.ETag);
                    if (result.Path is not null || stored.Size > limits.Value.MaxBytes)
                    {
                        length = 0;
                        return;
                    }

                    length = (int)stored.Size;
                    rented ??= ArrayPool<byte>.Shared.Rent(length);
                    if (rented.Length < length)
                    {
                        ArrayPool<byte>.Shared.Return(rented);
                        rented = ArrayPool<byte>.Shared.Rent(length);
                    }

                    await content.ReadExactlyAsync(rented.AsMemory(0, length), token);
                },
                CancellationToken.None);
            return length == 0 || result.ETag is not { } etag ? result : await MakeAsync(key, etag, size, rented.AsMemory(0, length));
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }

            _readers.Release();
        }
    }

    private async Task<ThumbnailResult> MakeAsync(string key, string etag, int size, ReadOnlyMemory<byte> original)
    {
        byte[]? made;
        await _decoders.WaitAsync(CancellationToken.None);
        try
        {
            made = ThumbnailMaker.MakeOrNull(original, size, limits.Value.MaxMegapixels * 1_000_000);
        }
        finally
        {
            _decoders.Release();
        }

        return new(made is null ? null : await cache.AddAsync(NameOf(key, etag, size), made, CancellationToken.None), etag);
    }

    private static string NameOf(string key, string etag, int size) => Hashes.Sha256($"{size}\n{etag}\n{key}");
}
