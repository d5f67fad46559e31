using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace DatasetAdmin.Tests.Support;

/// <summary>Zips made in code, honest ones and others.</summary>
internal static class TestZips
{
    private const int SymbolicLink = 0xA1FF;

    public static byte[] Of(params (string Name, byte[] Bytes)[] entries)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8))
        {
            foreach (var (name, bytes) in entries)
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(bytes);
            }
        }

        return file.ToArray();
    }

    /// <summary>An entry that is a symbolic link to a path.</summary>
    public static byte[] Link(string name, string target)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            var entry = zip.CreateEntry(name);
            entry.ExternalAttributes = SymbolicLink << 16;
            using var content = entry.Open();
            content.Write(Encoding.UTF8.GetBytes(target));
        }

        return file.ToArray();
    }

    /// <summary>Many entries of a directory that all are the same packed zeros.</summary>
    /// <param name="claimed">The unpacked size that the headers say.</param>
    public static byte[] Overlapping(IReadOnlyList<string> names, int zeros, uint claimed)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            deflate.Write(new byte[zeros]);
        }

        using var file = new MemoryStream();
        var writer = new BinaryWriter(file);
        WriteHeader(writer, central: false, names[0], (uint)packed.Length, claimed);
        writer.Write(packed.ToArray());
        var directory = file.Position;
        foreach (var name in names)
        {
            WriteHeader(writer, central: true, name, (uint)packed.Length, claimed);
        }

        var length = file.Position - directory;
        writer.Write("PK\u0005\u0006"u8);
        writer.Write(0);
        writer.Write((ushort)Math.Min(names.Count, ushort.MaxValue));
        writer.Write((ushort)Math.Min(names.Count, ushort.MaxValue));
        writer.Write((uint)length);
        writer.Write((uint)directory);
        writer.Write((ushort)0);
        return file.ToArray();
    }

    /// <summary>The same zip with another unpacked size of each entry in its headers.</summary>
    public static byte[] Claiming(byte[] zip, uint size)
    {
        byte[] changed = [.. zip];
        Replace("PK\u0001\u0002"u8, 24);
        Replace("PK\u0003\u0004"u8, 22);
        return changed;

        void Replace(ReadOnlySpan<byte> signature, int offset)
        {
            for (var at = changed.AsSpan().IndexOf(signature); at >= 0;)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(at + offset), size);
                var next = changed.AsSpan(at + 4).IndexOf(signature);
                at = next < 0 ? -1 : at + 4 + next;
            }
        }
    }

    private static void WriteHeader(BinaryWriter writer, bool central, string name, uint packed, uint unpacked)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        writer.Write(central ? "PK\u0001\u0002"u8 : "PK\u0003\u0004"u8);
        if (central)
        {
            writer.Write((ushort)20);
        }

        writer.Write((ushort)20);
        writer.Write((ushort)0);
        writer.Write((ushort)8);
        writer.Write(0);
        writer.Write(0);
        writer.Write(packed);
        writer.Write(unpacked);
        writer.Write((ushort)bytes.Length);
        writer.Write((ushort)0);
        if (central)
        {
            writer.Write((ushort)0);
            writer.Write((ushort)0);
            writer.Write((ushort)0);
            writer.Write(0);
            writer.Write(0);
        }

        writer.Write(bytes);
    }
}
