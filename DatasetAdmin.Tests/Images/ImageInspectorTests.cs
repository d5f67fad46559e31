using System.Buffers;
using System.Numerics;
using System.Security.Cryptography;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Images;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Tests.Images;

public class ImageInspectorTests
{
    private readonly ImageInspector _inspector = new(Options.Create(new ImageLimitOptions()));

    [Fact]
    public void Inspect_Jpeg_TellsAllFacts()
    {
        var bytes = TestImages.Jpeg(7, 640, 480);

        var facts = Facts(bytes);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), facts.Sha256);
        Assert.Equal((bytes.Length, 640, 480, "jpeg", "jpg", 1, "RGB"), (facts.Bytes, facts.Width, facts.Height, facts.Format, facts.Extension, facts.ExifOrientation, facts.ColorMode));
        Assert.Matches("^[0-9a-f]{16}$", facts.PHash);
        Assert.InRange(facts.Brightness, 0.2, 0.8);
        Assert.True(facts.Sharpness > 1);
    }

    [Fact]
    public void Inspect_PartOfARentedArray_IgnoresWhatLiesBehind()
    {
        var bytes = TestImages.Jpeg(7);
        var rented = ArrayPool<byte>.Shared.Rent(bytes.Length + 1_000);
        bytes.CopyTo(rented, 0);

        Assert.Equal(Facts(bytes), _inspector.Inspect(rented.AsMemory(0, bytes.Length)).Facts);
        Assert.Equal(RejectionReason.CorruptImage, _inspector.Inspect(rented.AsMemory(0, bytes.Length - 100)).Rejection?.Reason);
        ArrayPool<byte>.Shared.Return(rented);
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
    public void Inspect_Orientation_GivesTheUprightSizeAndHash(int orientation)
    {
        var upright = Facts(TestImages.Jpeg(4, 480, 640));

        var turned = Facts(TestImages.OrientedJpeg(4, orientation, 480, 640));

        Assert.Equal((orientation, 480, 640), (turned.ExifOrientation, turned.Width, turned.Height));
        Assert.InRange(Distance(upright, turned), 0, 2);
        Assert.Equal(upright.Brightness, turned.Brightness, 0.01);
    }

    [Theory]
    [InlineData("L", "L")]
    [InlineData("LA", "LA")]
    [InlineData("RGB", "RGB")]
    [InlineData("RGBA", "RGBA")]
    [InlineData("I;16", "I;16")]
    [InlineData("RGB;16", "RGB")]
    [InlineData("RGBA;16", "RGBA")]
    [InlineData("P", "RGB")]
    public void Inspect_PngOfMode_NamesItAndMeasuresIt(string mode, string expected)
    {
        var facts = Facts(TestImages.PngOf(mode, 5));

        Assert.Equal((expected, 320, 400), (facts.ColorMode, facts.Width, facts.Height));
        Assert.NotNull(facts.PHash);
    }

    [Fact]
    public void Inspect_JpegOfMode_NamesIt()
    {
        Assert.Equal("L", Facts(TestImages.GreyJpeg(1)).ColorMode);
        Assert.Equal("CMYK", Facts(TestImages.CmykJpeg(1)).ColorMode);
        Assert.InRange(Distance(Facts(TestImages.Jpeg(1)), Facts(TestImages.CmykJpeg(1))), 0, 6);
    }

    [Fact]
    public void Inspect_SamePictureInAnotherFormat_HasNearlyTheSameHash()
    {
        var jpeg = Facts(TestImages.Jpeg(9, 1_200, 1_500));

        foreach (var other in new[] { TestImages.Png(9, 1_200, 1_500), TestImages.WebP(9, 1_200, 1_500), TestImages.Avif(9, 1_200, 1_500) })
        {
            Assert.InRange(Distance(jpeg, Facts(other)), 0, 4);
        }
    }

    [Fact]
    public void Inspect_OtherSeeds_LookDifferent()
    {
        var facts = Enumerable.Range(0, 12).Select(seed => Facts(TestImages.Jpeg(seed))).ToList();

        Assert.Equal(12, facts.Select(fact => fact.Sha256).Distinct().Count());
        Assert.All(facts.Skip(1), fact => Assert.True(Distance(facts[0], fact) > 10));
    }

    [Fact]
    public void Inspect_PlainPicture_HasNoHash()
    {
        var facts = Facts(TestImages.PlainJpeg(grey: 51));

        Assert.Null(facts.PHash);
        Assert.Equal(0.2, facts.Brightness, 0.01);
        Assert.Equal(0, facts.Sharpness, 0.5);
    }

    [Fact]
    public void Inspect_TwiceAndByManyThreads_SaysTheSame()
    {
        var bytes = TestImages.WebP(3, 700, 500);
        var expected = Facts(bytes);

        Parallel.For(0, 16, _ => Assert.Equal(expected, _inspector.Inspect(bytes).Facts));
    }

    [Fact]
    public void Inspect_Heic_IsDecodedOrSaysWhyNot()
    {
        var rejection = _inspector.Inspect(TestImages.IsoMedia("heic", "mif1", "heic")).Rejection;

        Assert.Equal(VipsSetup.CanDecodeHeic ? RejectionReason.CorruptImage : RejectionReason.UnsupportedFormat, rejection?.Reason);
        Assert.Contains("HEIC", rejection?.Detail);
    }

    [Fact]
    public void Inspect_OtherLimits_AreKept()
    {
        var small = new ImageInspector(Options.Create(new ImageLimitOptions { MaxBytes = 1_000, MinSide = 10 }));
        var wide = new ImageInspector(Options.Create(new ImageLimitOptions { MaxMegapixels = 0.1, MinSide = 10 }));

        Assert.Equal(RejectionReason.TooLarge, small.Inspect(new byte[1_001]).Rejection?.Reason);
        Assert.Equal(RejectionReason.TooManyPixels, wide.Inspect(TestImages.Jpeg(1)).Rejection?.Reason);
        Assert.NotNull(wide.Inspect(TestImages.Tiny()).Facts);
    }

    [Fact]
    public void Inspect_PhotoOf24Megapixels_AllocatesLittleManagedMemory()
    {
        var bytes = TestImages.PlainJpeg(6_000, 4_000);
        _inspector.Inspect(bytes);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.NotNull(_inspector.Inspect(bytes).Facts);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void WithSvg_DrawsText_AndBlocksItAgain()
    {
        static byte[] Draw()
        {
            using var image = NetVips.Image.SvgloadBuffer(TestImages.Svg());
            return image.JpegsaveBuffer();
        }

        Assert.Equal(200, Facts(VipsSetup.WithSvg(Draw)).Width);
        Assert.Throws<NetVips.VipsException>(Draw);
    }

    [Theory]
    [InlineData("MaxBytes", "0", "MaxBytes")]
    [InlineData("MaxMegapixels", "-1", "MaxMegapixels")]
    [InlineData("MaxSide", "0", "MaxSide")]
    [InlineData("MinSide", "20000", "MinSide")]
    public void AddImages_LimitThatCannotBeMeant_SaysWhichOne(string key, string value, string named)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new($"{ImageLimitOptions.Section}:{key}", value)])
            .Build();
        using var services = new ServiceCollection().AddImages(configuration).BuildServiceProvider();

        var exception = Assert.Throws<OptionsValidationException>(services.GetRequiredService<ImageInspector>);

        Assert.Contains($"{ImageLimitOptions.Section}:{named}", exception.Message);
    }

    private ImageFacts Facts(byte[] bytes)
    {
        var inspection = _inspector.Inspect(bytes);
        Assert.Null(inspection.Rejection);
        return inspection.Facts!;
    }

    private static int Distance(ImageFacts one, ImageFacts other) =>
        BitOperations.PopCount(Convert.ToUInt64(one.PHash, 16) ^ Convert.ToUInt64(other.PHash, 16));
}
