using System.Numerics;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Images;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.Options;
using NetVips;

namespace DatasetAdmin.Tests.Images;

/// <summary>What the scanner says of a JPEG beside what libvips says of it.</summary>
public class JpegScannerTests
{
    private static readonly ImageInspector s_inspector = new(Options.Create(new ImageLimitOptions()));

    static JpegScannerTests() => VipsSetup.Apply();

    public static TheoryData<int, string> QualitiesAndKinds =>
        new MatrixTheoryData<int, string>([30, 75, 90, 100], ["420", "444", "420 optimized", "444 restart", "420 optimized restart", "grey", "grey restart"]);

    public static TheoryData<string, int, bool> Layouts =>
        new MatrixTheoryData<string, int, bool>(["11", "22", "11 11 11", "21 11 11", "12 11 11", "22 11 11", "41 11 11", "22 21 12", "22 12 21", "44 14 11"], [0, 1, 7], [true, false]);

    public static TheoryData<int, int> Sizes => new() { { 65, 67 }, { 1_601, 1_203 }, { 1_600, 1_200 }, { 1_027, 64 }, { 64, 1_030 }, { 2_048, 1_365 }, { 2_047, 333 } };

    [Theory]
    [MemberData(nameof(QualitiesAndKinds))]
    public void Scan_FileOfAnEncoder_IsWholeAndMeasuresAsLibvips(int quality, string kind)
    {
        var jpeg = TestImages.JpegOf(kind, 3, 643, 405, quality);

        AssertAsLibvips(jpeg, 4);
        AssertAsLibvips(jpeg, 8);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Scan_FileOfASize_IsWholeAndMeasuresAsLibvips(int width, int height)
    {
        AssertAsLibvips(TestImages.Jpeg(5, width, height), 4);
        AssertAsLibvips(TestImages.Jpeg(6, width, height, quality: 95), 8);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Scan_FileOfALayout_IsWholeAndMeasuresAsLibvips(string sampling, int restart, bool interleaved)
    {
        // More than ten blocks in a unit are none of T.81's.
        var isTooMuch = interleaved && sampling.StartsWith("44", StringComparison.Ordinal);
        foreach (var (width, height) in new[] { (160, 96), (165, 99), (129, 136) })
        {
            var jpeg = CodedJpeg.Make(width + restart, width, height, sampling, restart, interleaved);
            if (isTooMuch || sampling is "22 21 12" or "22 12 21")
            {
                AssertNotLaxer(jpeg);
            }
            else
            {
                // So small a plane has cells of a pixel or two, which rounding moves.
                AssertAsLibvips(jpeg, 4, hashBits: 5);
                AssertAsLibvips(jpeg, 8, hashBits: 5);
            }
        }
    }

    [Theory]
    [InlineData("progressive")]
    [InlineData("CMYK")]
    [InlineData("stray bytes")]
    [InlineData("odd scan parameters")]
    [InlineData("another JFIF version")]
    [InlineData("RGB by Adobe's marker")]
    [InlineData("padded before its end")]
    [InlineData("no end")]
    public void Scan_OtherKind_IsLeftToLibvips(string kind)
    {
        var jpeg = TestImages.Jpeg(1);
        byte[] file = kind switch
        {
            "progressive" => TestImages.ProgressiveJpeg(1),
            "CMYK" => TestImages.CmykJpeg(1),
            "stray bytes" => TestImages.JpegWithStrayBytes(),
            "odd scan parameters" => TestImages.JpegWithOddScanParameters(),
            "another JFIF version" => [.. jpeg[..2], 0xFF, 0xE0, 0, 16, .. "JFIF\0"u8, 2, 1, 0, 0, 1, 0, 1, 0, 0, .. jpeg[2..]],
            "RGB by Adobe's marker" => [.. jpeg[..2], 0xFF, 0xEE, 0, 14, .. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0, .. jpeg[2..]],
            "padded before its end" => [.. jpeg[..^2], .. new byte[300], 0xFF, 0xD9],
            _ => jpeg[..^2],
        };

        Assert.Equal(JpegVerdict.Unclear, Scan(file, 4, out var plane));
        Assert.Null(plane);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Inspect_OrientationOfALargePhoto_IsThatOfLibvips(int orientation)
    {
        var jpeg = TestImages.OrientedJpeg(4, orientation, 1_024, 800);
        using var source = PictureDecoder.SourceOf(jpeg);
        using var image = PictureDecoder.Open(ImageKind.Jpeg, source, 4);
        var (luminance, width, height) = PictureDecoder.Reduce(image);

        var facts = s_inspector.Inspect(jpeg).Facts;

        Assert.Equal((256, 200, orientation), (width, height, facts?.ExifOrientation));
        Assert.Equal(ImageMeasures.DifferenceHash(luminance, width, height), facts?.PHash);
        Assert.Equal(ImageMeasures.Brightness(luminance), facts!.Brightness, 0.002);
    }

    [Fact]
    public void Inspect_FlippedBitThatOverfillsABlock_IsCorrupt()
    {
        var jpeg = CodedJpeg.Make(1, 1_024, 64, "11");
        var random = new Random(3);
        var found = 0;
        for (var i = 0; i < 200; i++)
        {
            var copy = (byte[])jpeg.Clone();
            copy[random.Next(700, copy.Length - 2)] ^= (byte)(1 << random.Next(8));
            if (Scan(copy, 4, out _) == JpegVerdict.Damaged)
            {
                found++;
                Assert.Equal(RejectionReason.CorruptImage, s_inspector.Inspect(copy).Rejection?.Reason);
            }
        }

        Assert.True(found > 5);
    }

    [Theory]
    [InlineData("22 11 11", 0, true)]
    [InlineData("22 11 11", 5, true)]
    [InlineData("11", 3, true)]
    [InlineData("21 11 11", 4, false)]
    public void Scan_CutAnywhere_IsNeverWhole(string sampling, int restart, bool interleaved)
    {
        var jpeg = CodedJpeg.Make(2, 136, 120, sampling, restart, interleaved);
        for (var length = 2; length < jpeg.Length; length += 1 + (length / 200))
        {
            Assert.Equal(JpegVerdict.Unclear, Scan(jpeg.AsSpan(0, length), 4, out _));
            Assert.NotEqual(JpegVerdict.Whole, Scan([.. jpeg[..length], 0xFF, 0xD9], 4, out _));
        }
    }

    [Fact]
    public void Scan_DroppedOrSwappedRestartMarker_IsNeverWhole()
    {
        var jpeg = CodedJpeg.Make(2, 136, 120, "22 11 11", restart: 3);
        for (var at = 2; at < jpeg.Length - 2; at++)
        {
            if (jpeg[at] == 0xFF && jpeg[at + 1] is >= 0xD0 and <= 0xD7)
            {
                Assert.NotEqual(JpegVerdict.Whole, Scan([.. jpeg[..at], .. jpeg[(at + 2)..]], 4, out _));
                Assert.NotEqual(JpegVerdict.Whole, Scan([.. jpeg[..(at + 1)], (byte)(jpeg[at + 1] ^ 1), .. jpeg[(at + 2)..]], 4, out _));
            }
        }
    }

    [Fact]
    public void Scan_MutatedFile_IsNeverLaxerThanLibvips()
    {
        byte[][] corpus =
        [
            TestImages.Jpeg(1, 96, 80), TestImages.GreyJpeg(1), TestImages.OptimizedJpeg(1, 96, 80), TestImages.OrientedJpeg(1, 6, 96, 80),
            TestImages.JpegOf("420 restart", 1, 96, 80, 75), TestImages.ProgressiveJpeg(1, 96, 80),
            CodedJpeg.Make(1, 96, 80, "22 11 11"), CodedJpeg.Make(2, 96, 80, "21 11 11", restart: 2), CodedJpeg.Make(3, 96, 80, "12 11 11", restart: 3, interleaved: false),
            CodedJpeg.Make(4, 96, 80, "11", restart: 1),
        ];
        var random = new Random(20_261_124);
        var verdicts = new int[3];
        for (var i = 0; i < 6_000; i++)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            verdicts[(int)AssertNotLaxer(Mutate(corpus[i % corpus.Length], random))]++;
        }

        Assert.All(verdicts, count => Assert.True(count > 30));
    }

    [Fact]
    public void Scan_SizeThatIsNotTheFiles_IsUnclear() =>
        Assert.Equal(JpegVerdict.Unclear, JpegScanner.Scan(TestImages.Jpeg(1, 320, 400), (400, 320), 4, out _));

    [Theory]
    [InlineData(2_000, 3)]
    [InlineData(2_047, 2)]
    public void Inspect_FlatterThanTheReduction_HasFacts(int width, int height)
    {
        var inspector = new ImageInspector(Options.Create(new ImageLimitOptions { MinSide = 1 }));

        var facts = inspector.Inspect(TestImages.PlainJpeg(width, height)).Facts;

        Assert.Equal((width, height), (facts?.Width, facts?.Height));
    }

    [Fact]
    public void Scan_TablesDefinedTimeAndAgain_SpreadsOutThoseOfTheScan()
    {
        var jpeg = TestImages.Jpeg(1);
        var at = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC4]);
        var table = jpeg[at..(at + 2 + jpeg[at + 3] + (jpeg[at + 2] << 8))];
        byte[] file = [.. jpeg[..at], .. Enumerable.Repeat(table, 20_000).SelectMany(bytes => bytes), .. jpeg[at..]];
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(JpegVerdict.Whole, Scan(file, 4, out var plane));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000_000);
        plane?.Dispose();
    }

    private static JpegVerdict Scan(ReadOnlySpan<byte> jpeg, int shrink, out JpegPlane? plane)
    {
        var segments = new JpegSegments(jpeg);
        while (segments.MoveNext())
        {
            if (segments.IsSequentialFrame && JpegFrame.OrNull(segments.Body) is { } frame && frame.Width <= 4_096 && frame.Height <= 4_096)
            {
                return JpegScanner.Scan(jpeg, (frame.Width, frame.Height), shrink, out plane);
            }
        }

        return JpegScanner.Scan(jpeg, (0, 0), shrink, out plane);
    }

    /// <summary>Whole, as large as libvips makes it, and with the same measures but for rounding.</summary>
    private static void AssertAsLibvips(byte[] jpeg, int shrink, int hashBits = 1)
    {
        using var source = PictureDecoder.SourceOf(jpeg);
        using var image = PictureDecoder.Open(ImageKind.Jpeg, source, shrink);
        var (expected, width, height) = PictureDecoder.Reduce(image);

        Assert.Equal(JpegVerdict.Whole, Scan(jpeg, shrink, out var plane));
        using (plane)
        {
            Assert.Equal((image.Width, image.Height), (plane!.Width, plane.Height));
            var (luminance, planeWidth, planeHeight) = PlaneReducer.Reduce(plane, orientation: 1);
            Assert.Equal((width, height), (planeWidth, planeHeight));
            Assert.Equal(ImageMeasures.Brightness(expected), ImageMeasures.Brightness(luminance), 0.002);
            Assert.InRange(expected.Zip(luminance, (one, other) => (double)Math.Abs(one - other)).Average(), 0, 1);
            Assert.InRange(Distance(ImageMeasures.DifferenceHash(expected, width, height), ImageMeasures.DifferenceHash(luminance, width, height)), 0, hashBits);
            var sharpness = ImageMeasures.Sharpness(expected, width, height);
            Assert.Equal(sharpness, ImageMeasures.Sharpness(luminance, width, height), 1 + (0.05 * sharpness));
        }
    }

    private static JpegVerdict AssertNotLaxer(byte[] jpeg)
    {
        var verdict = Scan(jpeg, 4, out var plane);
        plane?.Dispose();
        Assert.True(verdict != JpegVerdict.Whole || IsDecodable(jpeg), "The scanner took what libvips refuses.");
        return verdict;
    }

    private static int Distance(string? one, string? other) =>
        BitOperations.PopCount(Convert.ToUInt64(one ?? "0", 16) ^ Convert.ToUInt64(other ?? "0", 16));

    private static bool IsDecodable(byte[] jpeg)
    {
        try
        {
            using var source = PictureDecoder.SourceOf(jpeg);
            using var image = PictureDecoder.Open(ImageKind.Jpeg, source, 4);
            PictureDecoder.Reduce(image);
            return true;
        }
        catch (VipsException)
        {
            return false;
        }
    }

    private static byte[] Mutate(byte[] file, Random random)
    {
        var copy = (byte[])file.Clone();
        var at = random.Next(2, copy.Length);
        var length = Math.Min(random.Next(1, 64), copy.Length - at);
        switch (random.Next(6))
        {
            case 0:
                copy[at] ^= (byte)(1 << random.Next(8));
                return copy;
            case 1:
                copy[random.Next(2, Math.Min(700, copy.Length))] = (byte)random.Next(256);
                return copy;
            case 2:
                random.NextBytes(copy.AsSpan(at, length));
                return copy;
            case 3:
                copy.AsSpan(at, length).Clear();
                return copy;
            case 4:
                return [.. copy[..at], .. copy[(at + length)..]];
            default:
                return [.. copy[..at], .. copy.AsSpan(random.Next(copy.Length - length), length), .. copy[at..]];
        }
    }
}
