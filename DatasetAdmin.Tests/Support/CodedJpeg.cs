using System.Buffers.Binary;

namespace DatasetAdmin.Tests.Support;

/// <summary>
/// Baseline JPEGs in layouts that libvips never writes, coded straight from coefficients that the seed decides: any sampling,
/// one scan for all components or one for each, restart markers, codes up to the longest, values up to the largest, blocks
/// filled to the last place.
/// </summary>
internal sealed class CodedJpeg
{
    // Codes of 4 bits for all DC categories. Of AC: 3 bits for end of block and (0, 1), then 5, 8, and 16 bits.
    private static readonly byte[] s_dcCounts = [0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] s_acCounts = [0, 0, 2, 0, 8, 0, 0, 60, 0, 0, 0, 0, 0, 0, 0, 92];

    private static readonly byte[] s_acSymbols =
        [0x00, 0x01, .. Enumerable.Range(1, 10).SelectMany(size => Enumerable.Range(0, 16).Select(run => (byte)((run << 4) | size))).Where(symbol => symbol != 0x01), 0xF0];

    private readonly MemoryStream _file = new();
    private readonly Random _random;
    private readonly int[] _lastDc = new int[3];
    private ulong _bits;
    private int _count;

    private CodedJpeg(int seed) => _random = new(seed);

    /// <param name="sampling">A digit across and a digit down for each component, such as "22 11 11"; one for grey.</param>
    /// <param name="restart">Units between restart markers; 0 for none.</param>
    public static byte[] Make(int seed, int width, int height, string sampling, int restart = 0, bool interleaved = true)
    {
        var jpeg = new CodedJpeg(seed);
        var components = sampling.Split(' ').Select(pair => (Across: pair[0] - '0', Down: pair[1] - '0')).ToArray();
        jpeg.WriteHeader(width, height, components, restart);
        int most = components.Max(component => component.Across), tallest = components.Max(component => component.Down);
        if (interleaved && components.Length > 1)
        {
            jpeg.WriteScan([.. Enumerable.Range(0, components.Length)], components, Divide(width, 8 * most) * Divide(height, 8 * tallest), restart);
        }
        else
        {
            for (var i = 0; i < components.Length; i++)
            {
                var (across, down) = components[i];
                jpeg.WriteScan([i], [(1, 1)], Divide(Divide(width * across, most), 8) * Divide(Divide(height * down, tallest), 8), restart);
            }
        }

        jpeg._file.Write([0xFF, 0xD9]);
        return jpeg._file.ToArray();
    }

    private void WriteHeader(int width, int height, (int Across, int Down)[] components, int restart)
    {
        _file.Write([0xFF, 0xD8]);
        WriteSegment(0xDB, [0, .. Enumerable.Range(0, 64).Select(number => (byte)(3 + (number / 4)))]);
        var size = new byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(size, (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(size.AsSpan(2), (ushort)width);
        WriteSegment(0xC0, [8, .. size, (byte)components.Length, .. components.SelectMany((component, i) =>
            new byte[] { (byte)(i + 1), (byte)((component.Across << 4) | component.Down), 0 })]);
        WriteSegment(0xC4, [0x00, .. s_dcCounts, .. Enumerable.Range(0, 12).Select(category => (byte)category)]);
        WriteSegment(0xC4, [0x10, .. s_acCounts, .. s_acSymbols]);
        if (restart > 0)
        {
            WriteSegment(0xDD, [(byte)(restart >> 8), (byte)restart]);
        }
    }

    private void WriteScan(int[] indexes, (int Across, int Down)[] components, int units, int restart)
    {
        WriteSegment(0xDA, [(byte)indexes.Length, .. indexes.SelectMany(index => new byte[] { (byte)(index + 1), 0 }), 0, 63, 0]);
        Array.Clear(_lastDc);
        for (var unit = 0; unit < units; unit++)
        {
            if (restart > 0 && unit > 0 && unit % restart == 0)
            {
                Flush();
                _file.Write([0xFF, (byte)(0xD0 + (((unit / restart) - 1) & 7))]);
                Array.Clear(_lastDc);
            }

            for (var i = 0; i < indexes.Length; i++)
            {
                for (var block = 0; block < components[i].Across * components[i].Down; block++)
                {
                    WriteBlock(i, isLuminance: indexes[i] == 0);
                }
            }
        }

        Flush();
    }

    private void WriteBlock(int component, bool isLuminance)
    {
        // Nearly grey: no colour that a screen hasn't, which would be cut off.
        var dc = isLuminance ? Math.Clamp(_lastDc[component] + _random.Next(-30, 31), -150, 150) : _random.Next(-2, 3);
        WriteValue(SizeOf(dc - _lastDc[component]), 4, SizeOf(dc - _lastDc[component]), dc - _lastDc[component]);
        _lastDc[component] = dc;

        // Mostly few small values; at times a block to the last place, or a value of the most bits.
        var isFull = _random.Next(40) == 0;
        var at = 0;
        for (var values = _random.Next(12); at < 63 && (values > 0 || isFull); values--)
        {
            var run = isFull ? 0 : Math.Min(_random.Next(4) == 0 ? _random.Next(40) : 0, 62 - at);
            for (; run > 15; run -= 16, at += 16)
            {
                WriteAc(0xF0, 0);
            }

            var size = !isLuminance ? 1 : _random.Next(60) == 0 ? _random.Next(1, 11) : _random.Next(1, 4);
            var value = _random.Next(1 << (size - 1), 1 << size) * (_random.Next(2) == 0 ? 1 : -1);
            WriteAc((byte)((run << 4) | size), value);
            at += run + 1;
        }

        if (at < 63)
        {
            WriteAc(0x00, 0);
        }
    }

    private void WriteAc(byte symbol, int value)
    {
        int code = 0, index = Array.IndexOf(s_acSymbols, symbol);
        for (var length = 1; ; length++, code <<= 1)
        {
            if (index < s_acCounts[length - 1])
            {
                WriteValue(code + index, length, symbol & 15, value);
                return;
            }

            index -= s_acCounts[length - 1];
            code += s_acCounts[length - 1];
        }
    }

    private void WriteValue(int code, int length, int size, int value)
    {
        Write(code, length);
        Write(value < 0 ? value + (1 << size) - 1 : value, size);
    }

    private void Write(int value, int length)
    {
        _bits = (_bits << length) | (uint)value;
        for (_count += length; _count >= 8; _count -= 8)
        {
            var next = (byte)(_bits >> (_count - 8));
            _file.WriteByte(next);
            if (next == 0xFF)
            {
                _file.WriteByte(0);
            }
        }
    }

    private void Flush()
    {
        if (_count > 0)
        {
            Write((1 << (8 - _count)) - 1, 8 - _count);
        }
    }

    private void WriteSegment(byte marker, byte[] body)
    {
        _file.Write([0xFF, marker, (byte)((body.Length + 2) >> 8), (byte)(body.Length + 2)]);
        _file.Write(body);
    }

    private static int SizeOf(int value) => 32 - int.LeadingZeroCount(Math.Abs(value));

    private static int Divide(int value, int by) => (value + by - 1) / by;
}
