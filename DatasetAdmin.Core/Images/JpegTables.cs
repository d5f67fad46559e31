using System.Buffers.Binary;

namespace DatasetAdmin.Core.Images;

/// <summary>The tables that a JPEG has defined so far (T.81 B.2.4), each by its number.</summary>
internal sealed class JpegTables
{
    private const int Numbers = 4;

    // DC tables, then AC tables. A file can define a table as often as it likes, so only what a scan asks for is spread out.
    private readonly byte[]?[] _definitions = new byte[]?[2 * Numbers];
    private readonly JpegHuffmanTable?[] _spread = new JpegHuffmanTable?[2 * Numbers];

    /// <summary>64 steps each, in zigzag order.</summary>
    public byte[]?[] Quantization { get; } = new byte[]?[Numbers];

    /// <summary>Units between two restart markers; 0 where there are none.</summary>
    public int RestartInterval { get; private set; }

    /// <summary>Null where there's no such table, or none that can be used.</summary>
    public JpegHuffmanTable? DcOrNull(int number) => SpreadOrNull(number);

    /// <inheritdoc cref="DcOrNull"/>
    public JpegHuffmanTable? AcOrNull(int number) => SpreadOrNull(Numbers + number);

    /// <summary>Takes in a segment. False where it's broken, another kind, or has steps of 16 bits.</summary>
    public bool TryRead(byte marker, ReadOnlySpan<byte> body)
    {
        switch (marker)
        {
            case JpegSegments.HuffmanTables:
                return TryReadHuffman(body);
            case JpegSegments.QuantizationTables:
                return TryReadQuantization(body);
            case JpegSegments.RestartInterval when body.Length == 2:
                RestartInterval = BinaryPrimitives.ReadUInt16BigEndian(body);
                return true;
            default:
                return false;
        }
    }

    private bool TryReadHuffman(ReadOnlySpan<byte> body)
    {
        while (body.Length > JpegHuffmanTable.Lengths)
        {
            var length = 1 + JpegHuffmanTable.Lengths;
            foreach (var codes in body[1..(1 + JpegHuffmanTable.Lengths)])
            {
                length += codes;
            }

            var (type, number) = (body[0] >> 4, body[0] & 15);
            if (type > 1 || number >= Numbers || length > body.Length)
            {
                return false;
            }

            var index = (type * Numbers) + number;
            (_definitions[index], _spread[index]) = (body[1..length].ToArray(), null);
            body = body[length..];
        }

        return body.IsEmpty;
    }

    private bool TryReadQuantization(ReadOnlySpan<byte> body)
    {
        while (body.Length >= 65 && body[0] < Numbers)
        {
            Quantization[body[0]] = body[1..65].ToArray();
            body = body[65..];
        }

        return body.IsEmpty;
    }

    private JpegHuffmanTable? SpreadOrNull(int index) =>
        _spread[index] ??= _definitions[index] is { } definition ? JpegHuffmanTable.OrNull(definition, isDc: index < Numbers) : null;
}
