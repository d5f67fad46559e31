using System.Buffers.Binary;

namespace DatasetAdmin.Core.Images;

/// <summary>What some bytes are by their first bytes; the inspector accepts the first five.</summary>
internal enum ImageKind
{
    Jpeg,
    Png,
    WebP,
    Avif,
    Heic,
    Animation,
    Other,
}

/// <summary>Tells what bytes are from themselves alone: a file's name and content type are never asked.</summary>
internal static class ImageSniffer
{
    /// <summary>Brands of ISO media files that hold a sequence of pictures rather than one.</summary>
    private static readonly string[] s_sequences = ["avis", "hevc", "hevx", "hevm", "hevs", "msf1"];

    private static readonly string[] s_heicStills = ["heic", "heix", "heim", "heis"];

    /// <summary>The kind, and for what isn't accepted a name an admin knows, such as "GIF animation".</summary>
    public static (ImageKind Kind, string Name) Sniff(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
        {
            return (ImageKind.Jpeg, "JPEG");
        }

        if (bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]))
        {
            return PngStructure.Of(bytes).IsAnimated ? (ImageKind.Animation, "animated PNG") : (ImageKind.Png, "PNG");
        }

        if (bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8))
        {
            return IsAnimatedWebP(bytes) ? (ImageKind.Animation, "animated WebP") : (ImageKind.WebP, "WebP");
        }

        if (bytes.Length >= 12 && bytes[4..].StartsWith("ftyp"u8))
        {
            return SniffIsoMedia(bytes);
        }

        if (bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8))
        {
            return GifStructure.HasSeveralFrames(bytes) ? (ImageKind.Animation, "animated GIF") : (ImageKind.Other, "still GIF");
        }

        return (ImageKind.Other, NameOther(bytes));
    }

    private static bool IsAnimatedWebP(ReadOnlySpan<byte> bytes)
    {
        const byte animationFlag = 0x02;
        return bytes.Length > 20 && bytes[12..].StartsWith("VP8X"u8) && (bytes[20] & animationFlag) != 0;
    }

    private static (ImageKind Kind, string Name) SniffIsoMedia(ReadOnlySpan<byte> bytes)
    {
        var size = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(bytes), (uint)bytes.Length);
        var major = Brand(bytes[8..]);
        var compatible = new List<string>();
        for (var at = 16; at + 4 <= size && at < 256; at += 4)
        {
            compatible.Add(Brand(bytes[at..]));
        }

        // A still's major brand may be the general "mif1"; what codes it then stands among the compatible ones.
        var still = major is "mif1" or "miaf" ? compatible.Find(brand => brand == "avif" || s_heicStills.Contains(brand)) ?? major : major;
        var kind = still == "avif" ? ImageKind.Avif : s_heicStills.Contains(still) ? ImageKind.Heic : ImageKind.Other;
        if (s_sequences.Contains(major) || (kind != ImageKind.Other && HasTopLevelBox(bytes, "moov"u8)))
        {
            return (ImageKind.Animation, major.StartsWith("av", StringComparison.Ordinal) ? "AVIF sequence" : "HEIF sequence");
        }

        return (kind, kind switch
        {
            ImageKind.Avif => "AVIF",
            ImageKind.Heic => "HEIC",
            _ when major is "mif1" or "miaf" => "HEIF with neither AV1 nor HEVC",
            _ => "video or other ISO media file",
        });
    }

    private static string Brand(ReadOnlySpan<byte> bytes) => System.Text.Encoding.Latin1.GetString(bytes[..4]);

    private static bool HasTopLevelBox(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> type)
    {
        for (var rest = bytes; rest.Length >= 8;)
        {
            if (rest[4..8].SequenceEqual(type))
            {
                return true;
            }

            // Sizes 0 (to the end) and 1 (64 bits) aren't followed: behind them comes nothing that a still needs.
            var size = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (size < 8 || size > rest.Length)
            {
                return false;
            }

            rest = rest[(int)size..];
        }

        return false;
    }

    private static string NameOther(ReadOnlySpan<byte> bytes)
    {
        var head = bytes[..Math.Min(bytes.Length, 1024)];
        if (head.StartsWith("II*\0"u8) || head.StartsWith("MM\0*"u8) || head.StartsWith("II+\0"u8) || head.StartsWith("MM\0+"u8))
        {
            return "TIFF";
        }

        if (head.StartsWith("BM"u8))
        {
            return "BMP";
        }

        if (head.StartsWith("PK\u0003\u0004"u8))
        {
            return "ZIP archive";
        }

        if (head.StartsWith("\0\0\0\u000CJXL "u8) || head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]))
        {
            return "JPEG XL";
        }

        if (head.StartsWith("\0\0\0\u000CjP  "u8))
        {
            return "JPEG 2000";
        }

        if (head.IndexOf("%PDF-"u8) >= 0)
        {
            return "PDF";
        }

        var text = System.Text.Encoding.Latin1.GetString(head);
        return text.Contains("<svg", StringComparison.OrdinalIgnoreCase) ? "SVG"
            : text.Contains("<html", StringComparison.OrdinalIgnoreCase) || text.Contains("<!doctype html", StringComparison.OrdinalIgnoreCase) ? "HTML"
            : text.TrimStart('\u00EF', '\u00BB', '\u00BF', ' ', '\r', '\n', '\t').StartsWith("<?xml", StringComparison.Ordinal) ? "XML"
            : "unknown kind of file";
    }
}
