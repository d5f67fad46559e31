using System.Text;
using DatasetAdmin.Web.Sample.Portraits;

namespace DatasetAdmin.Web.Sample;

/// <summary>Makes the bytes of planned photos, whole and broken.</summary>
internal static class SampleBytes
{
    public static byte[] Make(SamplePicture picture)
    {
        return picture.Content switch
        {
            SampleContent.Jpeg => PortraitRenderer.Jpeg(Portrait(picture)),
            SampleContent.TurnedJpeg => PortraitRenderer.TurnedJpeg(Portrait(picture)),
            SampleContent.Png => PortraitRenderer.Png(Portrait(picture)),
            SampleContent.WebP => PortraitRenderer.WebP(Portrait(picture)),
            SampleContent.Avif => PortraitRenderer.Avif(Portrait(picture)),
            SampleContent.TruncatedJpeg => Half(PortraitRenderer.Jpeg(Portrait(picture))),
            SampleContent.HtmlPage => Encoding.UTF8.GetBytes("<!doctype html>\n<html><head><title>413 Request Entity Too Large</title></head><body><h1>413 Request Entity Too Large</h1></body></html>\n"),
            SampleContent.Empty => [],
            SampleContent.AnimatedGif => PortraitRenderer.AnimatedGif(
                SamplePortrait.Draw(picture.ClassName, picture.Person, picture.Photo, 160, 200),
                SamplePortrait.Draw(picture.ClassName, picture.Person, picture.Photo + 1, 160, 200)),
            SampleContent.Tiny => PortraitRenderer.Jpeg(SamplePortrait.Draw(picture.ClassName, picture.Person, picture.Photo, 40, 50)),
            _ => throw new ArgumentOutOfRangeException(nameof(picture)),
        };
    }

    public static string ContentType(SampleContent content) => content switch
    {
        SampleContent.Png => "image/png",
        SampleContent.WebP => "image/webp",
        SampleContent.Avif => "image/avif",
        SampleContent.AnimatedGif => "image/gif",
        _ => "image/jpeg", // what the uploading browser claimed, also of the broken ones
    };

    private static string Portrait(SamplePicture picture)
    {
        var (width, height) = SampleRandom.For(picture.Person, picture.Photo, 5).Pick([(320, 400), (320, 400), (320, 400), (300, 400), (256, 320), (320, 320), (360, 450)]);
        return SamplePortrait.Draw(picture.ClassName, picture.Person, picture.Photo, width, height);
    }

    private static byte[] Half(byte[] whole) => whole[..(whole.Length / 2)];
}
