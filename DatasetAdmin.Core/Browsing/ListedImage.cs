using System.Data.Common;

namespace DatasetAdmin.Core.Browsing;

/// <summary>An image of a list, with what is known of it.</summary>
/// <param name="Row">Its place in the list, from 0.</param>
/// <param name="Key">Where its bytes lie in the artifacts bucket.</param>
/// <param name="Path">Its name in the list.</param>
/// <param name="Origin"><c>gold</c> or <c>candidate</c>.</param>
/// <param name="Day">The day that it was collected; null for gold.</param>
/// <param name="IsVerified">Null where nothing is known of a verification.</param>
/// <param name="File">Its name where it was copied from: in its day's folder or in gold.</param>
/// <param name="SourceModifiedAt">When the photo was uploaded, as far as its store knows.</param>
/// <param name="Brightness">Mean luminance, 0 to 1.</param>
/// <param name="Sharpness">Variance of the Laplacian.</param>
public sealed record ListedImage(
    long Row,
    string Key,
    string Path,
    string? Split,
    string Origin,
    string Class,
    DateOnly? Day,
    string? PredictionId,
    string? UserId,
    int? PhotoIndex,
    string? InitialPrediction,
    bool? IsVerified,
    string? VerifiedBy,
    DateTime? VerifiedAt,
    DateTime? CreatedAt,
    double? Confidence,
    IReadOnlyList<string> Flags,
    string Sha256,
    string ETag,
    long Bytes,
    int Width,
    int Height,
    string Format,
    string File,
    string? SourceUrl,
    DateTime? SourceModifiedAt,
    int? ExifOrientation,
    string? ColorMode,
    double? Brightness,
    double? Sharpness)
{
    internal const string Columns =
        "row, path, split, origin, class, day, file, prediction_id, user_id, photo_index, initial_prediction, is_verified, verified_by, verified_at, created_at, confidence, flags, sha256, etag, bytes, width, height, format, source_url, source_modified_at, exif_orientation, color_mode, brightness, sharpness";

    internal static ListedImage Read(DbDataReader row, BrowsedList list)
    {
        var path = row.GetString(1);
        DateOnly? day = row.IsDBNull(5) ? null : row.GetFieldValue<DateOnly>(5);
        return new(
            row.GetInt64(0),
            list.KeyOf(path, day, row.GetString(6)),
            path,
            Text(2),
            row.GetString(3),
            row.GetString(4),
            day,
            Text(7),
            Text(8),
            row.IsDBNull(9) ? null : row.GetInt32(9),
            Text(10),
            row.IsDBNull(11) ? null : row.GetBoolean(11),
            Text(12),
            Time(13),
            Time(14),
            row.IsDBNull(15) ? null : row.GetDouble(15),
            row.IsDBNull(16) ? [] : row.GetFieldValue<List<string>>(16),
            row.GetString(17),
            row.GetString(18),
            row.GetInt64(19),
            row.GetInt32(20),
            row.GetInt32(21),
            row.GetString(22),
            row.GetString(6),
            Text(23),
            Time(24),
            row.IsDBNull(25) ? null : row.GetInt32(25),
            Text(26),
            row.IsDBNull(27) ? null : row.GetDouble(27),
            row.IsDBNull(28) ? null : row.GetDouble(28));

        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);

        DateTime? Time(int column) => row.IsDBNull(column) ? null : DateTime.SpecifyKind(row.GetDateTime(column), DateTimeKind.Utc);
    }
}

/// <summary>One page of images.</summary>
/// <param name="Total">How many the filter leaves.</param>
public sealed record ImagePage(IReadOnlyList<ListedImage> Images, long Total);

/// <summary>A class's share of a list.</summary>
public sealed record ClassCount(string Class, long Images, long Gold, long Verified, long Bytes)
{
    /// <summary>Candidates.</summary>
    public long New => Images - Gold;
}
