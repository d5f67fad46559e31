namespace DatasetAdmin.Core.Images;

/// <summary>What a JPEG's markers tell that its decoder doesn't.</summary>
/// <param name="IsComplete">The picture's end marker is there.</param>
/// <param name="HasHole">A run of zero bytes lies where no encoder can have written one.</param>
/// <param name="HasOddHeader">
/// The header has one of the harmless oddities of some cameras, which the decoder warns of like of broken data.
/// </param>
internal readonly record struct JpegStructure(bool IsComplete, bool HasHole, bool HasOddHeader)
{
    /// <summary>Blocks lost from a file come in sectors of 512 bytes and more; no encoder was seen to reach 64 zeros.</summary>
    private const int HoleBytes = 64;

    private static readonly byte[] s_hole = new byte[HoleBytes];

    private static ReadOnlySpan<byte> SequentialScan => [0, 63, 0];

    public static JpegStructure Of(ReadOnlySpan<byte> bytes)
    {
        var segments = new JpegSegments(bytes);
        bool isComplete = false, hasHole = false, hasOddHeader = false, isSequential = false;
        Span<byte> firstSymbols = stackalloc byte[8];
        firstSymbols.Fill(0xFF);
        while (!isComplete && segments.MoveNext())
        {
            isComplete = segments.Marker == JpegSegments.EndOfImage;
            isSequential |= segments.IsSequentialFrame;
            if (segments.Marker == JpegSegments.HuffmanTables)
            {
                ReadFirstSymbols(segments.Body, firstSymbols);
            }

            hasOddHeader |= segments.Skipped > 0 && !isComplete;
            if (segments.Marker == JpegSegments.StartOfScan && isSequential)
            {
                hasOddHeader |= segments.Body.Length > 3 && !segments.Body[^3..].SequenceEqual(SequentialScan);
                hasHole |= HasHoleIn(segments.Scan) && !FlatIsAllZeros(segments.Body, firstSymbols);
            }
        }

        return new JpegStructure(isComplete, hasHole, hasOddHeader);
    }

    /// <summary>
    /// The same picture without the header's oddities, so that the decoder's warnings mean broken data and nothing else:
    /// stray bytes between segments dropped, the scan parameters of a sequential frame as the standard wants them.
    /// </summary>
    public static byte[] Tidied(ReadOnlySpan<byte> bytes)
    {
        using var tidied = new MemoryStream(bytes.Length);
        tidied.Write(bytes[..2]);
        var segments = new JpegSegments(bytes);
        var isSequential = false;
        while (segments.MoveNext())
        {
            isSequential |= segments.IsSequentialFrame;
            if (segments.Marker == JpegSegments.StartOfScan && isSequential && segments.Body.Length > 3)
            {
                tidied.Write(bytes[segments.Start..(segments.BodyStart + segments.Body.Length - 3)]);
                tidied.Write(SequentialScan);
                tidied.Write(segments.Scan);
            }
            else
            {
                tidied.Write(bytes[segments.Start..segments.End]);
            }

            if (segments.Marker == JpegSegments.EndOfImage)
            {
                break;
            }
        }

        return tidied.ToArray();
    }

    /// <summary>Zeros up to the scan's end may be padding; zeros with more data after them can't be.</summary>
    private static bool HasHoleIn(ReadOnlySpan<byte> scan)
    {
        var at = scan.IndexOf(s_hole);
        return at >= 0 && scan[at..].ContainsAnyExcept((byte)0);
    }

    /// <summary>
    /// Whether this scan would code a flat area in zero bits alone: for each component "no change" and "end of block" have
    /// the all-zeros code, which is the first of a Huffman table. With other tables zeros mean the same nonzero coefficients
    /// block after block, hundreds of times, and that isn't a picture.
    /// </summary>
    private static bool FlatIsAllZeros(ReadOnlySpan<byte> scanHeader, ReadOnlySpan<byte> firstSymbols)
    {
        var components = scanHeader[0];
        for (var i = 0; i < components && 2 + (2 * i) < scanHeader.Length; i++)
        {
            var tables = scanHeader[2 + (2 * i)];
            if (firstSymbols[(tables >> 4) & 3] != 0 || firstSymbols[4 + (tables & 3)] != 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Notes each table's first symbol: DC tables 0 to 3, then AC tables.</summary>
    private static void ReadFirstSymbols(ReadOnlySpan<byte> tables, Span<byte> firstSymbols)
    {
        while (tables.Length > 17)
        {
            firstSymbols[((tables[0] >> 4) & 1) * 4 + (tables[0] & 3)] = tables[17];
            var symbols = 0;
            foreach (var count in tables[1..17])
            {
                symbols += count;
            }

            tables = tables[Math.Min(17 + symbols, tables.Length)..];
        }
    }
}
