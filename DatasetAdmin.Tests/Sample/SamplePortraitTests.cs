using DatasetAdmin.Core.Classes;
using DatasetAdmin.Web.Sample.Portraits;
using NetVips;

namespace DatasetAdmin.Tests.Sample;

public class SamplePortraitTests
{
    public static TheoryData<string> ClassNames => [.. ClassOptions.Defaults.Select(item => item.Name)];

    [Theory]
    [MemberData(nameof(ClassNames))]
    public void Draw_EachClass_DecodesAtTheAskedSize(string className)
    {
        var bytes = PortraitRenderer.Jpeg(SamplePortrait.Draw(className, person: 5, photo: 1, 320, 400));

        using var image = Image.NewFromBuffer(bytes, failOn: Enums.FailOn.Warning);
        Assert.Equal((320, 400, 3), (image.Width, image.Height, image.Bands));
        Assert.InRange(image.Deviate(), 20, 120);
    }

    [Theory]
    [MemberData(nameof(ClassNames))]
    public void Draw_TwoPeopleOfAClass_LookDifferent(string className)
    {
        using var one = Decode(className, person: 5);
        using var other = Decode(className, person: 6);

        using var difference = (one - other).Abs();
        Assert.InRange(difference.Avg(), 3, 255);
    }

    [Fact]
    public void Draw_SameNumbers_SameBytes()
    {
        var once = PortraitRenderer.Jpeg(SamplePortrait.Draw("Queen", 7, 2, 320, 400));
        var again = PortraitRenderer.Jpeg(SamplePortrait.Draw("Queen", 7, 2, 320, 400));

        Assert.Equal(once, again);
    }

    [Fact]
    public void Draw_AllClasses_LookDifferent()
    {
        var drawn = ClassOptions.Defaults.Select(item => SamplePortrait.Draw(item.Name, 5, 1, 320, 400));

        Assert.Distinct(drawn);
    }

    [Fact]
    public void TurnedJpeg_Decoded_LiesOnItsSideAndSaysSo()
    {
        using var image = Image.NewFromBuffer(PortraitRenderer.TurnedJpeg(SamplePortrait.Draw("Soft", 7, 2, 320, 400)));
        using var upright = image.Autorot();

        Assert.Equal((400, 320), (image.Width, image.Height));
        Assert.Equal(6, image.Get("orientation"));
        Assert.Equal((320, 400), (upright.Width, upright.Height));
    }

    private static Image Decode(string className, int person) =>
        Image.NewFromBuffer(PortraitRenderer.Jpeg(SamplePortrait.Draw(className, person, photo: 1, 320, 400)));
}
