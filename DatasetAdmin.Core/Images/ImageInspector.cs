using System.Globalization;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Storage;
using Microsoft.Extensions.Options;
using NetVips;

namespace DatasetAdmin.Core.Images;

/// <summary>
/// Turns a photo's bytes into facts or a rejection, in one decode. Keeps no state: one instance serves all threads.
/// </summary>
/// <remarks>
/// Not always found, because the file itself doesn't tell: flipped bits and short garbage in a JPEG without restart markers, most
/// damage inside the data of a WebP, and at times zeros over the last bytes of an AVIF. What is cut off is always found.
/// </remarks>
public sealed class ImageInspector(IOptions<ImageLimitOptions> options)
{
    private readonly ImageLimitOptions _limits = options.Value;

    static ImageInspector() => VipsSetup.Apply();

    /// <summary>
    /// Inspects a whole file. The memory must stay unchanged until this returns and may be reused then. Never throws for what
    /// the bytes are.
    /// </summary>
    public Inspection Inspect(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > _limits.MaxBytes)
        {
            return Inspection.Rejected(RejectionReason.TooLarge, Text($"The file has {bytes.Length:N0} bytes; at most {_limits.MaxBytes:N0} are taken."));
        }

        if (bytes.IsEmpty)
        {
            return Inspection.Rejected(RejectionReason.EmptyObject, "The file is empty.");
        }

        var (kind, name) = ImageSniffer.Sniff(bytes.Span);
        switch (kind)
        {
            case ImageKind.Animation:
                return Inspection.Rejected(RejectionReason.AnimatedImage, $"The file is an animation ({name}).");
            case ImageKind.Other:
                return Inspection.Rejected(RejectionReason.UnsupportedFormat, $"The file isn't a photo in a supported format ({name}).");
            case ImageKind.Heic when !VipsSetup.CanDecodeHeic:
                return Inspection.Rejected(RejectionReason.UnsupportedFormat, "The file is a HEIC photo, which this installation can't decode (no HEVC decoder).");
            case ImageKind.Png when PngStructure.Of(bytes.Span) is { Width: uint width, Height: uint height }
                    && CheckSize(width, height) is Inspection rejected:
                // Before libvips sees it: libpng takes a size above its own limits for a broken file.
                return rejected;
        }

        try
        {
            return Decode(kind, name, bytes);
        }
        catch (VipsException)
        {
            // Its text comes from a buffer that all threads share, so it isn't quoted.
            return Corrupt(name);
        }
    }

    private Inspection Decode(ImageKind kind, string name, ReadOnlyMemory<byte> bytes)
    {
        var jpeg = kind == ImageKind.Jpeg ? JpegStructure.Of(bytes.Span) : default;
        ReadOnlyMemory<byte> readable = jpeg.HasOddHeader ? JpegStructure.Tidied(bytes.Span) : bytes;

        using var headerSource = PictureDecoder.SourceOf(readable);
        using var header = PictureDecoder.Open(kind, headerSource);
        var orientation = PictureDecoder.Orientation(header);
        var (width, height) = orientation >= 5 ? (header.Height, header.Width) : (header.Width, header.Height);
        if (CheckSize(width, height) is Inspection rejected)
        {
            return rejected;
        }

        if (PictureDecoder.Format(kind, header) is not string format)
        {
            return Inspection.Rejected(RejectionReason.UnsupportedFormat, "The file is a HEIF photo with neither AV1 nor HEVC inside.");
        }

        var isWhole = kind switch
        {
            ImageKind.Jpeg => jpeg.IsComplete && !jpeg.HasHole,
            ImageKind.Png => PngStructure.Of(bytes.Span).IsComplete,
            _ => true,
        };
        if (!isWhole)
        {
            return Corrupt(name);
        }

        if (DecodeReducedOrNull(kind, readable, header, orientation) is not var (luminance, reducedWidth, reducedHeight))
        {
            return Corrupt(name);
        }

        return Inspection.Accepted(new ImageFacts(
            Hashes.Sha256(bytes.Span),
            bytes.Length,
            width,
            height,
            format,
            orientation,
            PictureDecoder.ColorMode(header),
            ImageMeasures.DifferenceHash(luminance, reducedWidth, reducedHeight),
            ImageMeasures.Brightness(luminance),
            ImageMeasures.Sharpness(luminance, reducedWidth, reducedHeight)));
    }

    /// <summary>Null where the scanner finds damage that libvips passes over.</summary>
    private static (byte[] Luminance, int Width, int Height)? DecodeReducedOrNull(ImageKind kind, ReadOnlyMemory<byte> bytes, Image header, int orientation)
    {
        var shrink = PictureDecoder.ShrinkFor(kind, header.Width, header.Height);
        if (kind == ImageKind.Jpeg && PlaneReducer.Takes(header.Width, header.Height, shrink))
        {
            var verdict = JpegScanner.Scan(bytes.Span, (header.Width, header.Height), shrink, out var plane);
            using (plane)
            {
                if (verdict == JpegVerdict.Damaged)
                {
                    return null;
                }

                if (plane is not null)
                {
                    return PlaneReducer.Reduce(plane, orientation);
                }
            }
        }

        if (shrink == 1)
        {
            return PictureDecoder.Reduce(header);
        }

        using var source = PictureDecoder.SourceOf(bytes);
        using var shrunken = PictureDecoder.Open(kind, source, shrink);
        return PictureDecoder.Reduce(shrunken);
    }

    /// <summary>By the upright size, which the header tells: nothing is decoded of what is too large.</summary>
    private Inspection? CheckSize(long width, long height)
    {
        if (Math.Max(width, height) > _limits.MaxSide)
        {
            return Inspection.Rejected(RejectionReason.TooManyPixels, Text($"The picture is {width} x {height}; no side may be longer than {_limits.MaxSide}."));
        }

        if (width * height > _limits.MaxMegapixels * 1_000_000)
        {
            return Inspection.Rejected(RejectionReason.TooManyPixels, Text($"The picture is {width} x {height}; at most {_limits.MaxMegapixels} megapixels are taken."));
        }

        return Math.Min(width, height) < _limits.MinSide
            ? Inspection.Rejected(RejectionReason.TooSmall, Text($"The picture is {width} x {height}; the shorter side must be at least {_limits.MinSide}."))
            : null;
    }

    private static Inspection Corrupt(string name) =>
        Inspection.Rejected(RejectionReason.CorruptImage, $"The file is a {name} that is damaged or incomplete.");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
