using System.Globalization;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Classes;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Images;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Collecting;

/// <summary>How collecting a day ended.</summary>
public enum DayOutcome
{
    /// <summary>A manifest was written.</summary>
    Collected,

    /// <summary>All is as the manifest says; nothing was written.</summary>
    Unchanged,

    /// <summary>The earlier system collected this day; such days are never rewritten.</summary>
    EarlierSystem,
}

/// <summary>What a collection came to; <paramref name="Manifest"/> is null for a day of the earlier system.</summary>
public sealed record DayResult(DayOutcome Outcome, CandidateManifest? Manifest);

/// <summary>
/// Collects a day: every photo of its predictions ends as a candidate or as a rejection. Safe to repeat: a photo whose
/// source hasn't changed is neither read nor copied again, and one that was collected stays what it was. Objects come
/// first, then the lists, then the manifest, which is the commit, and last goes what it doesn't name.
/// </summary>
public sealed class DayCollector(
    IPredictionSource source,
    Buckets buckets,
    FaceClasses classes,
    ImageInspector inspector,
    ImageListStore lists,
    IOptions<CollectingOptions> options,
    IOptions<ImageLimitOptions> limits,
    CollectingMetrics metrics,
    TimeProvider time)
{
    /// <exception cref="ObjectStoreException">The store failed in spite of retries; the run can be repeated.</exception>
    /// <exception cref="PredictionSourceException">The source failed in spite of retries; the run can be repeated.</exception>
    /// <exception cref="RunLeaseLostException">The run's lock was lost.</exception>
    public async Task<DayResult> CollectAsync(DateOnly day, RunContext run, CancellationToken cancellationToken)
    {
        if (await EarlierDays.IsEarlierAsync(buckets.Artifacts, day, cancellationToken))
        {
            run.Progress.Note(RunEventLevel.Information, "The earlier system collected this day: it is left as it is.");
            return new(DayOutcome.EarlierSystem, null);
        }

        var artifacts = new LeasedObjectStore(buckets.Artifacts, run.Lease);
        var before = await CandidateManifest.ReadOrNullAsync(artifacts, day, cancellationToken);
        using var database = lists.CreateDatabase();
        var tables = new DayTables(database, day);
        tables.Create(
            before is null ? null : await lists.FetchAsync(before.ImagesFile, cancellationToken),
            before is null ? null : await FetchRejectedOrNullAsync(before, run, cancellationToken));

        run.Progress.Begin("reading predictions");
        var predictions = await tables.AddPredictionsAsync(source.ReadDaysAsync(day, day, cancellationToken), classes, buckets.Photos.Bucket, cancellationToken);
        tables.MatchEarlier();
        await LookUpAsync(tables, day, run, cancellationToken);
        tables.Decide();
        await FetchAsync(tables, artifacts, day, run, cancellationToken);
        await MoveAsync(tables, artifacts, day, run, cancellationToken);
        tables.Conclude(options.Value.UploadGraceMinutes);
        tables.CheckConservation();

        var totals = tables.Totals(predictions);
        Report(run.Progress, totals);
        if (before is not null && before.Totals == totals && tables.SameAsBefore())
        {
            await DropAsync(tables, artifacts, day, before, run, cancellationToken);
            return new(DayOutcome.Unchanged, before);
        }

        var manifest = await CommitAsync(tables, artifacts, day, before, totals, run, cancellationToken);
        metrics.Collected(before, manifest);
        await DropAsync(tables, artifacts, day, manifest, run, cancellationToken);
        return new(DayOutcome.Collected, manifest);
    }

    /// <summary>Whether a collection that was committed, or was about to be, ended before it had dropped what its manifest doesn't name.</summary>
    public async Task<bool> HasLeftoversAsync(CandidateManifest manifest, CancellationToken cancellationToken)
    {
        await foreach (var item in buckets.Artifacts.ListAsync(ObjectKeys.DayImages(manifest.CollectionDate, "")[..^".parquet".Length], null, cancellationToken))
        {
            if (item.Key != manifest.ImagesFile.Key)
            {
                return true;
            }
        }

        return false;
    }

    // Without this list the rejected photos are only read once more.
    private async Task<string?> FetchRejectedOrNullAsync(CandidateManifest before, RunContext run, CancellationToken cancellationToken)
    {
        try
        {
            return await lists.FetchAsync(before.RejectedFile, cancellationToken);
        }
        catch (ImageListException exception)
        {
            run.Progress.Note(RunEventLevel.Warning, $"{exception.Message} The rejected photos are read again.");
            return null;
        }
    }

    private async Task LookUpAsync(DayTables tables, DateOnly day, RunContext run, CancellationToken cancellationToken)
    {
        await tables.Database.AppendListingAsync("stored", buckets.Artifacts, ObjectKeys.DayPrefix(day), cancellationToken);
        var keys = tables.KeysToLookUp();
        run.Progress.Begin("looking for changed photos", keys.Count);
        using var source = tables.Database.Append("source");
        await SourceLookup.FindAsync(
            buckets.Photos,
            keys,
            options.Value.Concurrency,
            item =>
            {
                source.CreateRow().AppendValue(item.Key).AppendValue(item.ETag).AppendValue((long?)item.Size).AppendValue((DateTime?)item.LastModified).EndRow();
                run.Progress.Advance();
            },
            cancellationToken);
    }

    private async Task FetchAsync(DayTables tables, IObjectStore artifacts, DateOnly day, RunContext run, CancellationToken cancellationToken)
    {
        run.Progress.Begin("fetching photos", tables.Database.Count("SELECT count(*) FROM to_fetch"));
        using var fetcher = new PhotoFetcher(buckets.Photos, artifacts, inspector, limits.Value, ObjectKeys.DayPrefix(day));
        foreach (var chunk in tables.ToFetch().Chunk(4000))
        {
            using var fetched = tables.Database.Append("fetched");
            var gate = new Lock();
            await Parallel.ForEachAsync(
                chunk,
                new ParallelOptions { MaxDegreeOfParallelism = options.Value.Concurrency, CancellationToken = cancellationToken },
                async (photo, token) =>
                {
                    var result = await fetcher.FetchAsync(photo, token);
                    lock (gate)
                    {
                        DayTables.Append(fetched, result);
                    }

                    run.Progress.Advance();
                });
        }
    }

    // The candidates' folders follow their labels. The new name has a generation of its own, so that no late deletion can
    // hit it, and the bytes come from the candidate: the source may have been overwritten.
    private async Task MoveAsync(DayTables tables, IObjectStore artifacts, DateOnly day, RunContext run, CancellationToken cancellationToken)
    {
        var moves = tables.ToMove();
        run.Progress.Begin("moving relabelled candidates", moves.Count);
        using var moved = tables.Database.Append("moved");
        foreach (var move in moves)
        {
            var extension = Path.GetExtension(move.File)[1..];
            var name = ObjectKeys.CandidateName(move.PredictionId, move.PhotoIndex, move.Sha256, extension, ObjectKeys.GenerationOf(move.File) + 1);
            var prefix = ObjectKeys.DayPrefix(day);
            var copy = await artifacts.CopyAsync(artifacts.Bucket, prefix + move.File, move.ETag, $"{prefix}{move.Class}/{name}", cancellationToken);
            if (copy.Outcome != CopyOutcome.Copied || copy.ETag != move.ETag)
            {
                throw new ObjectStoreException(
                    ObjectStoreFault.Unexpected,
                    $"The candidate {prefix}{move.File} changed while it was moved to {move.Class}. Something else writes to the artifacts bucket; collect the day again.");
            }

            moved.CreateRow().AppendValue((long?)move.Seq).AppendValue($"{move.Class}/{name}").EndRow();
            run.Progress.Advance();
        }
    }

    private async Task<CandidateManifest> CommitAsync(
        DayTables tables, LeasedObjectStore artifacts, DateOnly day, CandidateManifest? before, DayTotals totals, RunContext run, CancellationToken cancellationToken)
    {
        run.Progress.Begin("writing the manifest");
        var database = tables.Database;
        var images = await StoreListAsync(database, artifacts, "images", ObjectKeys.DayImages(day, run.IdText), totals.Images, cancellationToken);
        var rejected = await StoreListAsync(database, artifacts, "rejected", ObjectKeys.DayRejected(day, run.IdText), totals.Rejected, cancellationToken);
        var byClass = tables.ByClass();
        var from = day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        var manifest = new CandidateManifest
        {
            CollectionDate = day,
            CreatedAt = time.GetUtcNow().UtcDateTime,
            TotalImages = totals.Images,
            VerifiedImages = totals.VerifiedImages,
            UnverifiedImages = totals.Images - totals.VerifiedImages,
            ClassDistribution = classes.All.Where(item => byClass.ContainsKey(item.Name)).ToDictionary(item => item.Name, item => byClass[item.Name].Images),
            SchemaVersion = 1,
            Window = new(from, from.AddDays(1)),
            RunId = run.IdText,
            Source = new(buckets.Photos.Bucket, source.Table),
            Totals = totals,
            Classes = [.. classes.All.Select(item => new DayClass(item.Index, item.Name, byClass.GetValueOrDefault(item.Name).Images, byClass.GetValueOrDefault(item.Name).Verified))],
            Rejections = tables.ByReason(),
            ImagesFile = images,
            RejectedFile = rejected,
        };
        var path = Path.Combine(database.Folder, "manifest.json");
        await CandidateManifestWriter.WriteAsync(path, manifest, database, cancellationToken);
        await using var content = File.OpenRead(path);
        var committed = await artifacts.TryPutAsync(ObjectKeys.DayManifest(day), content, ContentTypes.Json, before?.ETag, cancellationToken)
            ?? throw new RunLeaseLostException(string.Create(CultureInfo.InvariantCulture, $"day {day:yyyy-MM-dd}"));
        return manifest with { ETag = committed.ETag };
    }

    private async Task<ImagesFile> StoreListAsync(
        ListDatabase database, IObjectStore artifacts, string table, string key, long rows, CancellationToken cancellationToken)
    {
        var path = Path.Combine(database.Folder, $"{table}.parquet");
        database.WriteParquet($"SELECT * FROM {table} ORDER BY created_at, prediction_id, photo_index", path);
        return await lists.StoreAsync(artifacts, path, key, rows, cancellationToken);
    }

    // What an abandoned or earlier collection left goes; what isn't of our form is somebody else's and is only reported.
    private async Task DropAsync(
        DayTables tables, IObjectStore artifacts, DateOnly day, CandidateManifest manifest, RunContext run, CancellationToken cancellationToken)
    {
        List<string> drop = [];
        List<string> oldLists = [];
        List<string> foreign = [];
        foreach (var file in tables.FilesToDrop())
        {
            var key = ObjectKeys.DayPrefix(day) + file;
            if (key == manifest.ImagesFile.Key || key == ObjectKeys.DayManifest(day))
            {
                continue;
            }

            var isList = file.StartsWith("images-", StringComparison.Ordinal) && file.EndsWith(".parquet", StringComparison.Ordinal);
            (isList ? oldLists : ObjectKeys.IsOwnName(file) ? drop : foreign).Add(key);
        }

        await foreach (var item in artifacts.ListAsync($"{ObjectKeys.DayMetadata(day)}rejected-", null, cancellationToken))
        {
            if (item.Key != manifest.RejectedFile.Key)
            {
                drop.Add(item.Key);
            }
        }

        // The lists go last: as long as one is there that the manifest doesn't name, HasLeftoversAsync sees that this isn't done.
        await artifacts.DeleteAsync(drop, cancellationToken);
        await artifacts.DeleteAsync(oldLists, cancellationToken);
        if (foreign.Count > 0)
        {
            run.Progress.Note(RunEventLevel.Warning, $"{foreign.Count} files in the day's folder aren't ours and were left alone, such as {foreign[0]}.");
        }
    }

    private static void Report(RunProgress progress, DayTotals totals)
    {
        progress.Count("predictions", totals.Predictions);
        progress.Count("photos", totals.Photos);
        progress.Count("images", totals.Images);
        progress.Count("verified_images", totals.VerifiedImages);
        progress.Count("rejected", totals.Rejected);
        progress.Count("bytes", totals.Bytes);
    }
}
