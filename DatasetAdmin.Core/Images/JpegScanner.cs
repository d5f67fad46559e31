using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DatasetAdmin.Core.Images;

/// <summary>What <see cref="JpegScanner"/> found.</summary>
internal enum JpegVerdict
{
    /// <summary>Every block is there and nothing else.</summary>
    Whole,

    /// <summary>A block has more coefficients than a block can have, which libjpeg passes over.</summary>
    Damaged,

    /// <summary>Another kind of JPEG, an odd one or a broken one: libjpeg's word counts.</summary>
    Unclear,
}

/// <summary>
/// Reads a sequential Huffman-coded JPEG of 8 bits in grey or YCbCr from end to end, decoding symbols and what the reduced
/// luminance needs. A full decode's other work (the inverse transform, colours) would tell nothing about the file.
/// </summary>
/// <remarks>
/// <see cref="JpegVerdict.Whole"/> means at least what libjpeg's silence means: whatever it warns of or fails at is unclear
/// here. Work and memory are bounded by the bytes and the size.
/// </remarks>
internal sealed class JpegScanner
{
    private const int MaxBlocksInUnit = 10;

    private readonly JpegTables _tables = new();
    private readonly (int Width, int Height) _size;
    private readonly int _shrink;
    private JpegFrame? _frame;
    private JpegPlane? _plane;

    private JpegScanner((int Width, int Height) size, int shrink) => (_size, _shrink) = (size, shrink);

    /// <summary>
    /// Scans a file that begins with a JPEG's first marker. <paramref name="plane"/> is the caller's to dispose, and null unless
    /// the file is whole.
    /// </summary>
    /// <param name="size">What libjpeg takes for the size, which the caller has checked; where the scanner finds another, the file is unclear.</param>
    /// <param name="shrink">4 or 8, and not above either side.</param>
    public static JpegVerdict Scan(ReadOnlySpan<byte> bytes, (int Width, int Height) size, int shrink, out JpegPlane? plane)
    {
        var scanner = new JpegScanner(size, shrink);
        var verdict = scanner.ReadFile(bytes);
        plane = scanner._plane;
        if (verdict != JpegVerdict.Whole)
        {
            plane?.Dispose();
            plane = null;
        }

        return verdict;
    }

    private JpegVerdict ReadFile(ReadOnlySpan<byte> bytes)
    {
        var segments = new JpegSegments(bytes);
        while (segments.MoveNext() && segments.Skipped == 0)
        {
            switch (segments.Marker)
            {
                case JpegSegments.EndOfImage:
                    return _frame is not null && _frame.Components.All(component => component.IsRead) ? JpegVerdict.Whole : JpegVerdict.Unclear;
                case JpegSegments.StartOfScan:
                    if (ReadScan(segments.Body, segments.Scan) is not JpegVerdict.Whole and var verdict)
                    {
                        return verdict;
                    }

                    break;
                default:
                    if (!ReadParameters(ref segments))
                    {
                        return JpegVerdict.Unclear;
                    }

                    break;
            }
        }

        return JpegVerdict.Unclear;
    }

    private bool ReadParameters(ref JpegSegments segments)
    {
        var body = segments.Body;
        switch (segments.Marker)
        {
            case 0xC0 or 0xC1 when _frame is null && JpegFrame.OrNull(body) is { } frame && (frame.Width, frame.Height) == _size:
                (_frame, _plane) = (frame, new JpegPlane(frame, _shrink));
                return true;
            case JpegSegments.HuffmanTables or JpegSegments.QuantizationTables or JpegSegments.RestartInterval:
                return _tables.TryRead(segments.Marker, body);
            case 0xE0:
                // libjpeg warns of another major version.
                return body.Length < 14 || !body.StartsWith("JFIF\0"u8) || body[5] == 1;
            case 0xEE:
                // Adobe's marker tells when the components are something else than YCbCr.
                return body.Length < 12 || !body.StartsWith("Adobe"u8) || body[11] == 1;
            default:
                return segments.Marker is (>= 0xE1 and <= 0xEF) or 0xFE;
        }
    }

    private JpegVerdict ReadScan(ReadOnlySpan<byte> header, ReadOnlySpan<byte> scan)
    {
        if (_frame is null || ScanComponentsOrNull(_frame, header) is not { } components)
        {
            return JpegVerdict.Unclear;
        }

        var unstuffed = ArrayPool<byte>.Shared.Rent(scan.Length + JpegBits.Padding);
        try
        {
            return ReadIntervals(_frame, components, scan, unstuffed);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(unstuffed);
        }
    }

    /// <summary>B.2.3. Null where the header isn't one of a sequential frame, or names what isn't there or was already read.</summary>
    private JpegComponent[]? ScanComponentsOrNull(JpegFrame frame, ReadOnlySpan<byte> header)
    {
        if (header.Length < 6 || header[0] is < 1 or > 3 || header.Length != 4 + (2 * header[0]) || !header[^3..].SequenceEqual<byte>([0, 63, 0]))
        {
            return null;
        }

        var components = new JpegComponent[header[0]];
        for (var i = 0; i < components.Length; i++)
        {
            var (id, tables) = (header[1 + (2 * i)], header[2 + (2 * i)]);
            var component = Array.Find(frame.Components, component => component.Id == id);
            if (component is null || component.IsRead || (tables & 0xCC) != 0 || _tables.DcOrNull(tables >> 4) is not { } dc || _tables.AcOrNull(tables & 3) is not { } ac
                || _tables.Quantization[component.Quantization] is not { } quantization)
            {
                return null;
            }

            (component.IsRead, component.Dc, component.Ac) = (true, dc, ac);
            components[i] = component;
            if (component == frame.Components[0])
            {
                _plane!.SetQuantization(quantization);
            }
        }

        return components.Length == 1 || components.Sum(component => component.Across * component.Down) <= MaxBlocksInUnit ? components : null;
    }

    /// <summary>F.2.1.3 and E.2.4: the scan's units, with restart markers in their order between them.</summary>
    private JpegVerdict ReadIntervals(JpegFrame frame, JpegComponent[] components, ReadOnlySpan<byte> scan, byte[] unstuffed)
    {
        var (across, down) = components.Length == 1 ? (components[0].BlocksAcross, components[0].BlocksDown) : (frame.UnitsAcross, frame.UnitsDown);
        var (units, unit, at) = (across * down, 0, 0);
        for (var interval = 0; unit < units; interval++)
        {
            if (interval > 0)
            {
                if (at + 1 >= scan.Length || scan[at + 1] != 0xD0 + ((interval - 1) & 7))
                {
                    return JpegVerdict.Unclear;
                }

                at += 2;
            }

            var bits = new JpegBits(Unstuff(scan, ref at, unstuffed));
            Array.ForEach(components, component => component.LastDc = 0);
            for (var end = _tables.RestartInterval == 0 ? units : Math.Min(units, unit + _tables.RestartInterval); unit < end; unit++)
            {
                if (!ReadUnit(ref bits, components, unit % across, unit / across))
                {
                    return bits.HasOverrun ? JpegVerdict.Damaged : JpegVerdict.Unclear;
                }
            }

            if (bits.Left >= 8)
            {
                return JpegVerdict.Unclear;
            }
        }

        return at == scan.Length ? JpegVerdict.Whole : JpegVerdict.Unclear;
    }

    /// <summary>B.1.1.5: takes the data up to the next marker, without the zeros behind its 0xFF.</summary>
    private static ReadOnlySpan<byte> Unstuff(ReadOnlySpan<byte> scan, ref int at, byte[] buffer)
    {
        var length = 0;
        while (true)
        {
            var rest = scan[at..];
            var found = rest.IndexOf((byte)0xFF);
            var isStuffed = found >= 0 && found + 1 < rest.Length && rest[found + 1] == 0;
            var part = rest[..(found < 0 ? rest.Length : isStuffed ? found + 1 : found)];
            part.CopyTo(buffer.AsSpan(length));
            length += part.Length;
            at += part.Length;
            if (!isStuffed)
            {
                buffer.AsSpan(length, JpegBits.Padding).Clear();
                return buffer.AsSpan(0, length + JpegBits.Padding);
            }

            at++;
        }
    }

    // This and the loops that it calls are optimized from the start: a day may be over before the runtime finds out what is hot.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool ReadUnit(ref JpegBits bits, JpegComponent[] components, int x, int y)
    {
        Span<Vector256<int>> vectors = stackalloc Vector256<int>[JpegPlane.Vectors + 1];
        var values = MemoryMarshal.Cast<Vector256<int>, int>(vectors);
        var (luminance, isAlone) = (_frame!.Components[0], components.Length == 1);
        foreach (var component in components)
        {
            var (across, down) = isAlone ? (1, 1) : (component.Across, component.Down);
            for (var row = y * down; row < (y + 1) * down; row++)
            {
                for (var column = x * across; column < (x + 1) * across; column++)
                {
                    vectors[0] = vectors[1] = vectors[2] = default;
                    if (!bits.ReadBlock(component.Dc, component.Ac, JpegPlane.Slots, values, out var difference))
                    {
                        return false;
                    }

                    component.LastDc += difference;
                    if (component == luminance)
                    {
                        _plane!.Set(column, row, component.LastDc, vectors);
                    }
                }
            }
        }

        return true;
    }
}
