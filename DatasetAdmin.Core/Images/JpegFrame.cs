using System.Buffers.Binary;

namespace DatasetAdmin.Core.Images;

/// <summary>A sequential JPEG's frame header (T.81 B.2.2), as far as <see cref="JpegScanner"/> reads such files.</summary>
internal sealed class JpegFrame
{
    private JpegFrame(int width, int height, JpegComponent[] components)
    {
        (Width, Height, Components) = (width, height, components);
        var luminance = components[0];
        (UnitsAcross, UnitsDown) = (Divide(width, 8 * luminance.Across), Divide(height, 8 * luminance.Down));
        foreach (var component in components)
        {
            component.BlocksAcross = Divide(Divide(width * component.Across, luminance.Across), 8);
            component.BlocksDown = Divide(Divide(height * component.Down, luminance.Down), 8);
        }
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Luminance alone, or with two of chrominance, which have as many samples or a whole part of them.</summary>
    public JpegComponent[] Components { get; }

    /// <summary>Units (MCUs) of a scan of several components (A.2.3).</summary>
    public int UnitsAcross { get; }

    public int UnitsDown { get; }

    /// <summary>Null where the frame isn't one of 8 bits with such components.</summary>
    public static JpegFrame? OrNull(ReadOnlySpan<byte> body)
    {
        if (body.Length < 6 || body[0] != 8 || body[5] is not (1 or 3) || body.Length != 6 + (3 * body[5]))
        {
            return null;
        }

        var components = new JpegComponent[body[5]];
        for (var i = 0; i < components.Length; i++)
        {
            var parameters = body.Slice(6 + (3 * i), 3);
            var component = components[i] = new JpegComponent(parameters[0], parameters[1] >> 4, parameters[1] & 15, parameters[2]);
            var luminance = components[0];
            if (component.Across is < 1 or > 4 || component.Down is < 1 or > 4 || component.Quantization > 3
                || luminance.Across % component.Across != 0 || luminance.Down % component.Down != 0
                || components.Take(i).Any(other => other.Id == component.Id))
            {
                return null;
            }
        }

        var (height, width) = (BinaryPrimitives.ReadUInt16BigEndian(body[1..]), BinaryPrimitives.ReadUInt16BigEndian(body[3..]));
        var isRgb = components.Length == 3 && (components[0].Id, components[1].Id, components[2].Id) == ((byte)'R', (byte)'G', (byte)'B');
        return width == 0 || height == 0 || isRgb ? null : new JpegFrame(width, height, components);
    }

    public static int Divide(int value, int by) => (value + by - 1) / by;
}

/// <param name="Across">Blocks side by side in a unit.</param>
/// <param name="Down">Blocks one below the other in a unit.</param>
/// <param name="Quantization">Number of the quantization table.</param>
internal sealed record JpegComponent(byte Id, int Across, int Down, int Quantization)
{
    /// <summary>Blocks that hold samples of the picture (A.2.2).</summary>
    public int BlocksAcross { get; set; }

    public int BlocksDown { get; set; }

    public bool IsRead { get; set; }

    public JpegHuffmanTable Dc { get; set; } = null!;

    public JpegHuffmanTable Ac { get; set; } = null!;

    /// <summary>The DC value of the block before (F.1.1.5.1).</summary>
    public int LastDc { get; set; }
}
