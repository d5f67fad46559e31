using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Classes;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Core.Browsing;

/// <summary>Finds the list of images that a reference names, and makes it ready to be asked.</summary>
public sealed class ListCatalog(Buckets buckets, CandidateQueries candidates, FaceClasses classes, ListKeys keys)
{
    /// <summary>
    /// The list, or null where nothing is built, collected or indexed there. The first time that this machine sees a list it is
    /// downloaded and its keys are taken out, about a second for a million images; then it is at hand.
    /// </summary>
    /// <exception cref="DatasetManifestException">The manifest can't be read.</exception>
    /// <exception cref="CandidateManifestException">The manifest can't be read.</exception>
    /// <exception cref="ImageListException">The list is missing or was changed.</exception>
    public async Task<BrowsedList?> FindOrNullAsync(ListReference reference, CancellationToken cancellationToken) => reference switch
    {
        { Kind: { } kind } => await DatasetOrNullAsync(reference, kind, cancellationToken),
        { Day: { } day } => await DayOrNullAsync(reference, day, cancellationToken),
        _ => await IndexedOrNullAsync(reference, ObjectKeys.GoldIndex, GoldColumns(), cancellationToken),
    };

    /// <summary>The images of a dataset as this manifest has them.</summary>
    /// <param name="isCurrent">Whether it is the version that stands; of an earlier one, what was dropped lies only where it came from.</param>
    public Task<BrowsedList> OpenAsync(DatasetKind kind, DatasetManifest manifest, bool isCurrent, CancellationToken cancellationToken)
    {
        var version = manifest.GetVersion();
        return OpenAsync(
            ListReference.Of(kind, version.Month, version.Number), manifest.ImagesFile, ListColumns.Dataset, isCurrent ? ObjectKeys.DatasetPrefix(kind, version.Month) : "", cancellationToken);
    }

    private async Task<BrowsedList?> DatasetOrNullAsync(ListReference reference, DatasetKind kind, CancellationToken cancellationToken)
    {
        var head = await DatasetManifest.ReadOrNullAsync(buckets.Artifacts, ObjectKeys.DatasetManifest(kind, reference.Month), cancellationToken);
        if (reference.Version is not { } version || head?.GetVersion().Number == version)
        {
            return head is null ? null : await OpenAsync(kind, head, isCurrent: true, cancellationToken);
        }

        return await DatasetManifest.ReadOrNullAsync(buckets.Artifacts, ObjectKeys.VersionManifest(new(reference.Month, version), kind), cancellationToken) is { } archived
            ? await OpenAsync(kind, archived, isCurrent: false, cancellationToken)
            : null;
    }

    private async Task<BrowsedList?> DayOrNullAsync(ListReference reference, DateOnly day, CancellationToken cancellationToken)
    {
        if (await EarlierDays.IsEarlierAsync(buckets.Artifacts, day, cancellationToken))
        {
            return await IndexedOrNullAsync(reference, ObjectKeys.EarlierDayIndex(day), ListColumns.OfEarlierDay(day), cancellationToken);
        }

        return await candidates.ListOrNullAsync(day, cancellationToken) is { } collected
            ? await OpenAsync(reference, collected.Manifest.ImagesFile, ListColumns.OfDay(day), "", cancellationToken)
            : null;
    }

    private async Task<BrowsedList?> IndexedOrNullAsync(ListReference reference, string indexKey, ListColumns columns, CancellationToken cancellationToken)
    {
        ImagesFile? list = null;
        await buckets.Artifacts.ReadAsync(
            indexKey, async (_, content, token) => list = (await ManifestJson.ReadHeadAsync<IndexHead>(content, null, token)).ImagesFile, cancellationToken);
        return list is null ? null : await OpenAsync(reference, list, columns, "", cancellationToken);
    }

    private async Task<BrowsedList> OpenAsync(ListReference reference, ImagesFile list, ListColumns columns, string keyPrefix, CancellationToken cancellationToken)
    {
        var (rowsPath, keysPath) = await keys.FetchAsync(list, columns, cancellationToken);
        return new(reference, list.Sha256, rowsPath, keysPath, columns, keyPrefix, list.Rows);
    }

    // The same meaning of gold's folders as in a build: a split may stand before the class.
    private ListColumns GoldColumns()
    {
        const string IsSplit = "(split_part(file, '/', 3) <> '' AND split_part(file, '/', 1) IN ('train', 'val', 'test'))";
        var cases = classes.All.SelectMany(item => item.GoldFolders.Prepend(item.Name).Distinct(StringComparer.OrdinalIgnoreCase), (item, folder) => (item.Name, Folder: folder))
            .Select(item => $"WHEN '{ListDatabase.Quote(item.Folder.ToLowerInvariant())}' THEN '{ListDatabase.Quote(item.Name)}'");
        return ListColumns.OfGold(
            $"CASE lower(split_part(file, '/', CASE WHEN {IsSplit} THEN 2 ELSE 1 END)) {string.Join(' ', cases)} END",
            $"CASE WHEN {IsSplit} THEN split_part(file, '/', 1) END");
    }

    private sealed record IndexHead(ImagesFile ImagesFile);
}
