using System.Globalization;

namespace DatasetAdmin.Core.Images;

/// <summary>
/// The three figures taken from a small luminance picture: Rec. 601 luma (0.299 R + 0.587 G + 0.114 B of the stored values,
/// alpha over white, colour profiles left aside), 0 to 255, longest side at most 256 px.
/// </summary>
internal static class ImageMeasures
{
    private const int HashColumns = 9;
    private const int HashRows = 8;

    /// <summary>Grey levels between two neighbouring cells from which on they count as different.</summary>
    private const double Difference = 1.0;

    /// <summary>With fewer differing neighbours, of 64, a hash would say no more than that the picture is plain.</summary>
    private const int MinDifferences = 12;

    /// <summary>Mean luminance, 0 to 1.</summary>
    public static double Brightness(ReadOnlySpan<byte> luminance)
    {
        long sum = 0;
        foreach (var value in luminance)
        {
            sum += value;
        }

        return Math.Round(sum / (255.0 * luminance.Length), 6);
    }

    /// <summary>
    /// Variance of the Laplacian (4 x centre minus the four neighbours, on 0 to 255) over all pixels that have four neighbours;
    /// 0 where none has. Low means blurred.
    /// </summary>
    public static double Sharpness(ReadOnlySpan<byte> luminance, int width, int height)
    {
        long sum = 0, sumOfSquares = 0;
        for (var y = 1; y < height - 1; y++)
        {
            var row = y * width;
            for (var x = row + 1; x < row + width - 1; x++)
            {
                var laplacian = (4 * luminance[x]) - luminance[x - 1] - luminance[x + 1] - luminance[x - width] - luminance[x + width];
                sum += laplacian;
                sumOfSquares += laplacian * laplacian;
            }
        }

        var count = (double)Math.Max(0, width - 2) * Math.Max(0, height - 2);
        return count == 0 ? 0 : Math.Round((sumOfSquares / count) - (sum / count * (sum / count)), 3);
    }

    /// <summary>
    /// Difference hash: the upright picture is averaged over 9 x 8 cells; bit by bit, row by row, highest first, 1 where a cell
    /// is lighter than its left neighbour by a grey level or more. Null where fewer than 12 of the 64 pairs differ so much
    /// either way.
    /// </summary>
    public static string? DifferenceHash(ReadOnlySpan<byte> luminance, int width, int height)
    {
        Span<double> cells = stackalloc double[HashColumns];
        var hash = 0UL;
        var differences = 0;
        for (var row = 0; row < HashRows; row++)
        {
            var (top, bottom) = Cell(row, HashRows, height);
            for (var column = 0; column < HashColumns; column++)
            {
                var (left, right) = Cell(column, HashColumns, width);
                cells[column] = Mean(luminance, width, left, right, top, bottom);
            }

            for (var column = 1; column < HashColumns; column++)
            {
                var difference = cells[column] - cells[column - 1];
                differences += Math.Abs(difference) >= Difference ? 1 : 0;
                hash = (hash << 1) | (difference >= Difference ? 1UL : 0);
            }
        }

        return differences < MinDifferences ? null : hash.ToString("x16", CultureInfo.InvariantCulture);
    }

    /// <summary>From and to, at least one pixel even where there are fewer pixels than cells.</summary>
    private static (int From, int To) Cell(int index, int cells, int pixels)
    {
        var from = index * pixels / cells;
        return (from, Math.Max(from + 1, (index + 1) * pixels / cells));
    }

    private static double Mean(ReadOnlySpan<byte> luminance, int width, int left, int right, int top, int bottom)
    {
        long sum = 0;
        for (var y = top; y < bottom; y++)
        {
            foreach (var value in luminance[((y * width) + left)..((y * width) + right)])
            {
                sum += value;
            }
        }

        return (double)sum / ((right - left) * (bottom - top));
    }
}
