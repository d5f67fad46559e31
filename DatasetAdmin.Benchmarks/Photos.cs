using System.Buffers.Binary;
using NetVips;

namespace DatasetAdmin.Benchmarks;

/// <summary>Generated photos: a few pictures, of which a comment of their own makes as many different files as are needed.</summary>
internal sealed class Photos
{
    private const int Pictures = 16;
    private readonly byte[][] _pictures;

    private Photos(int width, int height, int quality, double grain) =>
        _pictures = [.. Enumerable.Range(1, Pictures).Select(seed => Encode(seed, width, height, quality, grain))];

    /// <summary>1600 x 1200, about 400 KB.</summary>
    public static Photos Large() => new(1600, 1200, quality: 82, grain: 8.5);

    /// <summary>320 x 240, about 12 KB.</summary>
    public static Photos Small() => new(320, 240, quality: 80, grain: 6);

    public byte[] Get(int number)
    {
        var picture = _pictures[number % Pictures];
        byte[] comment = [0xFF, 0xFE, 0, 6, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(comment.AsSpan(4), number);
        return [.. picture.AsSpan(0, 2), .. comment, .. picture.AsSpan(2)];
    }

    // Broad shapes under the grain that a camera adds: what a photo's size comes from.
    private static byte[] Encode(int seed, int width, int height, int quality, double grain)
    {
        using var shapes = Image.Gaussnoise(12, 10, sigma: 60, mean: 128, seed: seed);
        using var wide = shapes.Resize((width + 64) / 12.0, vscale: (height + 64) / 10.0, kernel: Enums.Kernel.Cubic);
        using var area = wide.Crop(0, 0, width, height);
        using var noise = Image.Gaussnoise(width, height, sigma: grain, mean: 0, seed: seed + 1000);
        using var red = area + noise;
        using var green = (area * 0.9) + noise;
        using var blue = (area * 0.8) + noise;
        using var joined = red.Bandjoin(green, blue);
        using var levels = joined.Cast(Enums.BandFormat.Uchar);
        using var picture = levels.Copy(interpretation: Enums.Interpretation.Srgb);
        return picture.JpegsaveBuffer(q: quality);
    }
}
