using System.Text;
using DatasetAdmin.Core.Images;
using NetVips;

namespace DatasetAdmin.Web.Sample.Portraits;

/// <summary>Turns a portrait's SVG into an image file's bytes. The same text gives the same bytes.</summary>
internal static class PortraitRenderer
{
    /// <summary>The longest side that a portrait may have.</summary>
    public const int MaxSide = 512;

    // Made once: throwing the dice for every pixel takes longer than drawing the portrait.
    private static readonly Lazy<Image> s_noise = new(() =>
    {
        using var noise = Image.Gaussnoise(MaxSide, MaxSide, sigma: 2.4, mean: 0, seed: 7);
        using var whole = noise.Cast(Enums.BandFormat.Short);
        return whole.CopyMemory();
    });

    /// <summary>A JPEG as a telephone would store it: with a little grain.</summary>
    public static byte[] Jpeg(string svg)
    {
        using var picture = Load(svg);
        using var grained = Grain(picture);
        return grained.JpegsaveBuffer(q: 82);
    }

    /// <summary>A JPEG that lies on its side, with the EXIF orientation that puts it upright again.</summary>
    public static byte[] TurnedJpeg(string svg)
    {
        using var picture = Load(svg);
        using var grained = Grain(picture);
        using var turned = grained.Rot270();
        using var tagged = turned.Mutate(image => image.Set(GValue.GIntType, "orientation", 6));
        return tagged.JpegsaveBuffer(q: 82);
    }

    public static byte[] Png(string svg)
    {
        using var picture = Load(svg);
        return picture.PngsaveBuffer(compression: 6);
    }

    public static byte[] WebP(string svg)
    {
        using var picture = Load(svg);
        using var grained = Grain(picture);
        return grained.WebpsaveBuffer(q: 80, effort: 2);
    }

    public static byte[] Avif(string svg)
    {
        using var picture = Load(svg);
        return picture.HeifsaveBuffer(q: 60, compression: Enums.ForeignHeifCompression.Av1, effort: 0);
    }

    /// <summary>A GIF that goes from one picture to the next; they must be of one size.</summary>
    public static byte[] AnimatedGif(params string[] svgs)
    {
        var frames = svgs.Select(Load).ToArray();
        try
        {
            using var strip = Image.Arrayjoin(frames, across: 1);
            using var animation = strip.Mutate(image => image.Set(GValue.GIntType, "page-height", frames[0].Height));
            return animation.GifsaveBuffer(effort: 1);
        }
        finally
        {
            Array.ForEach(frames, frame => frame.Dispose());
        }
    }

    /// <summary>The one place that loads SVG: text of our own making only.</summary>
    private static Image Load(string svg) => VipsSetup.WithSvg(() =>
    {
        using var drawn = Image.SvgloadBuffer(Encoding.UTF8.GetBytes(svg));
        using var opaque = drawn.Flatten();

        // Into memory at once: the SVG loader isn't needed, nor has to be allowed, after this method.
        return opaque.CopyMemory();
    });

    private static Image Grain(Image picture)
    {
        using var noise = s_noise.Value.Crop(0, 0, picture.Width, picture.Height);
        using var sum = picture + noise;
        return sum.Cast(Enums.BandFormat.Uchar);
    }
}
