using System.Buffers.Binary;

namespace DatasetAdmin.Core.Images;

/// <summary>Walks a JPEG's segments from the first marker to the end of the picture, without decoding.</summary>
internal ref struct JpegSegments(ReadOnlySpan<byte> bytes)
{
    public const byte EndOfImage = 0xD9;
    public const byte StartOfScan = 0xDA;
    public const byte HuffmanTables = 0xC4;
    public const byte QuantizationTables = 0xDB;
    public const byte RestartInterval = 0xDD;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position = 2;

    public byte Marker { get; private set; }

    /// <summary>Where the segment's 0xFF stands; what lies between the segment before and here belongs to neither.</summary>
    public int Start { get; private set; }

    /// <summary>The bytes that belong to no segment and that this one was preceded by.</summary>
    public int Skipped { get; private set; }

    /// <summary>The segment's parameters.</summary>
    public ReadOnlySpan<byte> Body { get; private set; }

    public int BodyStart { get; private set; }

    /// <summary>After <see cref="StartOfScan"/>, the entropy-coded data with its restart markers; else empty.</summary>
    public ReadOnlySpan<byte> Scan { get; private set; }

    public readonly int End => _position;

    public readonly bool IsSequentialFrame => Marker is 0xC0 or 0xC1;

    /// <summary>Goes on to the next segment. False where the bytes end first; <see cref="EndOfImage"/> is a segment too.</summary>
    public bool MoveNext()
    {
        Body = Scan = default;
        var rest = _bytes[_position..];
        var skipped = rest.IndexOf((byte)0xFF);
        if (skipped < 0)
        {
            return false;
        }

        var at = skipped;
        while (at < rest.Length && rest[at] == 0xFF)
        {
            at++;
        }

        if (at >= rest.Length)
        {
            return false;
        }

        (Marker, Start, Skipped) = (rest[at], _position + at - 1, skipped);
        _position += at + 1;
        if (Marker is EndOfImage or 0x00 or 0x01 or (>= 0xD0 and <= 0xD8))
        {
            return true;
        }

        rest = _bytes[_position..];
        if (rest.Length < 2 || BinaryPrimitives.ReadUInt16BigEndian(rest) is var length && (length < 2 || length > rest.Length))
        {
            return false;
        }

        BodyStart = _position + 2;
        Body = rest[2..length];
        _position += length;
        if (Marker == StartOfScan)
        {
            rest = _bytes[_position..];
            Scan = rest[..ScanLength(rest)];
            _position += Scan.Length;
        }

        return true;
    }

    /// <summary>In a scan 0xFF is followed by 0 (it means itself), by a restart marker or a fill byte; all else ends it.</summary>
    private static int ScanLength(ReadOnlySpan<byte> rest)
    {
        var at = 0;
        while (rest[at..].IndexOf((byte)0xFF) is >= 0 and var found && at + found + 1 < rest.Length)
        {
            at += found;
            if (rest[at + 1] is not (0x00 or 0xFF or (>= 0xD0 and <= 0xD7)))
            {
                return at;
            }

            at++;
        }

        return rest.Length;
    }
}
