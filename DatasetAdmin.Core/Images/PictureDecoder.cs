using System.Buffers;
using System.Runtime.InteropServices;
using NetVips;

namespace DatasetAdmin.Core.Images;

/// <summary>The few libvips calls of an inspection, each with the loader of the format that the sniffer named.</summary>
internal static class PictureDecoder
{
    /// <summary>Longest side of the reduction that the measures are taken from.</summary>
    public const int ReducedSide = 256;

    /// <summary>
    /// Opens without decoding. With <paramref name="shrink"/> (1, 2, 4, 8) JPEG and WebP are reduced while they are decoded: all
    /// the compressed data is still read, so broken data is found, but most of the arithmetic is saved.
    /// </summary>
    /// <remarks>
    /// For JPEG any warning fails: the decoder only warns of broken data in the middle. The other decoders warn of nothing but
    /// metadata, and fail by themselves when data breaks.
    /// </remarks>
    public static Image Open(ImageKind kind, Source source, int shrink = 1) => kind switch
    {
        ImageKind.Jpeg => Image.JpegloadSource(source, shrink: shrink, access: Enums.Access.Sequential, failOn: Enums.FailOn.Warning),
        ImageKind.Png => Image.PngloadSource(source, access: Enums.Access.Sequential, failOn: Enums.FailOn.Truncated),
        ImageKind.WebP => Image.WebploadSource(source, scale: 1.0 / shrink, access: Enums.Access.Sequential, failOn: Enums.FailOn.Truncated),
        ImageKind.Avif or ImageKind.Heic => Image.HeifloadSource(source, access: Enums.Access.Sequential, failOn: Enums.FailOn.Truncated),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No loader belongs to this kind."),
    };

    /// <summary>An array that is used in full is pinned; of a part of one, such as a rented one, libvips takes a native copy.</summary>
    public static Source SourceOf(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? Source.NewFromMemory(segment.Array)
            : Source.NewFromMemory(bytes.Span);

    /// <summary>The largest shrink that leaves enough pixels for the reduction, and any at all of the shorter side.</summary>
    public static int ShrinkFor(ImageKind kind, int width, int height)
    {
        if (kind is not (ImageKind.Jpeg or ImageKind.WebP))
        {
            return 1;
        }

        var shrink = 8;
        while (shrink > 1 && (Math.Max(width, height) / shrink < ReducedSide || Math.Min(width, height) < shrink))
        {
            shrink /= 2;
        }

        return shrink;
    }

    /// <summary>Decodes all of <paramref name="image"/>, once, to the upright luminance of at most <see cref="ReducedSide"/>.</summary>
    /// <exception cref="VipsException">The data is broken.</exception>
    public static (byte[] Luminance, int Width, int Height) Reduce(Image image)
    {
        var steps = new List<Image>();
        try
        {
            Image Then(Image next)
            {
                steps.Add(next);
                return next;
            }

            var current = image;
            if (current.HasAlpha())
            {
                current = Then(current.Flatten(background: [current.Format == Enums.BandFormat.Ushort ? 65_535 : 255]));
            }

            var scale = (double)ReducedSide / Math.Max(current.Width, current.Height);
            if (scale < 1)
            {
                current = Then(current.Resize(Math.Max(scale, 1.0 / current.Width), vscale: Math.Max(scale, 1.0 / current.Height), kernel: Enums.Kernel.Linear));
            }

            var wanted = current.Bands == 1 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb;
            if (current.Interpretation != wanted || current.Format != Enums.BandFormat.Uchar)
            {
                current = Then(Then(current.Colourspace(wanted)).Cast(Enums.BandFormat.Uchar));
            }

            if (Orientation(current) > 1)
            {
                // In memory first: turning reads pixels in another order than the decoder gives them.
                current = Then(Then(current.CopyMemory()).Autorot());
            }

            return (LuminanceOf(current), current.Width, current.Height);
        }
        finally
        {
            steps.ForEach(step => step.Dispose());
        }
    }

    /// <summary>Runs the pipeline. libvips hands out native memory, so that only the small result is managed.</summary>
    private static byte[] LuminanceOf(Image image)
    {
        var native = image.WriteToMemory(out var size);
        var samples = ArrayPool<byte>.Shared.Rent((int)size);
        try
        {
            Marshal.Copy(native, samples, 0, (int)size);
            var luminance = new byte[image.Width * image.Height];
            var bands = image.Bands;
            for (var i = 0; i < luminance.Length; i++)
            {
                var pixel = samples.AsSpan(i * bands, bands);
                luminance[i] = bands < 3 ? pixel[0] : (byte)(((299 * pixel[0]) + (587 * pixel[1]) + (114 * pixel[2]) + 500) / 1000);
            }

            return luminance;
        }
        finally
        {
            NetVips.NetVips.Free(native);
            ArrayPool<byte>.Shared.Return(samples);
        }
    }

    /// <summary>The format by what codes the pixels: of HEIF files, brands alone don't tell. Null where it's none of ours.</summary>
    public static string? Format(ImageKind kind, Image image) => kind switch
    {
        ImageKind.Jpeg => "jpeg",
        ImageKind.Png => "png",
        ImageKind.WebP => "webp",
        _ => image.Get("heif-compression") switch { "av1" => "avif", "hevc" => "heic", _ => null },
    };

    /// <summary>1 to 8; 1 for anything else that a file may say.</summary>
    public static int Orientation(Image image) =>
        image.Contains("orientation") && image.Get("orientation") is int and >= 1 and <= 8 and var orientation ? orientation : 1;

    /// <summary>
    /// As Pillow names it, of six: a palette counts as the colours it stands for, and 16 bits per channel only show in
    /// <c>I;16</c>, where Pillow shows them too.
    /// </summary>
    public static string ColorMode(Image image) => (image.Bands, image.Interpretation) switch
    {
        (1, _) => image.Format == Enums.BandFormat.Ushort ? "I;16" : "L",
        (2, _) => "LA",
        (4, Enums.Interpretation.Cmyk) => "CMYK",
        (4, _) => "RGBA",
        _ => "RGB",
    };
}
