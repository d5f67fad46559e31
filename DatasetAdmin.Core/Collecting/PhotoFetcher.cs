using System.Buffers;
using System.Runtime.InteropServices;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Images;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Core.Collecting;

/// <summary>A photo that a day still has to read.</summary>
/// <param name="Seq">Its place in the day.</param>
/// <param name="Keys">The keys of the photo bucket that its URL may mean, the likeliest first.</param>
public sealed record PhotoToFetch(long Seq, string PredictionId, int PhotoIndex, string Class, IReadOnlyList<string> Keys);

/// <summary>How reading a photo ended: as a stored candidate, or with a rejection.</summary>
/// <param name="SourceKey">The key that was read; null where none held anything.</param>
/// <param name="File">Relative to the day's folder; null unless it was stored.</param>
/// <param name="ETag">Of the stored candidate.</param>
public sealed record FetchedPhoto(
    long Seq, string? SourceKey, string? SourceETag, DateTime? SourceModifiedAt, string? File, string? ETag, ImageFacts? Facts, Rejection? Rejection);

/// <summary>Reads one photo, inspects it, and stores it as a candidate by a copy within the server.</summary>
/// <param name="artifacts">The artifacts bucket under the run's lease.</param>
/// <param name="prefix">The day's folder, ending in a slash.</param>
public sealed class PhotoFetcher(IObjectStore photos, IObjectStore artifacts, ImageInspector inspector, ImageLimitOptions limits, string prefix) : IDisposable
{
    // Decoding takes a core each; more at once would only take memory.
    private readonly SemaphoreSlim _decoders = new(Environment.ProcessorCount);

    public async Task<FetchedPhoto> FetchAsync(PhotoToFetch photo, CancellationToken cancellationToken)
    {
        foreach (var key in photo.Keys)
        {
            if (await FetchOrNullAsync(photo, key, cancellationToken) is { } fetched)
            {
                return fetched;
            }
        }

        return new(photo.Seq, null, null, null, null, null, null, new(RejectionReason.MissingObject, $"The photo bucket holds nothing under '{photo.Keys[0]}'."));
    }

    public void Dispose() => _decoders.Dispose();

    private async Task<FetchedPhoto?> FetchOrNullAsync(PhotoToFetch photo, string key, CancellationToken cancellationToken)
    {
        StoredObject? source = null;
        byte[] rented = [];
        try
        {
            ReadOnlyMemory<byte> bytes = default;
            var found = await photos.ReadAsync(
                key,
                async (stored, content, token) =>
                {
                    (source, bytes) = (stored, default);
                    if (stored.Size <= limits.MaxBytes)
                    {
                        if (rented.Length < stored.Size)
                        {
                            Return(rented);
                            rented = [];
                            rented = ArrayPool<byte>.Shared.Rent((int)stored.Size);
                        }

                        await content.ReadExactlyAsync(rented.AsMemory(0, (int)stored.Size), token);
                        bytes = rented.AsMemory(0, (int)stored.Size);
                    }
                },
                cancellationToken);
            if (!found)
            {
                return null;
            }

            var inspection = source!.Size <= limits.MaxBytes
                ? await InspectAsync(bytes, cancellationToken)
                : Inspection.Rejected(RejectionReason.TooLarge, $"The file has {source.Size} bytes; at most {limits.MaxBytes} are taken.");
            if (inspection.Facts is not { } facts)
            {
                return new(photo.Seq, key, source.ETag, source.LastModified, null, null, null, inspection.Rejection);
            }

            var file = $"{photo.Class}/{ObjectKeys.CandidateName(photo.PredictionId, photo.PhotoIndex, facts.Sha256, facts.Extension)}";
            var etag = await StoreAsync(source, bytes, facts, prefix + file, cancellationToken);
            return new(photo.Seq, key, source.ETag, source.LastModified, file, etag, facts, null);
        }
        finally
        {
            Return(rented);
        }
    }

    private static void Return(byte[] rented)
    {
        if (rented.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private async Task<Inspection> InspectAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _decoders.WaitAsync(cancellationToken);
        try
        {
            return inspector.Inspect(bytes);
        }
        finally
        {
            _decoders.Release();
        }
    }

    // What is stored must be what was inspected. Where the source was overwritten in between, or the store's copy doesn't
    // show that it is the same, the bytes that were inspected are uploaded.
    private async Task<string> StoreAsync(StoredObject source, ReadOnlyMemory<byte> bytes, ImageFacts facts, string key, CancellationToken cancellationToken)
    {
        var copy = await artifacts.CopyAsync(photos.Bucket, source.Key, source.ETag, key, cancellationToken);
        if (copy.ETag is { } etag && (etag == source.ETag || etag == Hashes.Md5(bytes.Span)))
        {
            return etag;
        }

        using var content = MemoryMarshal.TryGetArray(bytes, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : throw new ArgumentException("The bytes must lie in an array.", nameof(bytes));
        return (await artifacts.PutAsync(key, content, ContentTypes.OfImage(facts.Format), cancellationToken)).ETag;
    }
}
