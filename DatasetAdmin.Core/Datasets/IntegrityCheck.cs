using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Datasets;

/// <summary>What a check found of one object.</summary>
public enum IntegrityProblem
{
    /// <summary>The manifest names it and it isn't there.</summary>
    Missing,

    /// <summary>Its size, its ETag or, in a deep check, its hash isn't what the list says.</summary>
    Changed,

    /// <summary>It lies in a class folder and no manifest names it. Folder loaders read it; it is only reported.</summary>
    Foreign,
}

/// <param name="Key">In the artifacts bucket.</param>
/// <param name="Detail">What differs, for people.</param>
public sealed record IntegrityFinding(string Key, IntegrityProblem Problem, string Detail);

/// <param name="Checked">How many images manifests name.</param>
/// <param name="Findings">At most the first thousand of each folder.</param>
public sealed record IntegrityReport(long Checked, IReadOnlyList<IntegrityFinding> Findings)
{
    /// <summary>Whether every object that a manifest names is there and right.</summary>
    public bool IsSound => Findings.All(finding => finding.Problem == IntegrityProblem.Foreign);
}

/// <summary>
/// Checks a month's datasets and candidate days against the store: does every object that a manifest names exist with its
/// size and ETag; deep, with its hash. Writes nothing.
/// </summary>
public sealed class IntegrityCheck(Buckets buckets, ImageListStore lists, IOptions<CollectingOptions> options)
{
    private const int MostFindings = 1000;

    /// <param name="deep">Reads and hashes every object.</param>
    public async Task<IntegrityReport> CheckAsync(Month month, bool deep, RunProgress progress, CancellationToken cancellationToken)
    {
        long count = 0;
        List<IntegrityFinding> findings = [];
        foreach (var kind in DatasetKinds.All)
        {
            var head = await StoredManifest.ReadOrNullAsync(buckets.Artifacts, ObjectKeys.DatasetManifest(kind, month), cancellationToken);
            if (head is not null)
            {
                count += await CheckFolderAsync(ObjectKeys.DatasetPrefix(kind, month), head.Manifest.ImagesFile, "path", deep, progress, findings, cancellationToken);
            }
        }

        foreach (var day in month.Days)
        {
            if (!await EarlierDays.IsEarlierAsync(buckets.Artifacts, day, cancellationToken)
                && await CandidateManifest.ReadOrNullAsync(buckets.Artifacts, day, cancellationToken) is { } manifest)
            {
                count += await CheckFolderAsync(ObjectKeys.DayPrefix(day), manifest.ImagesFile, "file", deep, progress, findings, cancellationToken);
            }
        }

        return new(count, findings);
    }

    private async Task<long> CheckFolderAsync(
        string prefix, ImagesFile list, string nameColumn, bool deep, RunProgress progress, List<IntegrityFinding> findings, CancellationToken cancellationToken)
    {
        progress.Begin($"checking {prefix}", list.Rows);
        if (await Hashes.Sha256OfObjectOrNullAsync(buckets.Artifacts, list.Key, cancellationToken) is var hash && hash != list.Sha256)
        {
            findings.Add(new(list.Key, hash is null ? IntegrityProblem.Missing : IntegrityProblem.Changed, hash is null ? "not there" : $"SHA-256 is {hash} instead of {list.Sha256}"));
            return list.Rows;
        }

        using var database = lists.CreateDatabase();
        database.Execute($"""
            CREATE TABLE listed (name VARCHAR, bytes BIGINT, etag VARCHAR);
            CREATE TABLE named AS SELECT row_number() OVER (ORDER BY {nameColumn}) AS seq, {nameColumn} AS name, bytes, etag, sha256
                FROM read_parquet('{ListDatabase.Quote(await lists.FetchAsync(list, cancellationToken))}');
            """);
        await database.AppendListingAsync("listed", buckets.Artifacts, prefix, cancellationToken);
        findings.AddRange(database.Rows(
            $"""
            SELECT n.name, l.name IS NULL, CASE WHEN l.name IS NULL THEN 'not there' ELSE printf('%d bytes with ETag %s instead of %d with %s', l.bytes, l.etag, n.bytes, n.etag) END
                FROM named n LEFT JOIN listed l USING (name) WHERE l.name IS NULL OR l.bytes <> n.bytes OR l.etag <> n.etag ORDER BY n.name LIMIT {MostFindings}
            """,
            row => new IntegrityFinding(prefix + row.GetString(0), row.GetBoolean(1) ? IntegrityProblem.Missing : IntegrityProblem.Changed, row.GetString(2))));
        findings.AddRange(database.Rows(
            $"SELECT name FROM listed WHERE contains(name, '/') AND name NOT IN (SELECT name FROM named) ORDER BY name LIMIT {MostFindings}",
            row => new IntegrityFinding(prefix + row.GetString(0), IntegrityProblem.Foreign, "no manifest names it")));
        if (deep)
        {
            await HashAsync(prefix, database, progress, findings, cancellationToken);
        }

        return list.Rows;
    }

    private async Task HashAsync(string prefix, ListDatabase database, RunProgress progress, List<IntegrityFinding> findings, CancellationToken cancellationToken)
    {
        var images = database.Pages("seq, name, sha256", "named", "seq", row => (Name: row.GetString(1), Sha256: row.GetString(2)));
        foreach (var chunk in images.Chunk(4000))
        {
            await Parallel.ForEachAsync(
                chunk,
                new ParallelOptions { MaxDegreeOfParallelism = options.Value.Concurrency, CancellationToken = cancellationToken },
                async (image, token) =>
                {
                    if (await Hashes.Sha256OfObjectOrNullAsync(buckets.Artifacts, prefix + image.Name, token) is { } sha256 && sha256 != image.Sha256)
                    {
                        lock (findings)
                        {
                            findings.Add(new(prefix + image.Name, IntegrityProblem.Changed, $"SHA-256 is {sha256} instead of {image.Sha256}"));
                        }
                    }

                    progress.Advance();
                });
        }
    }
}
