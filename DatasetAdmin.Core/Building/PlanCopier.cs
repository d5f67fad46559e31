using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Core.Building;

/// <summary>Makes a dataset's folder hold the plan's <c>copies</c>: steps 5 and 6 of the commit protocol.</summary>
/// <param name="artifacts">The artifacts bucket under the run's lease.</param>
internal sealed class PlanCopier(IObjectStore artifacts, ListDatabase database, string prefix, int concurrency)
{
    // What a store answers to one request for a listing.
    private const int ListedAtOnce = 1000;

    private const string Present = "FROM listed l WHERE l.path = p.path AND l.bytes = p.bytes AND l.etag = p.etag";

    /// <summary>How many of the plan's images the folder doesn't hold yet.</summary>
    public long Missing { get; private set; }

    /// <summary>Lists the folder: the truth about what is there, whatever earlier runs meant to do.</summary>
    public async Task ListAsync(CancellationToken cancellationToken)
    {
        database.Execute("CREATE OR REPLACE TABLE listed (path VARCHAR, bytes BIGINT, etag VARCHAR)");
        await database.AppendListingAsync("listed", artifacts, prefix, cancellationToken);

        // As they come, and to a file: sorted or in a table they would take more memory than anything else of a build.
        var path = Path.Combine(database.Folder, "missing.parquet");
        database.WriteScratch($"SELECT row_number() OVER () AS seq, path, day, file, from_etag, bytes, etag, sha256 FROM copies p WHERE NOT EXISTS ({Present})", path);
        database.Execute($"CREATE OR REPLACE VIEW missing AS SELECT * FROM read_parquet('{ListDatabase.Quote(path)}')");
        Missing = database.Count("SELECT count(*) FROM missing");
    }

    /// <summary>
    /// The sources of missing images that are gone or changed: asked before the first write, so that a build that can't be
    /// finished leaves the dataset as it is, its folder included.
    /// </summary>
    public async Task<IReadOnlyList<string>> FindVanishedAsync(CancellationToken cancellationToken)
    {
        var days = database.Rows("SELECT DISTINCT day FROM missing ORDER BY day", row => row.IsDBNull(0) ? (DateOnly?)null : row.GetFieldValue<DateOnly>(0)).ToList();
        database.Execute("CREATE TABLE sources (key VARCHAR, etag VARCHAR)");
        foreach (var day in days)
        {
            await database.AppendAsync(
                "sources",
                artifacts.ListAsync(SourcePrefix(day), null, cancellationToken),
                (row, item) => row.AppendValue(item.Key).AppendValue(item.ETag),
                cancellationToken);
        }

        return
        [
            .. database.Rows(
                $"""
                SELECT source FROM (SELECT *, CASE WHEN day IS NULL THEN '{ObjectKeys.Gold}' ELSE printf('{ObjectKeys.Candidates}%s/', strftime(day, '%Y-%m-%d')) END || file AS source FROM missing) m
                    WHERE NOT EXISTS (FROM sources s WHERE s.key = m.source AND s.etag = m.from_etag) ORDER BY source
                """,
                row => row.GetString(0)),
        ];
    }

    /// <summary>Copies what is missing; returns the sources that are gone or changed, of which nothing was copied.</summary>
    public async Task<IReadOnlyList<string>> CopyAsync(RunProgress progress, CancellationToken cancellationToken)
    {
        List<string> vanished = [];
        foreach (var chunk in MissingImages().Chunk(4000))
        {
            await Parallel.ForEachAsync(
                chunk,
                new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken },
                async (image, token) =>
                {
                    var result = await artifacts.CopyAsync(artifacts.Bucket, image.SourceKey, image.SourceETag, prefix + image.Path, token);
                    if (result.Outcome != CopyOutcome.Copied)
                    {
                        lock (vanished)
                        {
                            vanished.Add(image.SourceKey);
                        }
                    }

                    progress.Advance();
                });
            if (vanished.Count > 0)
            {
                break;
            }
        }

        return vanished;
    }

    /// <summary>Makes sure that every image of the plan is there: those that weren't when the folder was listed are looked up again.</summary>
    /// <exception cref="ObjectStoreException">One isn't, though it was copied.</exception>
    public async Task VerifyAsync(RunProgress progress, CancellationToken cancellationToken)
    {
        if (Missing == 0)
        {
            return;
        }

        progress.Begin("verifying");

        // By asking for each, or by another listing: what takes fewer requests.
        if (Missing > database.Count("SELECT count(*) FROM listed") / ListedAtOnce)
        {
            await ListAsync(cancellationToken);
        }

        foreach (var image in MissingImages())
        {
            var key = prefix + image.Path;
            var found = await artifacts.FindOrNullAsync(key, cancellationToken);

            // A store may give a copy another ETag (of an object uploaded in parts, or encrypted): then the bytes decide.
            if ((found?.Size != image.Bytes || found.ETag != image.ETag) && await Hashes.Sha256OfObjectOrNullAsync(artifacts, key, cancellationToken) != image.Sha256)
            {
                throw new ObjectStoreException(
                    ObjectStoreFault.Unexpected, $"{key} isn't what was copied there from {image.SourceKey}. Nothing was committed; build again.");
            }
        }
    }

    /// <summary>What lies in the folder and isn't in the plan: files of our own form, and foreign ones.</summary>
    public (IReadOnlyList<string> Own, IReadOnlyList<string> Foreign) Unnamed()
    {
        var unnamed = database.Rows("SELECT path FROM listed ANTI JOIN copies USING (path) ORDER BY path", row => row.GetString(0))
            .Where(path => path is not ("manifest.json" or "dataset_info.md" or "version.txt"))
            .ToLookup(ObjectKeys.IsOwnName, path => prefix + path);
        return ([.. unnamed[true]], [.. unnamed[false]]);
    }

    private IEnumerable<ImageToCopy> MissingImages() => database.Pages(
        "seq, path, day, file, from_etag, bytes, etag, sha256",
        "missing",
        "seq",
        row => new ImageToCopy(
            row.GetString(1),
            SourcePrefix(row.IsDBNull(2) ? null : row.GetFieldValue<DateOnly>(2)) + row.GetString(3),
            row.GetString(4),
            row.GetInt64(5),
            row.GetString(6),
            row.GetString(7)));

    private static string SourcePrefix(DateOnly? day) => day is { } date ? ObjectKeys.DayPrefix(date) : ObjectKeys.Gold;

    private sealed record ImageToCopy(string Path, string SourceKey, string SourceETag, long Bytes, string ETag, string Sha256);
}
