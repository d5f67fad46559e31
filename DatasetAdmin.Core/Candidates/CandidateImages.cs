using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Core.Candidates;

/// <summary>A rejected photo as a day lists it.</summary>
/// <param name="Reason">As the manifests write it: <see cref="Rejections.Name"/>.</param>
public sealed record RejectedPhoto(string PredictionId, int? PhotoIndex, string? SourceUrl, string Reason, string? Detail);

/// <summary>A dataset that holds a candidate, and as what.</summary>
/// <param name="Path">Within the dataset.</param>
public sealed record CandidateUse(DatasetKind Kind, DatasetVersion Version, string Path);

/// <summary>Reads what is known of a day's photos beside its list.</summary>
public sealed class CandidateImages(Buckets buckets, ImageListStore lists, ListBrowser browser)
{
    /// <summary>Some of a day's rejected photos, in the order of their predictions.</summary>
    /// <param name="reason">Only those; null for all.</param>
    public async Task<IReadOnlyList<RejectedPhoto>> RejectedAsync(CandidateManifest manifest, string? reason, long skip, int take, CancellationToken cancellationToken)
    {
        var list = ListDatabase.Quote(await lists.FetchAsync(manifest.RejectedFile, cancellationToken));
        return await browser.AskAsync(
            question => question.Rows(
                $"""
                SELECT prediction_id, photo_index, source_url, reason, detail FROM read_parquet('{list}') WHERE $reason IS NULL OR reason = $reason
                ORDER BY created_at, prediction_id, photo_index LIMIT {take} OFFSET {skip}
                """,
                row => new RejectedPhoto(
                    row.GetString(0), row.IsDBNull(1) ? null : row.GetInt32(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4)),
                ("reason", reason)),
            cancellationToken);
    }

    /// <summary>The datasets of the day's month that hold a candidate now.</summary>
    /// <param name="file">Within the day's folder.</param>
    public async Task<IReadOnlyList<CandidateUse>> UsesAsync(DateOnly day, string file, CancellationToken cancellationToken)
    {
        List<CandidateUse> uses = [];
        foreach (var kind in DatasetKinds.All)
        {
            var manifest = await DatasetManifest.ReadOrNullAsync(buckets.Artifacts, ObjectKeys.DatasetManifest(kind, Month.Of(day)), cancellationToken);
            if (manifest is null)
            {
                continue;
            }

            var list = ListDatabase.Quote(await lists.FetchAsync(manifest.ImagesFile, cancellationToken));
            uses.AddRange(await browser.AskAsync(
                question => question.Rows(
                    $"SELECT path FROM read_parquet('{list}') WHERE day = $day AND file = $file",
                    row => new CandidateUse(kind, manifest.GetVersion(), row.GetString(0)),
                    ("day", day),
                    ("file", file)),
                cancellationToken));
        }

        return uses;
    }
}
