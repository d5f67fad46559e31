using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Tests.Commands;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace DatasetAdmin.Tests.Web;

/// <summary>The site, as a process with its default settings, over two datasets of 1.2 million images of which only the lists are there.</summary>
public class MillionImagesSiteTests
{
    private const int MostMegabytes = 600;

    private const int Size = 1_200_600;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Site_TwoDatasetsOf1200000_ShowsWhatIsAskedInLittleMemory()
    {
        await using var pipeline = await TestPipeline.StartAsync(Backend.Embedded, settings: new Dictionary<string, string> { ["ImageLists:MemoryMegabytes"] = "1024" });
        var lists = pipeline.Services.GetRequiredService<ImageListStore>();
        await new GeneratedDataset(new(2026, 8), Size).StoreAsync(lists, pipeline.Buckets, Token);
        await new GeneratedDataset(new(2026, 9), Size, First: 9000, Relabelled: 200).StoreAsync(lists, pipeline.Buckets, Token);
        var settings = new Dictionary<string, string>(TestUsers.AdminSettings) { ["DataFolder"] = pipeline.Settings["DataFolder"], ["Schedule:Enabled"] = "false" };
        var url = SiteTests.FreeUrl();
        await using var program = TestProgram.Start(settings, $"--urls={url}");
        await program.WaitForAsync("Now listening on", TimeSpan.FromMinutes(2));
        await using var page = await TestPage.OpenAsync(url);

        // There are rows and no pictures: what is looked at is everything else.
        await page.Page.RouteAsync("**/images/**", route => route.FulfillAsync(new() { BodyBytes = TestImages.Jpeg(1, 64, 80), ContentType = "image/jpeg" }));
        await page.GoToAsync("/datasets/full/2026-08");
        await page.ExpectTextAsync(".class-bars tr:has-text('Queen')", "80,040");
        await Assertions.Expect(page.Get(".class-preview-images img").Nth(15 * 8 - 1)).ToBeAttachedAsync();

        await page.GoToAsync("/datasets/full/2026-08?tab=images");
        await page.ExpectTextAsync("[aria-label=Images] [role=status]", "1,200,600 images");
        await page.GoToAsync("/datasets/full/2026-08?tab=images&class=Queen&sort=newest");
        await page.ExpectTextAsync("[aria-label=Images] [role=status]", "80,040 images of Queen");
        await page.Page.EvaluateAsync("window.scrollTo(0, document.documentElement.scrollHeight / 2)");
        await page.Page.WaitForFunctionAsync("() => [...document.querySelectorAll('.image-tile[data-image]')].some(tile => { const box = tile.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; })");
        await page.GoToAsync("/datasets/full/2026-08?tab=images&q=00012345-prediction");
        await page.ExpectTextAsync("[aria-label=Images] [role=status]", "4 images");
        await page.Get(".image-tile[data-image]").First.ClickAsync();
        await page.ExpectTextAsync(".viewer-place", "1 of 4");
        await page.Page.Keyboard.PressAsync("Escape");

        await page.GoToAsync("/compare?left=full%2F2026-08&right=full%2F2026-09&images=only-left");
        await page.ExpectTextAsync(".summary div:has-text('Only in full/2026-08')", "9,000");
        await page.GoToAsync("/compare?left=full%2F2026-08&right=full%2F2026-09&images=relabelled&from=Warm&to=Aristocratic");
        await page.ExpectTextAsync(".summary div:has-text('Relabelled')", "5,958");
        await page.GoToAsync("/datasets/full/2026-08?tab=model");
        await page.ExpectTextAsync(".summary div:has-text('Accuracy')", "90.0 %");
        page.AssertClean();

        var peak = program.PeakMegabytes;
        TestContext.Current.SendDiagnosticMessage("The site's peak over two lists of {0} images: {1:0} MB", Size, peak);
        Assert.True(peak < MostMegabytes, $"The site's memory rose to {peak:0} MB.");
    }
}
