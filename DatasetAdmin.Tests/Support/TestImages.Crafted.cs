using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace DatasetAdmin.Tests.Support;

/// <summary>What no encoder writes: broken files, bombs, files that are two things at once, files that are no photos.</summary>
internal static partial class TestImages
{
    private static readonly byte[] s_pngSignature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static byte[] TruncatedJpeg(int percent = 50) => Truncated(Jpeg(1), percent);

    public static byte[] Html() => Encoding.UTF8.GetBytes("<!DOCTYPE html><html><head><title>503</title></head><body>Service Unavailable</body></html>");

    public static byte[] Svg() => Encoding.UTF8.GetBytes(
        "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" width=\"200\" height=\"200\"><rect width=\"200\" height=\"200\" fill=\"red\"/></svg>");

    public static byte[] Pdf() => Encoding.ASCII.GetBytes("%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");

    public static byte[] Tiff() => [.. "II*\0"u8, 8, 0, 0, 0, .. new byte[64]];

    public static byte[] Bmp() => [.. "BM"u8, .. new byte[200]];

    public static byte[] Zip() => [.. "PK"u8, 3, 4, .. new byte[100]];

    public static byte[] Truncated(byte[] file, int percent) => file[..(int)(file.Length * (long)percent / 100)];

    /// <summary><paramref name="length"/> zeros from <paramref name="percent"/> of the file on, as a lost block leaves them.</summary>
    public static byte[] Zeroed(byte[] file, int percent, int length)
    {
        var copy = (byte[])file.Clone();
        var start = (int)(file.Length * (long)percent / 100);
        copy.AsSpan(start, Math.Min(length, file.Length - start)).Clear();
        return copy;
    }

    public static byte[] WithGarbage(byte[] file, int percent, int length, int seed = 1)
    {
        var copy = (byte[])file.Clone();
        var start = (int)(file.Length * (long)percent / 100);
        new Random(seed).NextBytes(copy.AsSpan(start, Math.Min(length, file.Length - start)));
        return copy;
    }

    public static byte[] Followed(byte[] file, byte[] by) => [.. file, .. by];

    /// <summary>A JPEG that browsers would run as a page if it were served as one: the HTML stands in its comment.</summary>
    public static byte[] JpegWithHtmlComment()
    {
        var html = Html();
        var jpeg = Jpeg(2);
        var length = (ushort)(html.Length + 2);
        return [.. jpeg[..2], 0xFF, 0xFE, (byte)(length >> 8), (byte)length, .. html, .. jpeg[2..]];
    }

    /// <summary>The scan parameters that some phones write: not by the standard, and every program shows the picture.</summary>
    public static byte[] JpegWithOddScanParameters()
    {
        var jpeg = Jpeg(3);
        var scan = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        jpeg[scan + 2 + jpeg[scan + 3] - 2] = 0;
        return jpeg;
    }

    /// <summary>Zero bytes between two header segments.</summary>
    public static byte[] JpegWithStrayBytes()
    {
        var jpeg = Jpeg(3);
        var tables = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDB]);
        return [.. jpeg[..tables], 0, 0, 0, .. jpeg[tables..]];
    }

    /// <summary>A JPEG whose header claims another size than its data has.</summary>
    public static byte[] JpegClaiming(ushort width, ushort height)
    {
        var jpeg = Jpeg(1);
        var frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), height);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), width);
        return jpeg;
    }

    /// <summary>A PNG that claims a size and holds a few deflated zeros.</summary>
    public static byte[] PngClaiming(uint width, uint height)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteUInt32BigEndian(header, width);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        return [.. s_pngSignature, .. Chunk("IHDR", header), .. Chunk("IDAT", Deflated(1 << 20)), .. Chunk("IEND", [])];
    }

    /// <summary>A valid PNG with texts that inflate to 8 MB each.</summary>
    public static byte[] PngWithTextBombs(int texts)
    {
        byte[] bomb = [.. "Comment\0\0"u8, .. Deflated(8 << 20)];
        return WithChunks(Png(1), [.. Enumerable.Repeat(Chunk("zTXt", bomb), texts).SelectMany(chunk => chunk)]);
    }

    public static byte[] AnimatedPng()
    {
        byte[] control = [0, 0, 0, 1, 0, 0, 0, 0];
        return WithChunks(Png(1), Chunk("acTL", control));
    }

    /// <summary>A lossless WebP of 16383 x 16383, in its header only.</summary>
    public static byte[] WebPClaimingMost() =>
        [.. "RIFF"u8, 32, 0, 0, 0, .. "WEBPVP8L"u8, 20, 0, 0, 0, 0x2F, 0xFE, 0xBF, 0xFF, 0x0F, .. new byte[15]];

    /// <summary>An ISO media file of nothing but brands.</summary>
    public static byte[] IsoMedia(string major, params string[] compatible)
    {
        byte[] brands = [.. Encoding.ASCII.GetBytes(major), 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(string.Concat(compatible))];
        return [0, 0, 0, (byte)(8 + brands.Length), .. "ftyp"u8, .. brands, 0, 0, 0, 16, .. "mdat"u8, .. new byte[8]];
    }

    /// <summary>A GIF of very many frames of one pixel.</summary>
    public static byte[] GifOfFrames(int frames)
    {
        byte[] frame = [0x21, 0xF9, 4, 0, 0, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4C, 0x01, 0];
        return [.. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, .. Enumerable.Repeat(frame, frames).SelectMany(part => part), 0x3B];
    }

    /// <summary>Puts chunks right behind a PNG's header.</summary>
    private static byte[] WithChunks(byte[] png, byte[] chunks)
    {
        const int afterHeader = 8 + 25;
        return [.. png[..afterHeader], .. chunks, .. png[afterHeader..]];
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteUInt32BigEndian(chunk, (uint)data.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc32(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    private static byte[] Deflated(int zeros)
    {
        using var buffer = new MemoryStream();
        using (var zlib = new ZLibStream(buffer, CompressionLevel.SmallestSize))
        {
            zlib.Write(new byte[zeros]);
        }

        return buffer.ToArray();
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320u : 0);
            }
        }

        return ~crc;
    }
}
