using DatasetAdmin.Tests.Support;
using Microsoft.Playwright;

namespace DatasetAdmin.Tests.Web;

// The viewer.
public abstract partial class PagesTests
{
    [Fact]
    public async Task Viewer_OpenedWalkedAndClosed_FollowsTheKeysAndTheUrl()
    {
        await using var page = await TestPage.OpenAsync(site.Url);
        await page.GoToAsync($"{s_day}?class=Queen");
        await page.Get(".image-tile[data-image]").First.ClickAsync();
        await page.ExpectTextAsync(".viewer-place", "1 of 15");
        await page.ExpectTextAsync(".viewer-facts", TestPredictions.Id(0));
        await page.AssertAccessibleAsync();

        await page.Page.Keyboard.PressAsync("ArrowRight");
        await page.ExpectTextAsync(".viewer-place", "2 of 15");
        await page.ExpectTextAsync(".viewer-facts", TestPredictions.Id(4));
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await page.ExpectTextAsync(".viewer-place", "3 of 15");
        await page.Page.Keyboard.PressAsync("ArrowLeft");
        await page.ExpectTextAsync(".viewer-place", "2 of 15");
        await page.Page.Keyboard.PressAsync("ArrowLeft");
        await page.ExpectTextAsync(".viewer-place", "1 of 15");
        await page.Page.Keyboard.PressAsync("ArrowLeft");
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await page.ExpectTextAsync(".viewer-place", "2 of 15");
        var shared = page.Path;

        await page.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Get(".viewer")).ToHaveCountAsync(0);
        Assert.Equal($"{s_day}?class=Queen", page.Path);
        Assert.True(await page.Page.EvaluateAsync<bool>("document.activeElement.classList.contains('image-tile')"));

        await page.GoToAsync(shared);
        await page.ExpectTextAsync(".viewer-place", "2 of 15");
        await page.ExpectTextAsync(".viewer-facts", TestPredictions.Id(4));
        await Assertions.Expect(page.Get(".viewer-picture img")).ToHaveJSPropertyAsync("complete", true);
        Assert.Equal(300, await page.Get(".viewer-picture img").EvaluateAsync<int>("image => image.naturalHeight"));
        page.AssertClean();
    }

    [Fact]
    public async Task Viewer_LightDarkAndOnAPhone_IsAccessibleAndFits()
    {
        var image = (string)(await site.Pipeline.RowsAsync((await site.Pipeline.DayAsync(SampleSite.Day)).ImagesFile))[7]["file"]!;
        foreach (var (width, dark) in new[] { (1280, false), (1280, true), (390, false) })
        {
            await using var page = await TestPage.OpenAsync(site.Url, width, dark, "Europe/Berlin");
            await page.GoToAsync($"{s_day}?image={Uri.EscapeDataString(image)}");

            await page.ExpectTextAsync(".viewer-place", "8 of 60");
            await page.ExpectTextAsync(".viewer-facts", "In datasets");
            await page.AssertAccessibleAsync();
            await page.AssertFitsAsync();
            page.AssertClean();
        }
    }

    [Fact]
    public async Task Viewer_Download_SavesTheUploadedBytes()
    {
        await using var page = await TestPage.OpenAsync(site.Url);
        await page.GoToAsync(s_day);
        await page.Get(".image-tile[data-image]").First.ClickAsync();
        await page.ExpectTextAsync(".viewer-facts", TestPredictions.Id(0));

        var download = await page.Page.RunAndWaitForDownloadAsync(() => page.Get(".viewer-download").ClickAsync());

        Assert.Matches("^[0-9a-f-]+_0_[0-9a-f]{8}[.]jpg$", download.SuggestedFilename);
        Assert.Equal(TestImages.Jpeg(0, 240, 300), await File.ReadAllBytesAsync(await download.PathAsync(), Token));
        page.AssertClean();
    }
}
