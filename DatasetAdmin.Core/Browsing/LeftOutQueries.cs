using System.Globalization;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Core.Browsing;

/// <summary>An image that a build left out.</summary>
/// <param name="Reason"><c>duplicate</c>, <c>conflict</c>, <c>withdrawn</c>, <c>leaked</c>, <c>format</c> or <c>unknown_class</c>.</param>
/// <param name="Key">Where its bytes lay in the artifacts bucket when the dataset was built.</param>
/// <param name="Class">The class that it would have had; null where it had none.</param>
/// <param name="Day">Null for gold.</param>
/// <param name="Kept">The path in the dataset of the image with the same bytes that is in it; null where none is.</param>
public sealed record LeftOutImage(
    string Reason, string Key, string Origin, string? Class, DateOnly? Day, string? PredictionId, int? PhotoIndex, string Sha256, string? Kept);

/// <param name="Total">How many the filter leaves.</param>
public sealed record LeftOutPage(IReadOnlyList<LeftOutImage> Images, long Total);

/// <summary>Reads what builds left out, and why.</summary>
public sealed class LeftOutQueries(ListBrowser browser, ImageListStore lists)
{
    /// <summary>How many images a version left out, by reason.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CountAsync(DatasetManifest manifest, CancellationToken cancellationToken)
    {
        var source = await SourceAsync(manifest, cancellationToken);
        return await browser.AskAsync(
            question => question.Rows($"SELECT reason, count(*) FROM {source} GROUP BY reason", row => (Reason: row.GetString(0), Images: row.GetInt64(1)))
                .ToDictionary(row => row.Reason, row => row.Images),
            cancellationToken);
    }

    /// <summary>A page of what a version left out, in the order of reason, class and file.</summary>
    /// <param name="reason">Null for all.</param>
    /// <param name="take">At most <see cref="ImageQueries.LargestPage"/>.</param>
    public async Task<LeftOutPage> PageAsync(DatasetManifest manifest, string? reason, long skip, int take, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(skip);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(take, ImageQueries.LargestPage);
        var source = await SourceAsync(manifest, cancellationToken);
        var where = reason is null ? "true" : "reason = $reason";
        (string, object?)[] values = reason is null ? [] : [("reason", reason)];
        return await browser.AskAsync(
            question => new LeftOutPage(
                question.Rows(
                    string.Create(CultureInfo.InvariantCulture, $"""
                        SELECT reason, origin, class, day, file, prediction_id, photo_index, sha256, kept FROM {source} WHERE {where}
                        ORDER BY reason, class, origin, day, file LIMIT {take} OFFSET {skip}
                        """),
                    row =>
                    {
                        DateOnly? day = row.IsDBNull(3) ? null : row.GetFieldValue<DateOnly>(3);
                        return new LeftOutImage(
                            row.GetString(0),
                            (day is { } collected ? ObjectKeys.DayPrefix(collected) : ObjectKeys.Gold) + row.GetString(4),
                            row.GetString(1),
                            row.IsDBNull(2) ? null : row.GetString(2),
                            day,
                            row.IsDBNull(5) ? null : row.GetString(5),
                            row.IsDBNull(6) ? null : row.GetInt32(6),
                            row.GetString(7),
                            row.IsDBNull(8) ? null : row.GetString(8));
                    },
                    values),
                question.Count($"SELECT count(*) FROM {source} WHERE {where}", values)),
            cancellationToken);
    }

    private async Task<string> SourceAsync(DatasetManifest manifest, CancellationToken cancellationToken) =>
        $"read_parquet('{ListDatabase.Quote(await lists.FetchAsync(manifest.LeftOutFile, cancellationToken))}')";
}
