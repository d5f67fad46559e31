using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DatasetAdmin.Core.Images;

/// <summary>What <see cref="PictureDecoder.Reduce"/> does, for a luminance that libvips didn't decode.</summary>
internal static class PlaneReducer
{
    /// <summary>From this side of a plane on, libvips begins with means of whole pixels.</summary>
    private const int TooLong = 4 * PictureDecoder.ReducedSide;

    /// <summary>Whether a picture of this size has a plane that is reduced here as libvips would reduce it.</summary>
    public static bool Takes(int width, int height, int shrink) =>
        shrink is 4 or 8 && Math.Max(width, height) / shrink < TooLong;

    /// <summary>
    /// The upright luminance of at most <see cref="PictureDecoder.ReducedSide"/>, by libvips' linear kernel: a triangle as wide
    /// as two pixels of the result.
    /// </summary>
    /// <param name="orientation">As EXIF has it, 1 to 8.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (byte[] Luminance, int Width, int Height) Reduce(JpegPlane plane, int orientation)
    {
        var scale = Math.Min(1, (double)PictureDecoder.ReducedSide / Math.Max(plane.Width, plane.Height));
        int width = Math.Max(1, (int)((plane.Width * scale) + 0.5)), height = Math.Max(1, (int)((plane.Height * scale) + 0.5));
        var columns = Taps(plane.Width, width, 1 / scale);
        var rows = Taps(plane.Height, height, Math.Min(1 / scale, plane.Height));
        var row = ArrayPool<float>.Shared.Rent(plane.Width);
        var luminance = new byte[width * height];
        try
        {
            var sums = row.AsSpan(0, plane.Width);
            for (var y = 0; y < height; y++)
            {
                sums.Clear();
                for (var i = 0; i < rows[y].Weights.Length; i++)
                {
                    Add(plane.Row(rows[y].First + i), rows[y].Weights[i], sums);
                }

                Round(sums);

                for (var x = 0; x < width; x++)
                {
                    luminance[(y * width) + x] = (byte)(Sum(sums[columns[x].First..], columns[x].Weights) + 0.5f);
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(row);
        }

        return Turn(luminance, width, height, orientation);
    }

    /// <summary>For each pixel of the result: the first pixel that it's made of, and the shares of this and the next.</summary>
    private static (int First, float[] Weights)[] Taps(int from, int to, double step)
    {
        // The result's pixels are as high as wide, so they don't fit exactly both ways: what is left is shared by both edges.
        var start = ((from - (to * step)) / 2) - 0.5;
        return [.. Enumerable.Range(0, to).Select(target =>
        {
            var centre = start + ((target + 0.5) * step);
            var first = Math.Max(0, (int)Math.Floor(centre - step) + 1);
            var last = Math.Min(from - 1, (int)Math.Ceiling(centre + step) - 1);
            var weights = new double[last - first + 1];
            for (var i = (int)Math.Floor(centre - step) + 1; i < centre + step; i++)
            {
                // Beyond the edge the picture goes on as at the edge.
                weights[Math.Clamp(i, first, last) - first] += 1 - (Math.Abs(i - centre) / step);
            }

            var sum = weights.Sum();
            return (first, weights.Select(weight => (float)(weight / sum)).ToArray());
        })];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(ReadOnlySpan<float> row, float weight, Span<float> sums)
    {
        var from = MemoryMarshal.Cast<float, Vector<float>>(row);
        var to = MemoryMarshal.Cast<float, Vector<float>>(sums);
        for (var i = 0; i < to.Length; i++)
        {
            to[i] += from[i] * weight;
        }

        for (var i = to.Length * Vector<float>.Count; i < sums.Length; i++)
        {
            sums[i] += row[i] * weight;
        }
    }

    private static void Round(Span<float> sums)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(sums);
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = Vector.Round(vectors[i]);
        }

        for (var i = vectors.Length * Vector<float>.Count; i < sums.Length; i++)
        {
            sums[i] = MathF.Round(sums[i]);
        }
    }

    private static float Sum(ReadOnlySpan<float> values, float[] weights)
    {
        var sum = 0f;
        for (var i = 0; i < weights.Length; i++)
        {
            sum += values[i] * weights[i];
        }

        return sum;
    }

    /// <summary>From how the pixels are stored to how they are looked at.</summary>
    private static (byte[] Luminance, int Width, int Height) Turn(byte[] stored, int width, int height, int orientation)
    {
        if (orientation == 1)
        {
            return (stored, width, height);
        }

        var (uprightWidth, uprightHeight) = orientation >= 5 ? (height, width) : (width, height);
        var upright = new byte[stored.Length];
        for (var y = 0; y < uprightHeight; y++)
        {
            for (var x = 0; x < uprightWidth; x++)
            {
                var (column, row) = orientation switch
                {
                    2 => (width - 1 - x, y),
                    3 => (width - 1 - x, height - 1 - y),
                    4 => (x, height - 1 - y),
                    5 => (y, x),
                    6 => (y, height - 1 - x),
                    7 => (width - 1 - y, height - 1 - x),
                    _ => (width - 1 - y, x),
                };
                upright[(y * uprightWidth) + x] = stored[(row * width) + column];
            }
        }

        return (upright, uprightWidth, uprightHeight);
    }
}
