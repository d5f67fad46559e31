using System.Text.Json;
using System.Text.Json.Nodes;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Core.Datasets;

/// <summary>
/// A dataset's <c>manifest.json</c> without its list of conflicts. Properties stand in the order in which they are written.
/// The first eleven are the earlier system's, whose trainer reads them: where gold is split, they speak of the train split.
/// </summary>
public sealed record DatasetManifest
{
    public const string Stable = "stable";
    public const string Updating = "updating";

    /// <summary>The <see cref="SchemaVersion"/> that is written: the next one when a row of the image list says other things, or says them otherwise.</summary>
    public const int CurrentSchema = 1;

    /// <summary>The kind: <c>verified</c> or <c>full</c>.</summary>
    public required string DatasetType { get; init; }

    /// <summary><c>YYYY-MM-vN</c>.</summary>
    public required string Version { get; init; }

    public required DateTime CreatedAt { get; init; }

    public required int Year { get; init; }

    public required int Month { get; init; }

    public required long TotalImages { get; init; }

    public required long GoldImages { get; init; }

    public required long NewImages { get; init; }

    /// <summary>The days that have images.</summary>
    public required IReadOnlyList<DateOnly> CollectionDates { get; init; }

    /// <summary>Images by class; classes without images are left out.</summary>
    public required IReadOnlyDictionary<string, long> ClassDistribution { get; init; }

    public required IReadOnlyDictionary<string, long> GoldDistribution { get; init; }

    public required IReadOnlyDictionary<string, long> CandidateDistribution { get; init; }

    public required int SchemaVersion { get; init; }

    /// <summary>The run that committed it.</summary>
    public required string RunId { get; init; }

    /// <summary><see cref="Stable"/>, or <see cref="Updating"/> while the folder holds more than the manifest names.</summary>
    public required string Status { get; init; }

    /// <summary>The version before, or null for the first.</summary>
    public required string? PreviousVersion { get; init; }

    /// <summary>SHA-256 over the lines <c>path sha256\n</c>, sorted.</summary>
    public required string ContentDigest { get; init; }

    /// <summary>Of all splits.</summary>
    public required DatasetTotals Totals { get; init; }

    /// <summary>All configured classes, in their order, over all splits.</summary>
    public required IReadOnlyList<DatasetClass> Classes { get; init; }

    /// <summary>Images by split, or null where gold isn't split.</summary>
    public required IReadOnlyDictionary<string, long>? Splits { get; init; }

    public required IReadOnlyList<DatasetDay> Collections { get; init; }

    /// <summary>Days of the month that have passed and aren't collected.</summary>
    public required IReadOnlyList<DateOnly> MissingDays { get; init; }

    /// <summary>Collected days without an image.</summary>
    public required IReadOnlyList<DateOnly> EmptyDays { get; init; }

    /// <summary>Days of the month that weren't over yet.</summary>
    public required IReadOnlyList<DateOnly> DaysToCome { get; init; }

    /// <summary>Rejected photos of the month by reason.</summary>
    public required IReadOnlyDictionary<string, long> Rejections { get; init; }

    public required DatasetGold Gold { get; init; }

    /// <summary>Against the previous version; the first version added everything.</summary>
    public required DatasetChanges Changes { get; init; }

    public required ImagesFile ImagesFile { get; init; }

    /// <summary>The images that were left out, each with its reason and what it lost to.</summary>
    public required ImagesFile LeftOutFile { get; init; }

    /// <summary>A manifest, read no further than to its list of conflicts, or null where there is none.</summary>
    /// <exception cref="DatasetManifestException">It isn't a manifest of ours.</exception>
    public static async Task<DatasetManifest?> ReadOrNullAsync(IObjectStore artifacts, string key, CancellationToken cancellationToken)
    {
        DatasetManifest? manifest = null;
        await artifacts.ReadAsync(
            key,
            async (_, content, token) =>
            {
                try
                {
                    manifest = await ManifestJson.ReadHeadAsync<DatasetManifest>(content, "conflicts", token);
                }
                catch (JsonException exception)
                {
                    throw DatasetManifestException.Of(key, exception);
                }
            },
            cancellationToken);
        return manifest;
    }

    /// <summary>The version as a value.</summary>
    public DatasetVersion GetVersion() => DatasetVersion.TryParse(Version, out var version)
        ? version
        : throw new JsonException($"'{Version}' is not a version: YYYY-MM-vN was expected.");
}

/// <summary>Counts over the whole dataset. Duplicates and the four after it were left out.</summary>
/// <param name="Verified">Candidates that are verified.</param>
/// <param name="Duplicates">The same bytes in the same class.</param>
/// <param name="Conflicts">The same bytes in another class.</param>
/// <param name="Withdrawn">Candidates whose prediction no longer exists.</param>
/// <param name="Leaked">Images of train whose bytes are in gold's val or test.</param>
/// <param name="LeftOut">Of a format that folder loaders don't read, or without a known class by now.</param>
public sealed record DatasetTotals(
    long Images, long Gold, long New, long Verified, long Bytes, long Duplicates, long Conflicts, long Withdrawn, long Leaked, long LeftOut);

public sealed record DatasetClass(int Index, string Name, long Images, long Gold, long New, long Verified);

/// <param name="Images">What the day holds.</param>
/// <param name="Used">What of it is in the dataset.</param>
/// <param name="ManifestEtag">Of the day's manifest as it was read; null for a day of the earlier system.</param>
public sealed record DatasetDay(DateOnly Date, long Images, long Used, string? ManifestEtag);

/// <param name="Images">Readable images in gold.</param>
/// <param name="Digest">SHA-256 over gold's sorted <c>file sha256\n</c> lines.</param>
/// <param name="UnmappedFolders">Folders that belong to no class.</param>
/// <param name="Rejected">Files in class folders that aren't usable images.</param>
public sealed record DatasetGold(long Images, string Digest, IReadOnlyList<string> UnmappedFolders, long Rejected);

/// <param name="Added">Images whose bytes the previous version didn't have.</param>
/// <param name="Removed">Images whose bytes this version no longer has.</param>
/// <param name="Relabelled">Images that are in another class now.</param>
public sealed record DatasetChanges(long Added, long Removed, long Relabelled);

/// <summary>A manifest as it is stored, with its exact bytes.</summary>
public sealed record StoredManifest(DatasetManifest Manifest, ReadOnlyMemory<byte> Bytes, string ETag)
{
    /// <summary>What lies under a key, or null when nothing does.</summary>
    /// <exception cref="DatasetManifestException">It isn't a manifest of ours.</exception>
    public static async Task<StoredManifest?> ReadOrNullAsync(IObjectStore artifacts, string key, CancellationToken cancellationToken)
    {
        StoredManifest? stored = null;
        await artifacts.ReadAsync(
            key,
            async (item, content, token) =>
            {
                using var buffer = new MemoryStream();
                await content.CopyToAsync(buffer, token);
                stored = Parse(key, buffer.ToArray(), item.ETag);
            },
            cancellationToken);
        return stored;
    }

    /// <summary>The same document with another status.</summary>
    public byte[] BytesWithStatus(string status)
    {
        var document = JsonNode.Parse(Bytes.Span)!;
        document["status"] = status;
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, JsonRows.WriterOptions))
        {
            document.WriteTo(writer);
        }

        return buffer.ToArray();
    }

    private static StoredManifest Parse(string key, byte[] bytes, string etag)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize<DatasetManifest>(bytes, ManifestJson.Options) ?? throw new JsonException("The document is null.");
            return new(manifest, bytes, etag);
        }
        catch (JsonException exception)
        {
            throw DatasetManifestException.Of(key, exception);
        }
    }
}

/// <summary>A dataset's manifest can't be understood; the message says which and what to do.</summary>
public sealed class DatasetManifestException(string message, Exception? inner = null) : Exception(message, inner)
{
    internal static DatasetManifestException Of(string key, JsonException fault) => new(
        $"{key} is not a manifest of this program ({fault.Message}). If the earlier system made this dataset, move its folder away before you build the month here.", fault);
}
