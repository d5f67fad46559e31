using System.Text.Json;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Core.Candidates;

/// <summary>
/// A day's <c>manifest.json</c> without its images and rejections: those are also in the lists that it names. Properties
/// stand in the order in which they are written; the first six are the earlier system's.
/// </summary>
public sealed record CandidateManifest
{
    public required DateOnly CollectionDate { get; init; }

    public required DateTime CreatedAt { get; init; }

    public required long TotalImages { get; init; }

    public required long VerifiedImages { get; init; }

    public required long UnverifiedImages { get; init; }

    /// <summary>Images by class; classes without images are left out.</summary>
    public required IReadOnlyDictionary<string, long> ClassDistribution { get; init; }

    public required int SchemaVersion { get; init; }

    public required DayWindow Window { get; init; }

    /// <summary>The run that wrote it.</summary>
    public required string RunId { get; init; }

    public required DaySource Source { get; init; }

    public required DayTotals Totals { get; init; }

    /// <summary>All configured classes, in their order.</summary>
    public required IReadOnlyList<DayClass> Classes { get; init; }

    /// <summary>Rejected photos by reason; reasons that don't occur are left out.</summary>
    public required IReadOnlyDictionary<string, long> Rejections { get; init; }

    public required ImagesFile ImagesFile { get; init; }

    /// <summary>The rejected photos with their ETags, as a list of its own beside the images'.</summary>
    public required ImagesFile RejectedFile { get; init; }

    /// <summary>The stored manifest's ETag; not a part of the file.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string ETag { get; init; } = "";

    /// <summary>A day's manifest, or null where there is none.</summary>
    /// <exception cref="CandidateManifestException">It isn't a manifest of ours.</exception>
    public static async Task<CandidateManifest?> ReadOrNullAsync(IObjectStore artifacts, DateOnly day, CancellationToken cancellationToken)
    {
        CandidateManifest? manifest = null;
        await artifacts.ReadAsync(
            ObjectKeys.DayManifest(day),
            async (stored, content, token) =>
            {
                try
                {
                    manifest = await ManifestJson.ReadHeadAsync<CandidateManifest>(content, "images", token) with { ETag = stored.ETag };
                }
                catch (JsonException exception)
                {
                    throw new CandidateManifestException(stored.Key, exception);
                }
            },
            cancellationToken);
        return manifest;
    }
}

/// <summary>The predictions that belong to a day: created at or after <paramref name="From"/> and before <paramref name="To"/>.</summary>
public sealed record DayWindow(DateTime From, DateTime To);

public sealed record DaySource(string Bucket, string Table);

/// <summary>Photos = Images + Rejected, always. Flagged counts the images with a flag.</summary>
public sealed record DayTotals(long Predictions, long Photos, long Images, long VerifiedImages, long Rejected, long Bytes, long Flagged);

public sealed record DayClass(int Index, string Name, long Images, long Verified);

/// <summary>A day's manifest can't be understood.</summary>
public sealed class CandidateManifestException(string key, Exception inner) : Exception(
    $"{key} can't be read ({inner.Message}). Put back what was there, or delete it to have the day collected anew from the photos as they are now.", inner);
