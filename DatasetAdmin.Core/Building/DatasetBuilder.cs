using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Classes;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Gold;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Building;

/// <summary>How a build ended.</summary>
public enum BuildOutcome
{
    /// <summary>A new version was committed.</summary>
    Built,

    /// <summary>The dataset holds what it should; its version stays.</summary>
    Unchanged,

    /// <summary>Nothing was changed, and a person must decide.</summary>
    Blocked,
}

/// <param name="Version">The version that stands now; null where a first build was blocked.</param>
/// <param name="Changes">Against the version before; of a blocked build, what it would have changed.</param>
/// <param name="Reason">Why it was blocked and what to do; null otherwise.</param>
public sealed record BuildResult(BuildOutcome Outcome, DatasetVersion? Version, DatasetChanges Changes, string? Reason);

/// <summary>
/// Builds a month's dataset of one kind by the commit protocol of design §7: a method per step. The manifest is the
/// commit; after a crash anywhere the next build goes on from what is there, and there is nothing to undo.
/// </summary>
public sealed partial class DatasetBuilder(
    IPredictionSource source,
    Buckets buckets,
    FaceClasses classes,
    CandidateQueries candidates,
    FolderIndexer indexer,
    ImageListStore lists,
    IOptions<BuildingOptions> options,
    BuildingMetrics metrics,
    TimeProvider time)
{
    /// <param name="allowDrops">A person said that the build may drop more than the configured share.</param>
    /// <exception cref="BuildException">Something must be changed first.</exception>
    /// <exception cref="RunLeaseLostException">The run's lock was lost, or another process wrote the head.</exception>
    public async Task<BuildResult> BuildAsync(Month month, DatasetKind kind, bool allowDrops, RunContext run, CancellationToken cancellationToken)
    {
        var artifacts = new LeasedObjectStore(buckets.Artifacts, run.Lease);
        var folder = new DatasetFolder(artifacts, kind, month);
        await folder.RecoverAsync(run.Progress, cancellationToken);
        using var database = lists.CreateDatabase();
        var plan = new BuildPlan(database, kind, classes);
        var inputs = await PlanAsync(plan, folder, month, kind, run, cancellationToken);
        var before = folder.Head?.Manifest;
        var differs = before is null || plan.Differs() || !SameClasses(before);
        var changes = plan.Changes();
        Report(run.Progress, plan, changes);

        if (differs && before is not null && !allowDrops && WhyBlocked(before, changes) is { } reason)
        {
            return new(BuildOutcome.Blocked, before.GetVersion(), changes, reason);
        }

        var copier = new PlanCopier(artifacts, database, folder.Prefix, options.Value.Concurrency);
        await copier.ListAsync(cancellationToken);
        if (copier.Missing > 0 && await copier.FindVanishedAsync(cancellationToken) is { Count: > 0 } gone)
        {
            return new(BuildOutcome.Blocked, before?.GetVersion(), changes, Vanished(gone));
        }

        // What the requests of a dead or overtaken run brought after the build that followed it had dropped its leftovers.
        var leftovers = copier.Unnamed().Own.Count + (before is null ? 0 : (await AbandonedListsAsync(before, artifacts, cancellationToken)).Count);
        byte[]? manifest = null;
        if (differs)
        {
            manifest = await ListImagesAsync(plan, inputs, before, isClean: leftovers == 0, artifacts, run, cancellationToken);
            if (before is not null)
            {
                await folder.OpenAsync(cancellationToken);
            }
        }

        run.Progress.Begin("copying images", copier.Missing);
        if (copier.Missing > 0 && await copier.CopyAsync(run.Progress, cancellationToken) is { Count: > 0 } vanished)
        {
            return new(BuildOutcome.Blocked, before?.GetVersion(), changes, Vanished(vanished));
        }

        metrics.Copied(kind, copier.Missing);
        await copier.VerifyAsync(run.Progress, cancellationToken);
        if (manifest is not null)
        {
            run.Progress.Begin("committing");
            await folder.CommitAsync(manifest, cancellationToken);
        }

        if (manifest is not null || leftovers > 0 || !await folder.IsClosedAsync(cancellationToken))
        {
            await DropAsync(folder, copier, artifacts, run, cancellationToken);
            await folder.CloseAsync(cancellationToken);
        }

        return new(differs ? BuildOutcome.Built : BuildOutcome.Unchanged, folder.Head!.Manifest.GetVersion(), changes, null);
    }

    // Step 2. The labels are read last, so that they are as fresh as can be.
    private async Task<BuildInputs> PlanAsync(BuildPlan plan, DatasetFolder folder, Month month, DatasetKind kind, RunContext run, CancellationToken cancellationToken)
    {
        var gold = new GoldSet(classes);
        plan.Create();
        plan.AddGold(await indexer.UpdateAsync(gold.Folder, run, cancellationToken), gold.UnmappedFolders);
        run.Progress.Begin("planning");
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        List<(DateOnly, CandidateManifest?)> days = [];
        foreach (var day in month.Days.Where(day => day < today))
        {
            if (await EarlierDays.IsEarlierAsync(buckets.Artifacts, day, cancellationToken))
            {
                plan.AddEarlierDay(day, await indexer.UpdateAsync(EarlierFolder(day), run, cancellationToken));
                days.Add((day, null));
            }
            else if (await candidates.ListOrNullAsync(day, cancellationToken) is { } collected)
            {
                plan.AddDay(day, collected.List);
                days.Add((day, collected.Manifest));
            }
        }

        await ReadLabelsAsync(plan, month, cancellationToken);
        if (folder.Head is { } head)
        {
            var archived = new List<string>();
            foreach (var list in await folder.ArchivedListsAsync(cancellationToken))
            {
                archived.Add(await lists.FetchAsync(list, cancellationToken));
            }

            plan.AddHead(await lists.FetchAsync(head.Manifest.ImagesFile, cancellationToken), archived, UnchangedDays(head.Manifest, days));
        }

        plan.Decide((folder.Head?.Manifest.GetVersion().Number ?? 0) + 1, options.Value.LeftOutFormats);
        return new(month, kind, days, [.. month.Days.Where(day => day >= today)], gold.UnmappedFolders);
    }

    // A version of another schema may say other things of the same image.
    private static IEnumerable<DateOnly> UnchangedDays(DatasetManifest before, IEnumerable<(DateOnly Day, CandidateManifest? Manifest)> days) =>
        before.SchemaVersion == DatasetManifest.CurrentSchema
            ? from item in days
              where before.Collections.Any(day => day.Date == item.Day && day.ManifestEtag is not null && day.ManifestEtag == item.Manifest?.ETag)
              select item.Day
            : [];

    private async Task ReadLabelsAsync(BuildPlan plan, Month month, CancellationToken cancellationToken)
    {
        await plan.AddLabelsAsync(source.ReadDaysAsync(month.FirstDay, month.LastDay, cancellationToken), cancellationToken);
        foreach (var ids in plan.IdsWithoutLabel().Chunk(1000))
        {
            await plan.AddLabelsAsync(source.ReadByIdsAsync(ids, cancellationToken), cancellationToken);
        }

        var candidates = plan.Database.Count("SELECT count(*) FROM candidates");
        if (candidates > 0 && plan.Database.Count("SELECT count(*) FROM labels") == 0)
        {
            throw new BuildException(
                $"{source.Table} has none of the predictions of {month}'s {candidates} candidates. An empty answer never empties a dataset: check ConnectionStrings:UserStyles and UserStyles:Table.");
        }
    }

    // Step 3, and the manifest that step 7 will put.
    private async Task<byte[]> ListImagesAsync(
        BuildPlan plan, BuildInputs inputs, DatasetManifest? before, bool isClean, IObjectStore artifacts, RunContext run, CancellationToken cancellationToken)
    {
        run.Progress.Begin("listing images");
        plan.List();
        var database = plan.Database;
        var version = before?.GetVersion().Next ?? new DatasetVersion(inputs.Month, 1);
        var imagesPath = Path.Combine(database.Folder, "images.parquet");
        database.WriteParquet($"SELECT {ImageColumns.Names(ImageColumns.Dataset)} FROM plan", imagesPath);
        var images = await lists.StoreAsync(
            artifacts, imagesPath, ObjectKeys.VersionImages(version, inputs.Kind, run.IdText), plan.Images(), cancellationToken);
        var leftOutPath = Path.Combine(database.Folder, "left_out.parquet");
        database.WriteParquet("SELECT * FROM left_out ORDER BY reason, origin, day, file", leftOutPath);
        var leftOut = await lists.StoreAsync(
            artifacts, leftOutPath, ObjectKeys.VersionLeftOut(version, inputs.Kind, run.IdText), database.Count("SELECT count(*) FROM left_out"), cancellationToken);
        var manifest = BuildDocuments.Describe(
            plan, inputs, classes, version, before, isClean, plan.ContentDigest(), images, leftOut, run.IdText, time.GetUtcNow().UtcDateTime);
        var path = Path.Combine(database.Folder, "manifest.json");
        await BuildDocuments.WriteAsync(path, manifest, database, cancellationToken);
        return await File.ReadAllBytesAsync(path, cancellationToken);
    }

    // Step 8: what the head doesn't name, if its name is of our form. Lists of abandoned builds of this version go too.
    private static async Task DropAsync(DatasetFolder folder, PlanCopier copier, IObjectStore artifacts, RunContext run, CancellationToken cancellationToken)
    {
        run.Progress.Begin("dropping what the manifest doesn't name");
        var (own, foreign) = copier.Unnamed();
        foreach (var chunk in own.Chunk(1000))
        {
            await artifacts.DeleteAsync(chunk, cancellationToken);
        }

        if (foreign.Count > 0)
        {
            run.Progress.Note(RunEventLevel.Warning, $"{foreign.Count} files in {folder.Prefix} aren't ours and were left alone, such as {foreign[0]}. Folder loaders will read them.");
        }

        await artifacts.DeleteAsync(await AbandonedListsAsync(folder.Head!.Manifest, artifacts, cancellationToken), cancellationToken);
    }

    private static async Task<IReadOnlyList<string>> AbandonedListsAsync(DatasetManifest head, IObjectStore artifacts, CancellationToken cancellationToken)
    {
        var prefix = head.ImagesFile.Key[..(head.ImagesFile.Key.LastIndexOf('/') + 1)];
        List<string> abandoned = [];
        await foreach (var item in artifacts.ListAsync(prefix, null, cancellationToken))
        {
            if (item.Key.EndsWith(".parquet", StringComparison.Ordinal) && item.Key != head.ImagesFile.Key && item.Key != head.LeftOutFile.Key)
            {
                abandoned.Add(item.Key);
            }
        }

        return abandoned;
    }

    private bool SameClasses(DatasetManifest before) => before.Classes.Select(item => item.Name).SequenceEqual(classes.All.Select(item => item.Name));

    private string? WhyBlocked(DatasetManifest before, DatasetChanges changes)
    {
        var share = before.Totals.Images == 0 ? 0 : 100.0 * changes.Removed / before.Totals.Images;
        return changes.Removed > options.Value.MostDroppedImages || share > options.Value.MostDroppedPercent
            ? FormattableString.Invariant(
                $"The rebuild would drop {changes.Removed} of {before.Totals.Images} images ({share:0.#} %) of {before.Version}, more than Building:MostDroppedPercent or Building:MostDroppedImages allow without a person's word. If that is meant, build again with --allow-drops.")
            : null;
    }

    private static string Vanished(IReadOnlyList<string> keys) =>
        $"{keys.Count} images that the plan needs are gone or changed since they were collected, such as {string.Join(", ", keys.Take(3))}. Collect their days again, or put gold's files back, then build again.";

    private static IndexedFolder EarlierFolder(DateOnly day) => new(
        ObjectKeys.DayPrefix(day),
        ObjectKeys.EarlierDayIndex(day),
        run => ObjectKeys.EarlierDayImages(day, run),
        file => EarlierDays.TryParse(file, out _),
        (file, sha256, extension) => EarlierDays.TryParse(file, out var parsed)
            ? ObjectKeys.CandidateName(parsed.PredictionId, parsed.PhotoIndex, sha256, extension)
            : throw new ArgumentException($"'{file}' is not of the earlier system's form.", nameof(file)));

    private static void Report(RunProgress progress, BuildPlan plan, DatasetChanges changes)
    {
        progress.Count("images", plan.Images());
        progress.Count("added", changes.Added);
        progress.Count("removed", changes.Removed);
        progress.Count("relabelled", changes.Relabelled);
        progress.Count("withdrawn", plan.Database.Count("SELECT count(*) FROM left_out WHERE reason = 'withdrawn'"));
    }
}
