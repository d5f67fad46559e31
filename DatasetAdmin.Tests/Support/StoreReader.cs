using System.Collections.Concurrent;
using System.Security.Cryptography;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Tests.Support;

/// <summary>
/// A training job's view of the artifacts bucket: it knows the documents and the listing, and nothing of runs or locks. What it
/// finds wrong was wrong at one moment: a manifest that was replaced meanwhile proves nothing and is read again.
/// </summary>
internal sealed class StoreReader(TestPipeline pipeline)
{
    private static readonly ConcurrentDictionary<string, IReadOnlyList<NamedObject>> s_lists = new();

    private readonly IObjectStore _artifacts = pipeline.Buckets.Artifacts;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What is wrong with what the manifests of a month name: missing or different objects.</summary>
    public async Task<IReadOnlyList<string>> ManifestFaultsAsync(Month month)
    {
        List<string> faults = [];
        foreach (var kind in DatasetKinds.All)
        {
            faults.AddRange(await FaultsOfAsync(ObjectKeys.DatasetPrefix(kind, month), async () =>
                await StoredManifest.ReadOrNullAsync(_artifacts, ObjectKeys.DatasetManifest(kind, month), Token) is { } head
                    ? (head.ETag, [head.Manifest.ImagesFile, head.Manifest.LeftOutFile])
                    : null));
        }

        foreach (var day in month.Days)
        {
            faults.AddRange(await FaultsOfAsync(ObjectKeys.DayPrefix(day), async () =>
                await CandidateManifest.ReadOrNullAsync(_artifacts, day, Token) is { } manifest ? (manifest.ETag, [manifest.ImagesFile, manifest.RejectedFile]) : null));
        }

        return faults;
    }

    /// <summary>
    /// What a reader of the folder would learn wrong: null where <c>version.txt</c> wasn't there or changed meanwhile, so that it
    /// learns nothing.
    /// </summary>
    public async Task<IReadOnlyList<string>?> FolderFaultsAsync(DatasetKind kind, Month month)
    {
        var before = await VersionAsync(kind, month);
        var listed = await pipeline.ListAsync(ObjectKeys.DatasetPrefix(kind, month));
        if (before is not { } said || await VersionAsync(kind, month) != before)
        {
            return null;
        }

        // The archive's copy of that version says what it is, whatever the head has become since.
        if (!DatasetVersion.TryParse(said.Text.TrimEnd('\n'), out var version)
            || await StoredManifest.ReadOrNullAsync(_artifacts, ObjectKeys.Version(version, kind) + "manifest.json", Token) is not { } archived)
        {
            return [$"version.txt says '{said.Text}', and the archive has no such version"];
        }

        var expected = (await ReadListAsync(archived.Manifest.ImagesFile))!.Select(image => image.Name).Concat(["dataset_info.md", "manifest.json", "version.txt"]).ToHashSet();
        return
        [
            .. expected.Except(listed).Select(name => $"{said.Text}: {name} isn't in the folder"),
            .. listed.Except(expected).Select(name => $"{said.Text}: {name} is in the folder and not in the version"),
        ];
    }

    /// <summary>What a finished build must not leave: versions out of order or incomplete, and objects that no manifest names.</summary>
    public async Task<IReadOnlyList<string>> LeftoversAsync(DatasetKind kind, Month month)
    {
        List<string> faults = [];
        var head = await pipeline.DatasetAsync(month, kind);
        var newest = head.GetVersion().Number;
        HashSet<string> expected = [];
        for (var number = 1; number <= newest; number++)
        {
            var archive = ObjectKeys.Version(new(month, number), kind);
            if (await StoredManifest.ReadOrNullAsync(_artifacts, archive + "manifest.json", Token) is not { } stored)
            {
                faults.Add($"{archive} has no manifest");
                continue;
            }

            expected.UnionWith([archive + "manifest.json", archive + "dataset_info.md", archive + "version.txt", stored.Manifest.ImagesFile.Key, stored.Manifest.LeftOutFile.Key]);
            if ((stored.Manifest.Status, stored.Manifest.Version) != (DatasetManifest.Stable, $"{month}-v{number}"))
            {
                faults.Add($"{archive} is {stored.Manifest.Version}, {stored.Manifest.Status}");
            }

            if (number == newest && stored.Manifest.ContentDigest != head.ContentDigest)
            {
                faults.Add($"{archive} isn't what the head is");
            }
        }

        faults.AddRange(await DifferenceAsync(ObjectKeys.Versions(kind, month), expected));
        foreach (var day in month.Days)
        {
            if (await CandidateManifest.ReadOrNullAsync(_artifacts, day, Token) is { } manifest)
            {
                var names = (await ReadListAsync(manifest.ImagesFile))!.Select(image => ObjectKeys.DayPrefix(day) + image.Name);
                faults.AddRange(await DifferenceAsync(ObjectKeys.DayPrefix(day), [.. names, manifest.ImagesFile.Key, ObjectKeys.DayManifest(day)]));
                faults.AddRange(await DifferenceAsync(ObjectKeys.DayMetadata(day), [manifest.RejectedFile.Key]));
            }
        }

        return faults;
    }

    /// <summary>A month's days as text: every column of every image that was collected, but for the names of runs.</summary>
    public async Task<string> DaysAsync(Month month)
    {
        List<string> lines = [];
        foreach (var day in month.Days)
        {
            if (await CandidateManifest.ReadOrNullAsync(_artifacts, day, Token) is { } manifest)
            {
                lines.Add($"{ObjectKeys.DayText(day)} {manifest.Totals} {string.Join(' ', manifest.Rejections)} {manifest.ImagesFile.Rows}");
                lines.AddRange((await ReadListAsync(manifest.ImagesFile))!.Select(image => $"{image.Name} {image.Size} {image.Sha256} {image.Label}"));
            }
        }

        return string.Join('\n', lines);
    }

    private async Task<IReadOnlyList<string>> FaultsOfAsync(string prefix, Func<Task<(string ETag, ImagesFile[] Lists)?>> read)
    {
        while (await read() is { } manifest)
        {
            List<string> faults = [];
            foreach (var list in manifest.Lists)
            {
                if (await ReadListAsync(list) is null)
                {
                    faults.Add($"{list.Key} is missing or different");
                }
            }

            var listed = new Dictionary<string, StoredObject>();
            await foreach (var item in _artifacts.ListAsync(prefix, null, Token))
            {
                listed[item.Key[prefix.Length..]] = item;
            }

            faults.AddRange(
                from image in faults.Count == 0 ? s_lists[manifest.Lists[0].Sha256] : []
                where listed.GetValueOrDefault(image.Name) is not { } item || (item.Size, item.ETag) != (image.Size, image.ETag)
                select $"{prefix}{image.Name} is missing or different");
            if (faults.Count == 0 || (await read())?.ETag == manifest.ETag)
            {
                return faults;
            }
        }

        return [];
    }

    private async Task<IEnumerable<string>> DifferenceAsync(string prefix, HashSet<string> expected)
    {
        var listed = (await pipeline.ListAsync(prefix)).Select(name => prefix + name).ToList();
        return [.. listed.Except(expected).Select(key => $"{key} is named by nothing"), .. expected.Except(listed).Select(key => $"{key} isn't there")];
    }

    /// <summary>A list's rows, from the bucket's own bytes; null where they aren't there or aren't what was meant.</summary>
    private async Task<IReadOnlyList<NamedObject>?> ReadListAsync(ImagesFile list)
    {
        var sha256 = "";
        await _artifacts.ReadAsync(list.Key, async (_, content, token) => sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, token)), Token);
        if (sha256 != list.Sha256)
        {
            return null;
        }

        // A list never changes under its hash.
        if (!s_lists.TryGetValue(sha256, out var rows))
        {
            try
            {
                // The list of what was left out or rejected names no objects.
                var named = await pipeline.RowsAsync(list);
                s_lists[sha256] = rows = named.Count == 0 || named[0].ContainsKey("bytes") ? [.. named.Select(NamedObject.Of)] : [];
            }
            catch (ImageListException)
            {
                // It went away since a moment ago.
                return null;
            }
        }

        return rows;
    }

    private async Task<(string Text, string ETag)?> VersionAsync(DatasetKind kind, Month month)
    {
        (string, string)? version = null;
        await _artifacts.ReadAsync(
            ObjectKeys.VersionText(kind, month),
            async (stored, content, token) =>
            {
                using var reader = new StreamReader(content);
                version = (await reader.ReadToEndAsync(token), stored.ETag);
            },
            Token);
        return version;
    }

    /// <param name="Label">What a collection or a build may get wrong beside the bytes.</param>
    private sealed record NamedObject(string Name, long Size, string ETag, string Sha256, string Label)
    {
        public static NamedObject Of(IReadOnlyDictionary<string, object?> row) => new(
            (string)(row.GetValueOrDefault("path") ?? row["file"])!,
            (long)row["bytes"]!,
            (string)row["etag"]!,
            (string)row["sha256"]!,
            $"{row["class"]} {row["prediction_id"]} {row["photo_index"]} {row["is_verified"]} {row["created_at"]:O} {string.Join(',', (List<string>)row["flags"]!)}");
    }
}
