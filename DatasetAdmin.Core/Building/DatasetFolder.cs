using System.Globalization;
using System.Text;
using System.Text.Json;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Core.Building;

/// <summary>
/// The documents of one dataset in the artifacts bucket, and the writes of the commit protocol that concern them (design §7).
/// Every write of the head is conditional on the head that was read.
/// </summary>
/// <param name="artifacts">The artifacts bucket under the run's lease.</param>
internal sealed class DatasetFolder(IObjectStore artifacts, DatasetKind kind, Month month)
{
    private readonly string _headKey = ObjectKeys.DatasetManifest(kind, month);

    public string Prefix { get; } = ObjectKeys.DatasetPrefix(kind, month);

    /// <summary>The head as it was last read or written.</summary>
    public StoredManifest? Head { get; private set; }

    /// <summary>Reads what a build would begin with, and heals nothing.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        Head = await StoredManifest.ReadOrNullAsync(artifacts, _headKey, cancellationToken);
        var archived = await NewestArchivedAsync(cancellationToken);
        Head = archived is not null && (Head is null || Head.Manifest.GetVersion().Number < archived.Manifest.GetVersion().Number) ? archived : Head;
    }

    /// <summary>
    /// Reads the head, and heals what a dead run or a restored backup left: a head that isn't archived yet is archived, and
    /// one that is missing or older than the archive is restored from there.
    /// </summary>
    public async Task RecoverAsync(RunProgress progress, CancellationToken cancellationToken)
    {
        Head = await StoredManifest.ReadOrNullAsync(artifacts, _headKey, cancellationToken);
        var archived = await NewestArchivedAsync(cancellationToken);
        if (archived is not null && (Head is null || Head.Manifest.GetVersion().Number < archived.Manifest.GetVersion().Number))
        {
            progress.Note(RunEventLevel.Warning, $"{_headKey} was {Head?.Manifest.Version ?? "missing"}, and the archive has {archived.Manifest.Version}: it is restored from there.");
            await PutHeadAsync(archived.BytesWithStatus(DatasetManifest.Updating), cancellationToken);
            await artifacts.DeleteAsync([ObjectKeys.VersionText(kind, month)], cancellationToken);
        }
        else if (Head is not null && archived?.Manifest.Version != Head.Manifest.Version)
        {
            progress.Note(RunEventLevel.Information, $"{Head.Manifest.Version} was committed by a run that ended before it could archive it; that is done now.");
            await ArchiveAsync(cancellationToken);
        }
    }

    /// <summary>The image lists of all archived versions.</summary>
    public async Task<IReadOnlyList<ImagesFile>> ArchivedListsAsync(CancellationToken cancellationToken)
    {
        List<ImagesFile> lists = [];
        await foreach (var key in ArchivedManifestsAsync(cancellationToken))
        {
            lists.Add((await StoredManifest.ReadOrNullAsync(artifacts, key, cancellationToken))!.Manifest.ImagesFile);
        }

        return lists;
    }

    /// <summary>Step 4: says that the folder is in flux, before anything in it changes.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (Head!.Manifest.Status != DatasetManifest.Updating)
        {
            await PutHeadAsync(Head.BytesWithStatus(DatasetManifest.Updating), cancellationToken);
        }

        await artifacts.DeleteAsync([ObjectKeys.VersionText(kind, month)], cancellationToken);
    }

    /// <summary>Step 7: the commit.</summary>
    public Task CommitAsync(byte[] manifest, CancellationToken cancellationToken) => PutHeadAsync(manifest, cancellationToken);

    /// <summary>Step 9: the documents, the archive, and last <c>version.txt</c>.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        await PutAsync(ObjectKeys.DatasetInfo(kind, month), DatasetInfo.Write(Head!.Manifest), ContentTypes.Markdown, cancellationToken);
        if (Head.Manifest.Status != DatasetManifest.Stable)
        {
            await PutHeadAsync(Head.BytesWithStatus(DatasetManifest.Stable), cancellationToken);
        }

        await ArchiveAsync(cancellationToken);
        await NameLatestAsync(cancellationToken);
        await PutAsync(ObjectKeys.VersionText(kind, month), $"{Head.Manifest.Version}\n", ContentTypes.Text, cancellationToken);
    }

    /// <summary>Whether step 9 was finished for the head.</summary>
    public async Task<bool> IsClosedAsync(CancellationToken cancellationToken)
    {
        var text = "";
        await artifacts.ReadAsync(
            ObjectKeys.VersionText(kind, month),
            async (_, content, token) =>
            {
                using var reader = new StreamReader(content);
                text = await reader.ReadToEndAsync(token);
            },
            cancellationToken);
        return Head!.Manifest.Status == DatasetManifest.Stable && text.Trim() == Head.Manifest.Version;
    }

    private async Task<StoredManifest?> NewestArchivedAsync(CancellationToken cancellationToken)
    {
        var newest = 0;
        var prefix = ObjectKeys.Versions(kind, month);
        await foreach (var key in ArchivedManifestsAsync(cancellationToken))
        {
            var number = key[(prefix.Length + 1)..key.LastIndexOf('/')];
            newest = Math.Max(newest, int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0);
        }

        return newest == 0
            ? null
            : await StoredManifest.ReadOrNullAsync(artifacts, ObjectKeys.VersionManifest(new(month, newest), kind), cancellationToken);
    }

    private async IAsyncEnumerable<string> ArchivedManifestsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in artifacts.ListAsync(ObjectKeys.Versions(kind, month), null, cancellationToken))
        {
            if (item.Key.EndsWith("/manifest.json", StringComparison.Ordinal))
            {
                yield return item.Key;
            }
        }
    }

    // The manifest comes last: where it is, the archive of its version is whole.
    private async Task ArchiveAsync(CancellationToken cancellationToken)
    {
        var version = Head!.Manifest.GetVersion();
        var prefix = ObjectKeys.Version(version, kind);
        if (await artifacts.FindOrNullAsync(prefix + "manifest.json", cancellationToken) is not null)
        {
            return;
        }

        await PutAsync(prefix + "dataset_info.md", DatasetInfo.Write(Head.Manifest), ContentTypes.Markdown, cancellationToken);
        await PutAsync(prefix + "version.txt", $"{Head.Manifest.Version}\n", ContentTypes.Text, cancellationToken);
        using var content = new MemoryStream(Head.BytesWithStatus(DatasetManifest.Stable));
        await artifacts.TryPutAsync(prefix + "manifest.json", content, ContentTypes.Json, null, cancellationToken);
    }

    private async Task NameLatestAsync(CancellationToken cancellationToken)
    {
        var key = ObjectKeys.Latest(kind);
        LatestDataset? latest = null;
        await artifacts.ReadAsync(
            key, async (_, content, token) => latest = await ManifestJson.ReadHeadAsync<LatestDataset>(content, null, token), cancellationToken);
        if (latest is null || !Month.TryParse(latest.Month, out var newest) || newest <= month)
        {
            var named = new LatestDataset(month.ToString(), Head!.Manifest.Version, _headKey, Head.Manifest.ContentDigest);
            if (named != latest)
            {
                await PutAsync(key, JsonSerializer.Serialize(named, ManifestJson.Options), ContentTypes.Json, cancellationToken);
            }
        }
    }

    private async Task PutHeadAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(bytes);
        var stored = await artifacts.TryPutAsync(_headKey, content, ContentTypes.Json, Head?.ETag, cancellationToken)
            ?? throw new RunLeaseLostException($"{kind.Name()}/{month}");
        Head = new(JsonSerializer.Deserialize<DatasetManifest>(bytes, ManifestJson.Options)!, bytes, stored.ETag);
    }

    private async Task PutAsync(string key, string text, string contentType, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await artifacts.PutAsync(key, content, contentType, cancellationToken);
    }

    private sealed record LatestDataset(string Month, string Version, string ManifestKey, string ContentDigest);
}
