using NetVips;

namespace DatasetAdmin.Tests.Support;

/// <summary>
/// Pictures made in code. The same arguments give the same bytes; another seed gives other bytes and a picture that looks
/// different, also to a perceptual hash.
/// </summary>
internal static partial class TestImages
{
    private const int Width = 320;
    private const int Height = 400;

    public static byte[] Jpeg(int seed, int width = Width, int height = Height, int quality = 80)
    {
        using var picture = Picture(seed, width, height);
        return picture.JpegsaveBuffer(q: quality);
    }

    public static byte[] ProgressiveJpeg(int seed, int width = Width, int height = Height)
    {
        using var picture = Picture(seed, width, height);
        return picture.JpegsaveBuffer(q: 80, interlace: true);
    }

    /// <summary>With Huffman tables made for the picture, as many tools write them.</summary>
    public static byte[] OptimizedJpeg(int seed, int width = Width, int height = Height)
    {
        using var picture = Picture(seed, width, height);
        return picture.JpegsaveBuffer(q: 80, optimizeCoding: true);
    }

    public static byte[] GreyJpeg(int seed)
    {
        using var picture = Picture(seed, Width, Height);
        using var grey = picture.Colourspace(Enums.Interpretation.Bw);
        return grey.JpegsaveBuffer();
    }

    /// <param name="kind"><c>420</c>, <c>444</c> or <c>grey</c>, and then <c>optimized</c> or <c>restart</c> or both.</param>
    public static byte[] JpegOf(string kind, int seed, int width, int height, int quality)
    {
        using var picture = Picture(seed, width, height);
        using var image = kind.StartsWith("grey", StringComparison.Ordinal) ? picture.Colourspace(Enums.Interpretation.Bw) : picture.Copy();
        return image.JpegsaveBuffer(
            q: quality,
            optimizeCoding: kind.Contains("optimized", StringComparison.Ordinal),
            restartInterval: kind.Contains("restart", StringComparison.Ordinal) ? 5 : 0,
            subsampleMode: kind.StartsWith("444", StringComparison.Ordinal) ? Enums.ForeignSubsample.Off : Enums.ForeignSubsample.On);
    }

    public static byte[] CmykJpeg(int seed)
    {
        using var picture = Picture(seed, Width, Height);
        using var cmyk = picture.Colourspace(Enums.Interpretation.Cmyk);
        return cmyk.JpegsaveBuffer();
    }

    /// <summary>Stored turned or mirrored, with the EXIF orientation (1 to 8) under which it looks like <see cref="Jpeg"/>.</summary>
    public static byte[] OrientedJpeg(int seed, int orientation, int width = Width, int height = Height)
    {
        using var picture = Picture(seed, width, height);
        using var turned = orientation switch
        {
            2 => picture.FlipHor(),
            3 => picture.Rot180(),
            4 => picture.FlipVer(),
            5 => picture.Rot90().FlipHor(),
            6 => picture.Rot270(),
            7 => picture.Rot90().FlipVer(),
            8 => picture.Rot90(),
            _ => picture.Copy(),
        };
        using var marked = turned.Mutate(mutable => mutable.Set(GValue.GIntType, "orientation", orientation));
        return marked.JpegsaveBuffer(q: 80);
    }

    public static byte[] Png(int seed, int width = Width, int height = Height, bool interlace = false)
    {
        using var picture = Picture(seed, width, height);
        return picture.PngsaveBuffer(interlace: interlace);
    }

    /// <param name="mode"><c>L</c>, <c>LA</c>, <c>RGB</c>, <c>RGBA</c>, <c>I;16</c>, <c>RGB;16</c>, <c>RGBA;16</c> or <c>P</c>.</param>
    public static byte[] PngOf(string mode, int seed)
    {
        using var picture = Picture(seed, Width, Height);
        using var grey = picture.Colourspace(Enums.Interpretation.Bw);
        using var image = mode switch
        {
            "L" => grey.Copy(),
            "LA" => grey.Bandjoin(grey.Invert()),
            "RGBA" => picture.Bandjoin(grey),
            "I;16" => picture.Colourspace(Enums.Interpretation.Grey16),
            "RGB;16" => picture.Colourspace(Enums.Interpretation.Rgb16),
            "RGBA;16" => picture.Bandjoin(grey).Colourspace(Enums.Interpretation.Rgb16),
            _ => picture.Copy(),
        };
        return mode == "P" ? image.PngsaveBuffer(palette: true) : image.PngsaveBuffer();
    }

    public static byte[] WebP(int seed, int width = Width, int height = Height, bool lossless = false)
    {
        using var picture = Picture(seed, width, height);
        return picture.WebpsaveBuffer(q: 80, lossless: lossless);
    }

    public static byte[] Avif(int seed, int width = Width, int height = Height)
    {
        using var picture = Picture(seed, width, height);
        return picture.HeifsaveBuffer(compression: Enums.ForeignHeifCompression.Av1, effort: 0);
    }

    public static byte[] AnimatedGif(int frames = 3)
    {
        using var strip = Strip(frames);
        return strip.GifsaveBuffer();
    }

    public static byte[] AnimatedWebP(int frames = 3)
    {
        using var strip = Strip(frames);
        return strip.WebpsaveBuffer();
    }

    public static byte[] StillGif()
    {
        using var picture = Picture(1, 96, 96);
        return picture.GifsaveBuffer();
    }

    /// <summary>One shade everywhere: no structure.</summary>
    public static byte[] PlainJpeg(int width = Width, int height = Height, int grey = 128)
    {
        using var black = Image.Black(width, height, bands: 3);
        using var plain = (black + grey).Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb);
        return plain.JpegsaveBuffer(q: 80, optimizeCoding: true);
    }

    /// <summary>A picture with one side below the limit.</summary>
    public static byte[] Tiny() => Jpeg(1, 63, 200);

    /// <summary>A true picture of 56 megapixels, in few bytes.</summary>
    public static byte[] TooManyPixels()
    {
        using var black = Image.Black(8_000, 7_000);
        return black.PngsaveBuffer(bitdepth: 1);
    }

    /// <summary>Broad blobs that the seed decides, under fine texture.</summary>
    private static Image Picture(int seed, int width, int height)
    {
        var bands = new Image[3];
        for (var band = 0; band < bands.Length; band++)
        {
            using var blobs = Image.Gaussnoise(10, 10, sigma: 70, mean: 128, seed: (seed * 3) + band);
            using var wide = blobs.Resize(width / 10.0, vscale: height / 10.0, kernel: Enums.Kernel.Cubic);
            using var texture = Image.Gaussnoise(wide.Width, wide.Height, sigma: 12, mean: 0, seed: (seed * 3) + band + 1_000_003);
            using var sum = wide + texture;
            using var levels = sum.Cast(Enums.BandFormat.Uchar);
            bands[band] = levels.Gravity(Enums.CompassDirection.Centre, width, height, extend: Enums.Extend.Copy);
        }

        using var joined = bands[0].Bandjoin(bands[1], bands[2]);
        using var rgb = joined.Copy(interpretation: Enums.Interpretation.Srgb);
        return rgb.CopyMemory();
    }

    private static Image Strip(int frames)
    {
        const int side = 96;
        using var strip = Image.Arrayjoin([.. Enumerable.Range(1, frames).Select(seed => Picture(seed, side, side))], across: 1);
        return strip.Mutate(mutable => mutable.Set(GValue.GIntType, "page-height", side));
    }
}
