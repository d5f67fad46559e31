using System.Data.Common;
using System.Globalization;

namespace DatasetAdmin.Core.Collecting;

/// <summary>
/// How a row is read: every column as text, whatever its type, because installations differ in types and a text says
/// all that a value is, to the microsecond. Two more columns hold where the row stands in the keyset.
/// </summary>
internal static class PredictionRow
{
    /// <summary>In the order in which <see cref="Read"/> expects them; a column that the table hasn't is selected as null.</summary>
    public static readonly string[] Columns =
    [
        "id", "user_id", "photo_urls", "photo_url", "style_id", "initial_prediction", "is_verified", "verified_by",
        "verified_at", "created_at", "confidence", "updated_at",
    ];

    public static Prediction Read(DbDataReader row)
    {
        return new Prediction(
            Text(0) ?? "", Text(1), Text(2), Text(3), Text(4), Text(5), IsTrue(Text(6)), Text(7), SourceTime.ParseOrNull(Text(8)),
            // Only a prediction asked for by its id can be without: it still exists, though it belongs to no day.
            SourceTime.ParseOrNull(Text(9)) ?? DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc),
            Confidence(Text(10)), SourceTime.ParseOrNull(Text(11)));

        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
    }

    /// <summary>The row's place in the keyset.</summary>
    public static Keyset Place(DbDataReader row, Prediction prediction) =>
        new(row.GetValue(Columns.Length), row.GetValue(Columns.Length + 1), DateOnly.FromDateTime(prediction.CreatedAt));

    /// <summary>About how much memory the row's texts take, in characters.</summary>
    public static int Length(Prediction row) => 200 + (row.PhotoUrls?.Length ?? 0) + (row.PhotoUrl?.Length ?? 0);

    private static bool IsTrue(string? text) =>
        text?.Trim().ToLowerInvariant() is { } value
        && (value is "true" or "t" or "yes" or "y" or "on" || (long.TryParse(value, CultureInfo.InvariantCulture, out var number) && number != 0));

    private static double? Confidence(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 1 ? value : null;
}

/// <summary>Where a row stands in the order of <c>created_at</c> and <c>id</c>, as the database's own values; and the row's day.</summary>
internal sealed record Keyset(object CreatedAt, object Id, DateOnly Day);
