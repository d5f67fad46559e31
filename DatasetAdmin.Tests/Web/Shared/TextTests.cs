using Bunit;
using DatasetAdmin.Web.Components.Shared;

namespace DatasetAdmin.Tests.Web.Shared;

public class TextTests
{
    [Theory]
    [InlineData(null, "–")]
    [InlineData(0L, "0 bytes")]
    [InlineData(999L, "999 bytes")]
    [InlineData(1_000L, "1.00 KB")]
    [InlineData(12_345L, "12.3 KB")]
    [InlineData(999_400L, "999 KB")]
    [InlineData(999_600L, "1.00 MB")]
    [InlineData(345_600_000_000L, "346 GB")]
    public void ByteSize_AnyCount_HasThreeDigitsAndAUnit(long? bytes, string expected) => Assert.Equal(expected, ByteSize.Text(bytes));

    [Theory]
    [InlineData(1, "1 image")]
    [InlineData(0, "0 images")]
    [InlineData(1_200_000, "1,200,000 images")]
    public void CountText_OfSomething_SaysItInWords(long count, string expected) => Assert.Equal(expected, CountText.Of(count, "image"));

    [Theory]
    [InlineData("UTC", "2026-11-06 23:30 UTC")]
    [InlineData("Europe/Berlin", "2026-11-06 23:30 UTC 2026-11-07 00:30 local")]
    [InlineData("Europe/London", "2026-11-06 23:30 UTC")]
    [InlineData("America/New_York", "2026-11-06 23:30 UTC 18:30 local")]
    public async Task TimeText_ReadersZone_AddsLocalTimeWhereItDiffers(string zone, string expected)
    {
        await using var context = await new SiteContext(zone).ReadBrowserAsync();

        var time = context.Render<TimeText>(parameters => parameters.Add(text => text.Utc, new DateTime(2026, 11, 6, 23, 30, 0, DateTimeKind.Utc)));

        Assert.Equal(expected, string.Join(' ', time.FindAll("span").Select(span => span.TextContent)));
        Assert.Equal("2026-11-06T23:30:00Z", time.Find("time").GetAttribute("datetime"));
    }
}
