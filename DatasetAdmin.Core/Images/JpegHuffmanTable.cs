using System.Runtime.CompilerServices;

namespace DatasetAdmin.Core.Images;

/// <summary>
/// A Huffman table of a sequential JPEG, spread out for <see cref="JpegBits"/>: a look at the next bits tells the symbol, and
/// for AC tables two symbols with their values where both fit into the look.
/// </summary>
internal sealed class JpegHuffmanTable
{
    public const int LookBits = 11;

    /// <summary>An advance: the block ends here.</summary>
    public const int EndOfBlock = 128;

    /// <summary>An advance: no symbol. Above whatever place in a block, symbol and <see cref="EndOfBlock"/> add up to.</summary>
    public const int None = 208;

    /// <summary>Codes have 1 to 16 bits.</summary>
    public const int Lengths = 16;

    /// <summary>The first advance of an end of block alone: what is written there is written beside the block.</summary>
    private const int Beside = 64;

    private const int ZeroRun = 0xF0;

    private readonly uint[] _symbols = new uint[1 << LookBits];
    private readonly byte[] _values;
    private readonly int[] _firstCodes = new int[Lengths + 1];
    private readonly int[] _firstIndexes = new int[Lengths + 2];
    private readonly bool _isDc;

    private JpegHuffmanTable(byte[] values, bool isDc) => (_values, _isDc) = (values, isDc);

    /// <summary>
    /// Of an AC table, by the next <see cref="LookBits"/> bits: the bits taken (8 bits of the entry), the first symbol's advance
    /// (8) and value (16), the advance of both (16), the second's value (16). A symbol alone stands there as both.
    /// </summary>
    public ulong[] Pairs { get; private set; } = [];

    /// <summary>
    /// From a DHT segment (T.81 B.2.4.2, C.2). Null where the lengths give more codes than there are, use the code of ones
    /// alone, or a DC table has a category that no picture has: then decoders fail.
    /// </summary>
    /// <param name="definition">The number of codes of each length, then the codes' values.</param>
    public static JpegHuffmanTable? OrNull(ReadOnlySpan<byte> definition, bool isDc)
    {
        var (counts, values) = (definition[..Lengths].ToArray(), definition[Lengths..].ToArray());
        if (values.Length > 256 || (isDc && values.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)15)))
        {
            return null;
        }

        var table = new JpegHuffmanTable(values, isDc);
        Array.Fill(table._symbols, Entry(0, 0, None));
        int code = 0, index = 0;
        for (var length = 1; length <= Lengths; length++, code <<= 1)
        {
            (table._firstCodes[length], table._firstIndexes[length]) = (code, index);
            if (code + counts[length - 1] >= 1 << length)
            {
                return null;
            }

            for (var i = 0; i < counts[length - 1]; i++, code++, index++)
            {
                if (length <= LookBits)
                {
                    var looks = 1 << (LookBits - length);
                    table._symbols.AsSpan(code * looks, looks).Fill(table.EntryOf(values[index], length));
                }
            }
        }

        table._firstIndexes[Lengths + 1] = index;
        if (!isDc)
        {
            table.FillPairs();
        }

        return table;
    }

    /// <summary>
    /// The symbol that the next bits begin with: bits taken in all (8 bits of the entry), size of the value behind the code (8),
    /// length of the code (8), advance (8), which is <see cref="None"/> where no symbol that 8-bit samples can have begins so.
    /// </summary>
    public uint Symbol(ulong next)
    {
        var entry = _symbols[next >> (64 - LookBits)];
        return entry >> 24 == None ? LongSymbol((int)(next >> (64 - Lengths))) : entry;
    }

    private uint LongSymbol(int next)
    {
        for (var length = LookBits + 1; length <= Lengths; length++)
        {
            var offset = (next >> (Lengths - length)) - _firstCodes[length];
            if (offset >= 0 && offset < _firstIndexes[length + 1] - _firstIndexes[length])
            {
                return EntryOf(_values[_firstIndexes[length] + offset], length);
            }
        }

        return Entry(0, 0, None);
    }

    /// <summary>Tables F.1 and F.2: DC differences have up to 11 bits, AC values 1 to 10 behind a run of zeros.</summary>
    private uint EntryOf(byte value, int length)
    {
        var (run, size) = (value >> 4, value & 15);
        return (_isDc, value) switch
        {
            (true, _) => value <= 11 ? Entry(length, value, 0) : Entry(0, 0, None),
            (_, 0) => Entry(length, 0, EndOfBlock),
            (_, ZeroRun) => Entry(length, 0, run + 1),
            _ => size is >= 1 and <= 10 ? Entry(length, size, run + 1) : Entry(0, 0, None),
        };
    }

    private static uint Entry(int length, int size, int advance) => (uint)((length + size) | (size << 8) | (length << 16) | (advance << 24));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillPairs()
    {
        Pairs = new ulong[1 << LookBits];
        for (var look = 0; look < Pairs.Length; look++)
        {
            var (taken, advance, value) = Whole(look, LookBits);
            var (alsoTaken, alsoAdvance, alsoValue) =
                advance < EndOfBlock ? Whole((look << taken) & (Pairs.Length - 1), LookBits - taken) : (0, None, 0);
            Pairs[look] = alsoAdvance == None
                ? Pair(taken, advance == EndOfBlock ? Beside : advance, value, advance, value)
                : Pair(taken + alsoTaken, advance, value, advance + alsoAdvance, alsoValue);
        }
    }

    private static ulong Pair(int taken, int advance, int value, int bothAdvance, int secondValue) =>
        (uint)taken | ((ulong)advance << 8) | ((ulong)(ushort)value << 16) | ((ulong)bothAdvance << 32) | ((ulong)(ushort)secondValue << 48);

    /// <summary>The symbol at the front of a look, where it and its value lie within the look's first <paramref name="bits"/>.</summary>
    private (int Taken, int Advance, int Value) Whole(int look, int bits)
    {
        var entry = _symbols[look];
        return entry >> 24 == None || (byte)entry > bits
            ? (0, None, 0)
            : ((byte)entry, (int)(entry >> 24), JpegBits.Value((ulong)look << (64 - LookBits), entry));
    }
}
