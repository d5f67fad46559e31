using DatasetAdmin.Core.Images;
using DuckDB.NET.Data;

namespace DatasetAdmin.Core.ImageLists;

/// <summary>Adds an image's facts to a table, in the order of <see cref="ImageColumns.Facts"/>.</summary>
internal static class FactRows
{
    /// <param name="bytes">The length, where it is known of a file that gave no facts.</param>
    public static IDuckDBAppenderRow AppendFacts(this IDuckDBAppenderRow row, ImageFacts? facts, string? etag, long? bytes = null) => row
        .AppendValue(facts?.Sha256)
        .AppendValue(etag)
        .AppendValue(facts?.Bytes ?? bytes)
        .AppendValue(facts?.Width)
        .AppendValue(facts?.Height)
        .AppendValue(facts?.Format)
        .AppendValue(facts?.ExifOrientation)
        .AppendValue(facts?.ColorMode)
        .AppendValue(facts?.PHash)
        .AppendValue(Rounded(facts?.Brightness))
        .AppendValue(Rounded(facts?.Sharpness));

    // Beyond four digits it would be noise that makes files longer.
    private static double? Rounded(double? value) => value is { } number ? Math.Round(number, 4) : null;
}
