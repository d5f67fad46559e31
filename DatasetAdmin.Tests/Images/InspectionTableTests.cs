using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Images;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Tests.Images;

/// <summary>The verdict on every kind of file: a format's name where it's accepted, else the reason.</summary>
public class InspectionTableTests
{
    private static readonly ImageInspector s_inspector = new(Options.Create(new ImageLimitOptions()));

    private static readonly Dictionary<string, (Func<byte[]> Make, string Verdict)> s_cases = new()
    {
        ["jpeg"] = (() => TestImages.Jpeg(1), "jpeg"),
        ["jpeg progressive"] = (() => TestImages.ProgressiveJpeg(1), "jpeg"),
        ["jpeg optimized"] = (() => TestImages.OptimizedJpeg(1), "jpeg"),
        ["jpeg grey"] = (() => TestImages.GreyJpeg(1), "jpeg"),
        ["jpeg CMYK"] = (() => TestImages.CmykJpeg(1), "jpeg"),
        ["jpeg plain"] = (() => TestImages.PlainJpeg(), "jpeg"),
        ["jpeg plain and large, zeros throughout"] = (() => TestImages.PlainJpeg(2_000, 2_000), "jpeg"),
        ["jpeg of the smallest side"] = (() => TestImages.Jpeg(1, 64, 64), "jpeg"),
        ["jpeg with odd scan parameters"] = (TestImages.JpegWithOddScanParameters, "jpeg"),
        ["jpeg with stray bytes"] = (TestImages.JpegWithStrayBytes, "jpeg"),
        ["jpeg followed by zeros"] = (() => TestImages.Followed(TestImages.Jpeg(1), new byte[4_000]), "jpeg"),
        ["jpeg padded before its end"] = (() => [.. TestImages.Jpeg(1)[..^2], .. new byte[2_000], 0xFF, 0xD9], "jpeg"),
        ["png"] = (() => TestImages.Png(1), "png"),
        ["png interlaced"] = (() => TestImages.Png(1, interlace: true), "png"),
        ["png with junk behind"] = (() => TestImages.Followed(TestImages.Png(1), TestImages.Html()), "png"),
        ["webp"] = (() => TestImages.WebP(1), "webp"),
        ["webp lossless"] = (() => TestImages.WebP(1, lossless: true), "webp"),
        ["avif"] = (() => TestImages.Avif(1), "avif"),

        ["polyglot: jpeg with HTML comment"] = (TestImages.JpegWithHtmlComment, "jpeg"),
        ["polyglot: jpeg, then HTML"] = (() => TestImages.Followed(TestImages.Jpeg(1), TestImages.Html()), "jpeg"),
        ["polyglot: jpeg, then ZIP"] = (() => TestImages.Followed(TestImages.Jpeg(1), TestImages.Zip()), "jpeg"),
        ["polyglot: gif, then ZIP"] = (() => TestImages.Followed(TestImages.StillGif(), TestImages.Zip()), "unsupported_format"),
        ["polyglot: HTML, then jpeg"] = (() => TestImages.Followed(TestImages.Html(), TestImages.Jpeg(1)), "unsupported_format"),
        ["polyglot: PDF, then jpeg"] = (() => TestImages.Followed(TestImages.Pdf(), TestImages.Jpeg(1)), "unsupported_format"),
        ["polyglot: png signature, then jpeg"] = (() => TestImages.Followed(TestImages.Png(1)[..8], TestImages.Jpeg(1)), "corrupt_image"),
        ["polyglot: jpeg marker, then SVG"] = (() => TestImages.Followed([0xFF, 0xD8, 0xFF], TestImages.Svg()), "corrupt_image"),
        ["polyglot: jpeg marker, then png"] = (() => TestImages.Followed([0xFF, 0xD8, 0xFF], TestImages.Png(1)), "corrupt_image"),
        ["polyglot: webp signature, then SVG"] = (() => TestImages.Followed([.. "RIFF\0\0\0\0WEBP"u8], TestImages.Svg()), "corrupt_image"),
        ["polyglot: avif brand, then TIFF"] = (() => TestImages.Followed(TestImages.IsoMedia("avif"), TestImages.Tiff()), "corrupt_image"),

        ["empty"] = (() => [], "empty_object"),
        ["one byte"] = (() => [0xFF], "unsupported_format"),
        ["svg"] = (TestImages.Svg, "unsupported_format"),
        ["html"] = (TestImages.Html, "unsupported_format"),
        ["pdf"] = (TestImages.Pdf, "unsupported_format"),
        ["tiff"] = (TestImages.Tiff, "unsupported_format"),
        ["bmp"] = (TestImages.Bmp, "unsupported_format"),
        ["zip"] = (TestImages.Zip, "unsupported_format"),
        ["gif"] = (TestImages.StillGif, "unsupported_format"),
        ["video"] = (() => TestImages.IsoMedia("isom", "mp42"), "unsupported_format"),
        ["text"] = (() => [.. "just some words"u8], "unsupported_format"),

        ["gif animation"] = (() => TestImages.AnimatedGif(), "animated_image"),
        ["gif of 10,000 frames"] = (() => TestImages.GifOfFrames(10_000), "animated_image"),
        ["webp animation"] = (() => TestImages.AnimatedWebP(), "animated_image"),
        ["png animation"] = (TestImages.AnimatedPng, "animated_image"),
        ["avif sequence"] = (() => TestImages.IsoMedia("avis", "avif", "msf1"), "animated_image"),
        ["heic sequence"] = (() => TestImages.IsoMedia("hevc", "msf1"), "animated_image"),

        ["tiny"] = (TestImages.Tiny, "too_small"),
        ["56 megapixels"] = (TestImages.TooManyPixels, "too_many_pixels"),
        ["side of 17,000"] = (() => TestImages.PlainJpeg(17_000, 100), "too_many_pixels"),
        ["bomb: png of 50,000 squared"] = (() => TestImages.PngClaiming(50_000, 50_000), "too_many_pixels"),
        ["bomb: png of 1 x 8,000,000"] = (() => TestImages.PngClaiming(1, 8_000_000), "too_many_pixels"),
        ["bomb: png of 4 G squared"] = (() => TestImages.PngClaiming(uint.MaxValue, uint.MaxValue), "too_many_pixels"),
        ["bomb: jpeg of 65,500 squared"] = (() => TestImages.JpegClaiming(65_500, 65_500), "too_many_pixels"),
        ["bomb: webp of 16,383 squared"] = (TestImages.WebPClaimingMost, "too_many_pixels"),
        ["bomb: texts in a png"] = (() => TestImages.PngWithTextBombs(100), "png"),
        ["jpeg claiming more rows than it has"] = (() => TestImages.JpegClaiming(320, 4_000), "corrupt_image"),
        ["png claiming more rows than it has"] = (() => TestImages.PngClaiming(4_000, 4_000), "corrupt_image"),
    };

    public static TheoryData<string> Names => [.. s_cases.Keys];

    public static TheoryData<string, string> Damages =>
        new MatrixTheoryData<string, string>(
            ["jpeg", "jpeg progressive", "jpeg optimized", "png", "png interlaced", "webp", "webp lossless", "avif"],
            ["cut at 10 %", "cut at 50 %", "cut at 90 %", "cut at 99 %", "last byte missing", "zeros from 50 %", "zeros from 90 %"]);

    [Theory]
    [MemberData(nameof(Names))]
    public void Inspect_File_HasItsVerdict(string name)
    {
        var (make, verdict) = s_cases[name];

        var inspection = s_inspector.Inspect(make());

        Assert.Equal(verdict, Verdict(inspection));
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void Inspect_FileDamagedToItsEnd_IsCorrupt(string name, string damage)
    {
        var file = s_cases[name].Make();
        var damaged = damage switch
        {
            "last byte missing" => file[..^1],
            _ when damage.StartsWith("cut", StringComparison.Ordinal) => TestImages.Truncated(file, Percent(damage)),
            _ => TestImages.Zeroed(file, Percent(damage), file.Length),
        };

        Assert.Equal("corrupt_image", Verdict(s_inspector.Inspect(damaged)));
    }

    [Theory]
    [InlineData("jpeg")]
    [InlineData("jpeg progressive")]
    [InlineData("jpeg optimized")]
    [InlineData("png")]
    [InlineData("avif")]
    public void Inspect_GarbageOfFourKilobytesInTheMiddle_IsCorrupt(string name) =>
        Assert.Equal("corrupt_image", Verdict(s_inspector.Inspect(TestImages.WithGarbage(s_cases[name].Make(), 50, 4_096))));

    [Theory]
    [InlineData("jpeg", 64)]
    [InlineData("jpeg", 512)]
    [InlineData("jpeg", 4_096)]
    [InlineData("jpeg progressive", 512)]
    [InlineData("png", 512)]
    [InlineData("avif", 512)]
    public void Inspect_HoleOfZerosInTheMiddle_IsCorrupt(string name, int length) =>
        Assert.Equal("corrupt_image", Verdict(s_inspector.Inspect(TestImages.Zeroed(s_cases[name].Make(), 50, length))));

    internal static string Verdict(Inspection inspection)
    {
        Assert.True(inspection.Facts is null != inspection.Rejection is null);
        return inspection.Facts?.Format ?? inspection.Rejection!.Reason.Name();
    }

    private static int Percent(string damage) => int.Parse(damage.Split(' ')[2], null);
}
