using System.Buffers;
using System.Text.Json;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Images;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.ImageLists;

/// <summary>A folder whose files nobody's manifest describes, and where its index is kept.</summary>
/// <param name="Prefix">The folder, ending in a slash.</param>
/// <param name="IndexKey">The small document that names the index's list.</param>
/// <param name="ListKey">The list's key for a run id.</param>
/// <param name="Include">Whether a file, given relative to the folder, belongs to it.</param>
/// <param name="Name">What an image is called in a dataset: from its file, its hash and its extension.</param>
/// <param name="MayBeEmpty">Whether it is right that the folder has no files any more, where its index knew some.</param>
public sealed record IndexedFolder(
    string Prefix, string IndexKey, Func<string, string> ListKey, Func<string, bool> Include, Func<string, string, string, string> Name, bool MayBeEmpty = false);

/// <summary>
/// Keeps an index of a folder's images: each is read once, and again only when its ETag changes. The list's columns are
/// <see cref="ImageColumns.Folder"/>, and <c>reason</c> and <c>detail</c>, null for an image that was accepted.
/// </summary>
public sealed class FolderIndexer(
    Buckets buckets, ImageInspector inspector, ImageListStore lists, IOptions<CollectingOptions> options, IOptions<ImageLimitOptions> limits, TimeProvider time)
{
    private static readonly IReadOnlyList<Column> s_columns = [.. ImageColumns.Folder, new("reason", "VARCHAR"), new("detail", "VARCHAR")];

    /// <summary>Brings the index up to date and returns the local path of its list.</summary>
    public async Task<string> UpdateAsync(IndexedFolder folder, RunContext run, CancellationToken cancellationToken)
    {
        string? list;
        do
        {
            list = await TryUpdateAsync(folder, run, cancellationToken);
        }
        while (list is null);
        return list;
    }

    /// <summary>Null where another run wrote the index meanwhile: it may have looked at the folder before this one did.</summary>
    private async Task<string?> TryUpdateAsync(IndexedFolder folder, RunContext run, CancellationToken cancellationToken)
    {
        var artifacts = new LeasedObjectStore(buckets.Artifacts, run.Lease);
        var before = await ReadOrNullAsync(folder, cancellationToken);
        using var database = lists.CreateDatabase();
        database.Execute($"""
            CREATE TABLE listing (seq BIGINT, file VARCHAR, etag VARCHAR, bytes BIGINT);
            CREATE TABLE images ({ImageColumns.Definition(s_columns)});
            """);
        if (before is not null)
        {
            var list = await lists.FetchAsync(before.ImagesFile, cancellationToken);
            database.Execute($"INSERT INTO images SELECT {ImageColumns.Names(s_columns)} FROM read_parquet('{ListDatabase.Quote(list)}')");
        }

        await ListAsync(folder, artifacts, database, cancellationToken);
        if (!folder.MayBeEmpty && before is { ImagesFile.Rows: > 0 } && database.Count("SELECT count(*) FROM listing") == 0)
        {
            throw new ImageListException(
                $"{folder.Prefix} is empty, and its index knew {before.ImagesFile.Rows} files. If that is meant, delete {folder.IndexKey} from the artifacts bucket.");
        }

        var gone = database.Count("SELECT count(*) FROM images i WHERE NOT EXISTS (FROM listing l WHERE l.file = i.file AND l.etag = i.etag AND l.bytes = i.bytes)");
        var fresh = database.Count("SELECT count(*) FROM listing l WHERE NOT EXISTS (FROM images i WHERE l.file = i.file AND l.etag = i.etag AND l.bytes = i.bytes)");
        if (before is not null && gone == 0 && fresh == 0)
        {
            return await lists.FetchAsync(before.ImagesFile, cancellationToken);
        }

        database.Execute("""
            DELETE FROM images i WHERE NOT EXISTS (FROM listing l WHERE l.file = i.file AND l.etag = i.etag AND l.bytes = i.bytes);
            CREATE TABLE to_read AS SELECT seq, file, etag, bytes FROM listing l WHERE NOT EXISTS (FROM images i WHERE l.file = i.file);
            """);
        run.Progress.Begin($"indexing {folder.Prefix}", fresh);
        await ReadNewAsync(folder, artifacts, database, run, cancellationToken);
        return await CommitAsync(folder, artifacts, database, before, run, cancellationToken);
    }

    private async Task<FolderIndex?> ReadOrNullAsync(IndexedFolder folder, CancellationToken cancellationToken)
    {
        FolderIndex? index = null;
        await buckets.Artifacts.ReadAsync(
            folder.IndexKey,
            async (stored, content, token) => index = await ManifestJson.ReadHeadAsync<FolderIndex>(content, null, token) with { ETag = stored.ETag },
            cancellationToken);
        return index;
    }

    private static async Task ListAsync(IndexedFolder folder, IObjectStore artifacts, ListDatabase database, CancellationToken cancellationToken)
    {
        using var listing = database.Append("listing");
        long seq = 0;
        await foreach (var item in artifacts.ListAsync(folder.Prefix, null, cancellationToken))
        {
            var file = item.Key[folder.Prefix.Length..];
            if (folder.Include(file))
            {
                listing.CreateRow().AppendValue((long?)seq++).AppendValue(file).AppendValue(item.ETag).AppendValue((long?)item.Size).EndRow();
            }
        }
    }

    private async Task ReadNewAsync(IndexedFolder folder, IObjectStore artifacts, ListDatabase database, RunContext run, CancellationToken cancellationToken)
    {
        using var decoders = new SemaphoreSlim(Environment.ProcessorCount);
        var files = database.Pages("seq, file, etag, bytes", "to_read", "seq", row => (File: row.GetString(1), ETag: row.GetString(2), Bytes: row.GetInt64(3)));
        foreach (var chunk in files.Chunk(4000))
        {
            using var images = database.Append("images");
            var gate = new Lock();
            await Parallel.ForEachAsync(
                chunk,
                new ParallelOptions { MaxDegreeOfParallelism = options.Value.Concurrency, CancellationToken = cancellationToken },
                async (item, token) =>
                {
                    var inspection = await InspectAsync(artifacts, folder.Prefix + item.File, item.ETag, item.Bytes, decoders, token);
                    var name = inspection.Facts is { } facts ? folder.Name(item.File, facts.Sha256, facts.Extension) : null;
                    lock (gate)
                    {
                        var row = images.CreateRow().AppendValue(item.File).AppendValue(name).AppendFacts(inspection.Facts, item.ETag, item.Bytes);
                        row.AppendValue(inspection.Rejection?.Reason.Name()).AppendValue(inspection.Rejection?.Detail).EndRow();
                    }

                    run.Progress.Advance();
                });
        }
    }

    private async Task<Inspection> InspectAsync(IObjectStore artifacts, string key, string etag, long size, SemaphoreSlim decoders, CancellationToken cancellationToken)
    {
        if (size > limits.Value.MaxBytes)
        {
            return Inspection.Rejected(RejectionReason.TooLarge, $"The file has {size} bytes; at most {limits.Value.MaxBytes} are taken.");
        }

        var rented = ArrayPool<byte>.Shared.Rent((int)size);
        try
        {
            var found = await artifacts.ReadAsync(
                key,
                async (stored, content, token) =>
                {
                    if (stored.ETag != etag)
                    {
                        throw new ObjectStoreException(ObjectStoreFault.Unexpected, $"{key} changed while it was read. Run this again when nobody writes there.");
                    }

                    await content.ReadExactlyAsync(rented.AsMemory(0, (int)size), token);
                },
                cancellationToken);
            if (!found)
            {
                throw new ObjectStoreException(ObjectStoreFault.Unexpected, $"{key} went away while it was read. Run this again when nobody writes there.");
            }

            await decoders.WaitAsync(cancellationToken);
            try
            {
                return inspector.Inspect(rented.AsMemory(0, (int)size));
            }
            finally
            {
                decoders.Release();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private async Task<string?> CommitAsync(
        IndexedFolder folder, IObjectStore artifacts, ListDatabase database, FolderIndex? before, RunContext run, CancellationToken cancellationToken)
    {
        var path = Path.Combine(database.Folder, "images.parquet");
        database.WriteParquet("SELECT * FROM images ORDER BY file", path);
        var list = await lists.StoreAsync(artifacts, path, folder.ListKey(run.IdText), database.Count("SELECT count(*) FROM images"), cancellationToken);
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(new FolderIndex(1, list), ManifestJson.Options));
        if (await artifacts.TryPutAsync(folder.IndexKey, content, ContentTypes.Json, before?.ETag, cancellationToken) is null)
        {
            return null;
        }

        await DropOldListsAsync(folder, artifacts, list, cancellationToken);
        return await lists.FetchAsync(list, cancellationToken);
    }

    // Another build may have read the earlier index a moment ago and be about to fetch its list.
    private async Task DropOldListsAsync(IndexedFolder folder, IObjectStore artifacts, ImagesFile current, CancellationToken cancellationToken)
    {
        List<string> old = [];
        await foreach (var item in artifacts.ListAsync(folder.ListKey("")[..^".parquet".Length], null, cancellationToken))
        {
            if (item.Key != current.Key && item.LastModified < time.GetUtcNow().UtcDateTime.AddDays(-1))
            {
                old.Add(item.Key);
            }
        }

        await artifacts.DeleteAsync(old, cancellationToken);
    }

    private sealed record FolderIndex(int SchemaVersion, ImagesFile ImagesFile)
    {
        [System.Text.Json.Serialization.JsonIgnore]
        public string ETag { get; init; } = "";
    }
}
