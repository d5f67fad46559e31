using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DatasetAdmin.Core.Images;

/// <summary>
/// A JPEG's luminance at a quarter or an eighth of its size, 0 to 255: each pixel is the mean of the 16 or 64 that it stands
/// for, as libjpeg's reduced decoding gives it, taken from a block's coefficients without decoding the block.
/// </summary>
internal sealed class JpegPlane : IDisposable
{
    /// <summary>
    /// Vectors of 8 coefficients that the means of a block's quarters depend on, its mean apart. What lies behind them is for
    /// all others.
    /// </summary>
    public const int Vectors = 3;

    private const int Used = 8 * Vectors;

    /// <summary>Figure A.6: the place of a coefficient, 8 x row + column, by its number.</summary>
    private static readonly byte[] s_zigzag =
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];

    private static readonly byte[] s_slots = [.. Enumerable.Range(0, 128).Select(number => number < 64 ? SlotOf(s_zigzag[number]) : (byte)Used)];

    private readonly float[] _weights = new float[Used];
    private readonly float[] _pixels;
    private readonly int _stride;
    private float _mean;

    /// <param name="shrink">4 or 8.</param>
    public JpegPlane(JpegFrame frame, int shrink)
    {
        PerBlock = 8 / shrink;
        (Width, Height) = (frame.Width / shrink, frame.Height / shrink);
        _stride = frame.UnitsAcross * frame.Components[0].Across * PerBlock;
        _pixels = ArrayPool<float>.Shared.Rent(_stride * frame.UnitsDown * frame.Components[0].Down * PerBlock);
    }

    /// <summary>For <see cref="JpegBits.ReadBlock"/>: the values that <see cref="Set"/> wants.</summary>
    public static ReadOnlySpan<byte> Slots => s_slots;

    public int Width { get; }

    public int Height { get; }

    private int PerBlock { get; }

    public ReadOnlySpan<float> Row(int y) => _pixels.AsSpan(y * _stride, Width);

    public void Dispose() => ArrayPool<float>.Shared.Return(_pixels);

    /// <param name="table">64 steps in zigzag order.</param>
    public void SetQuantization(ReadOnlySpan<byte> table)
    {
        _mean = table[0] / 8f;
        for (var number = 1; number < 64; number++)
        {
            if (s_slots[number] < Used)
            {
                var (v, u) = Math.DivRem((int)s_zigzag[number], 8);
                _weights[s_slots[number]] = (float)(table[number] * HalfMean(u) * HalfMean(v));
            }
        }
    }

    /// <summary>Sets a block's pixels from its quantized coefficients, which lie in their <see cref="Slots"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Set(int blockX, int blockY, int dc, ReadOnlySpan<Vector256<int>> coefficients)
    {
        var mean = 128 + (dc * _mean);
        if (PerBlock == 1)
        {
            _pixels[(blockY * _stride) + blockX] = MathF.Round(Math.Clamp(mean, 0, 255));
            return;
        }

        var weights = MemoryMarshal.Cast<float, Vector256<float>>(_weights);
        var sides = Vector256.ConvertToSingle(coefficients[0]) * weights[0];
        var corners = (Vector256.ConvertToSingle(coefficients[1]) * weights[1]) + (Vector256.ConvertToSingle(coefficients[2]) * weights[2]);
        var quarters = Vector128.Create(mean)
            + (Vector128.Sum(sides.GetLower()) * Vector128.Create(1f, -1, 1, -1))
            + (Vector128.Sum(sides.GetUpper()) * Vector128.Create(1f, 1, -1, -1))
            + (Vector256.Sum(corners) * Vector128.Create(1f, -1, -1, 1));
        quarters = Vector128.Round(Vector128.Clamp(quarters, Vector128<float>.Zero, Vector128.Create(255f)));
        var at = (2 * blockY * _stride) + (2 * blockX);
        quarters.GetLower().CopyTo(_pixels.AsSpan(at));
        quarters.GetUpper().CopyTo(_pixels.AsSpan(at + _stride));
    }

    /// <summary>The first row's odd columns, the first column's odd rows, then where both are odd: even waves have equal halves.</summary>
    private static byte SlotOf(int place)
    {
        var (v, u) = Math.DivRem(place, 8);
        return (byte)((v, u) switch
        {
            (0, _) when u % 2 == 1 => u / 2,
            (_, 0) when v % 2 == 1 => 4 + (v / 2),
            _ when u % 2 == 1 && v % 2 == 1 => 8 + (4 * (v / 2)) + (u / 2),
            _ => Used,
        });
    }

    /// <summary>The mean of a wave of the DCT (A.3.3) over the first half of its 8 samples; over the other half it's the negative.</summary>
    private static double HalfMean(int wave) =>
        wave == 0 ? Math.Sqrt(0.125) : Enumerable.Range(0, 4).Sum(x => Math.Cos(((2 * x) + 1) * wave * Math.PI / 16)) / 8;
}
