using NetVips;

namespace DatasetAdmin.Core.Images;

/// <summary>Turns a stored picture into a small one: upright, in sRGB, without what its file says beside the pixels.</summary>
internal static class ThumbnailMaker
{
    /// <summary>A WebP no larger than <paramref name="side"/> on either side, or null where the bytes are no picture that can be shown.</summary>
    /// <param name="maxPixels">A picture of more is not decoded.</param>
    public static byte[]? MakeOrNull(ReadOnlyMemory<byte> bytes, int side, double maxPixels)
    {
        VipsSetup.Apply();
        var (kind, _) = ImageSniffer.Sniff(bytes.Span);
        if (kind is ImageKind.Animation or ImageKind.Other || (kind == ImageKind.Heic && !VipsSetup.CanDecodeHeic))
        {
            return null;
        }

        ReadOnlyMemory<byte> readable = kind == ImageKind.Jpeg && JpegStructure.Of(bytes.Span).HasOddHeader ? JpegStructure.Tidied(bytes.Span) : bytes;
        try
        {
            using var source = PictureDecoder.SourceOf(readable);
            using var picture = PictureDecoder.Open(kind, source);
            if ((double)picture.Width * picture.Height > maxPixels)
            {
                return null;
            }

            var shrink = ShrinkFor(kind, Math.Max(picture.Width, picture.Height), side);
            if (shrink == 1)
            {
                return Write(picture, side);
            }

            using var again = PictureDecoder.SourceOf(readable);
            using var shrunken = PictureDecoder.Open(kind, again, shrink);
            return Write(shrunken, side);
        }
        catch (VipsException)
        {
            return null;
        }
    }

    // The decoder's own reduction is coarse: the last halving is left to the resampler.
    private static int ShrinkFor(ImageKind kind, int longest, int side)
    {
        var shrink = kind is ImageKind.Jpeg or ImageKind.WebP ? 8 : 1;
        while (shrink > 1 && longest / shrink < side * 2)
        {
            shrink /= 2;
        }

        return shrink;
    }

    private static byte[] Write(Image picture, int side)
    {
        using var small = picture.ThumbnailImage(side, height: side, size: Enums.Size.Down, outputProfile: "srgb");
        return small.WebpsaveBuffer(q: 78, effort: 1, keep: Enums.ForeignKeep.None);
    }
}
