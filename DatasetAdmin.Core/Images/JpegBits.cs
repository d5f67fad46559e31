using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace DatasetAdmin.Core.Images;

/// <summary>
/// Reads the blocks of one stretch of entropy-coded data, from which the stuffed zeros were taken and behind which
/// <see cref="Padding"/> zeros follow.
/// </summary>
/// <remarks>
/// Whatever the data says, a block takes at most 64 symbols of 27 bits (216 bytes), at most 16 bytes are read ahead, and each
/// block ends with a look at <see cref="Left"/>: so no read gets beyond the padding.
/// </remarks>
internal ref struct JpegBits(ReadOnlySpan<byte> padded)
{
    public const int Padding = 256;

    private readonly ReadOnlySpan<byte> _padded = padded;

    // The next bits, from the highest on, at least as many as the count says; the rest is right too, or zero.
    private ulong _bits;
    private int _count;
    private int _next;

    /// <summary>Bits that weren't taken; below zero once more were taken than there are.</summary>
    public readonly int Left => LeftAt(_next, _count);

    /// <summary>Whether the block that couldn't be read has a coefficient behind its last place: then the data is broken.</summary>
    public bool HasOverrun { get; private set; }

    /// <summary>Reads a block (T.81 F.2.2).</summary>
    /// <param name="difference">Of the DC value against that of the block before.</param>
    /// <param name="slots">By a coefficient's place in zigzag order: where its value goes. Of 128, the upper half for none.</param>
    /// <param name="values">AC values; only what isn't zero is written.</param>
    /// <returns>False where the data ended or isn't what a picture of 8 bits can have.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool ReadBlock(JpegHuffmanTable dc, JpegHuffmanTable ac, ReadOnlySpan<byte> slots, scoped Span<int> values, out int difference)
    {
        var padded = _padded;
        var pairs = ac.Pairs;
        var (bits, count, next) = (_bits, _count, _next);
        Fill(padded, ref bits, ref count, ref next);
        var symbol = dc.Symbol(bits);
        difference = Value(bits, symbol);
        Take(symbol, ref bits, ref count);
        if (symbol >> 24 == JpegHuffmanTable.None)
        {
            return false;
        }

        for (var at = 0; at < 63;)
        {
            Fill(padded, ref bits, ref count, ref next);
            var pair = pairs[bits >> (64 - JpegHuffmanTable.LookBits)];
            var end = at + (byte)(pair >> 32);
            if (end < 64)
            {
                values[slots[at + (byte)(pair >> 8)]] = (short)(pair >> 16);
                values[slots[end]] = (short)(pair >> 48);
                Take((uint)pair, ref bits, ref count);
            }
            else if (end is >= JpegHuffmanTable.EndOfBlock and < JpegHuffmanTable.EndOfBlock + 63)
            {
                values[slots[at + (byte)(pair >> 8)]] = (short)(pair >> 16);
                Take((uint)pair, ref bits, ref count);
            }
            else
            {
                // A long symbol, or the block ends between the two.
                symbol = ac.Symbol(bits);
                end = at + (int)(symbol >> 24);
                if (end < 64)
                {
                    values[slots[end]] = Value(bits, symbol);
                }
                else if (end is < JpegHuffmanTable.EndOfBlock or >= JpegHuffmanTable.None)
                {
                    // Zeros alone behind the last place are odd, but nothing is lost by them.
                    HasOverrun = end < JpegHuffmanTable.EndOfBlock && (byte)(symbol >> 8) > 0 && LeftAt(next, count) >= (byte)symbol;
                    return false;
                }

                Take(symbol, ref bits, ref count);
            }

            at = end;
        }

        (_bits, _count, _next) = (bits, count, next);
        return Left >= 0;
    }

    /// <summary>
    /// The value behind a symbol's code (F.2.2.1, EXTEND); 0 where there is none. Shifts look at the lowest bits of their
    /// count alone, so the entry's other parts needn't be cut off.
    /// </summary>
    public static int Value(ulong bits, uint symbol)
    {
        var size = (int)(symbol >> 8);
        var behind = bits << (int)(symbol >> 16);
        var value = (int)(behind >> 1 >> (63 - size));
        var isNegative = (int)(~(long)behind >> 63);
        return value + (isNegative & (1 - (1 << size)));
    }

    private readonly int LeftAt(int next, int count) => ((_padded.Length - Padding - next) * 8) + count;

    /// <summary>Afterwards at least 56 bits are there: more than any two symbols take.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fill(ReadOnlySpan<byte> padded, ref ulong bits, ref int count, ref int next)
    {
        bits |= BinaryPrimitives.ReadUInt64BigEndian(padded[next..]) >> count;
        next += (63 - count) >> 3;
        count |= 56;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(uint entry, ref ulong bits, ref int count)
    {
        bits <<= (int)entry;
        count -= (byte)entry;
    }
}
