using System.Globalization;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Tests.Web;

/// <summary>A day of a hundred thousand images.</summary>
public class LargeDayTests
{
    private const int Size = 100_000;

    private static readonly DateOnly s_day = new(2026, 10, 4);

    [Fact]
    public async Task Grid_AHundredThousandImages_ShowsAnyPlaceWithAFewTiles()
    {
        await using var pipeline = await TestPipeline.StartAsync(Backend.Embedded, site: true);
        await GeneratedDay.StoreAsync(pipeline.Services.GetRequiredService<ImageListStore>(), pipeline.Services.GetRequiredService<Buckets>(), s_day, Size, TestContext.Current.CancellationToken);
        await using var page = await TestPage.OpenAsync(pipeline.Url);

        // There are rows and no pictures: what is looked at is the grid.
        await page.Page.RouteAsync("**/images/**", route => route.FulfillAsync(new() { BodyBytes = TestImages.Jpeg(1, 64, 80), ContentType = "image/jpeg" }));
        await page.GoToAsync("/candidates/2026-10-04");
        await page.ExpectTextAsync(".day-grid [role=status]", "100,000 images");
        await page.ExpectAsync(Tile(0));

        foreach (var share in new[] { 0.5, 0.123, 1.0, 0.0 })
        {
            await page.Page.EvaluateAsync("share => window.scrollTo(0, share * document.documentElement.scrollHeight)", share);
            var row = await page.Page.WaitForFunctionAsync("() => [...document.querySelectorAll('.image-tile[data-image]')].some(tile => { const box = tile.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight + 300; })");
            Assert.NotNull(row);
            Assert.InRange(await page.Get(".image-tile").CountAsync(), 1, 120);
        }

        await page.Page.EvaluateAsync("window.scrollTo(0, document.documentElement.scrollHeight)");
        await page.ExpectAsync(Tile(Size - 1));
        await page.Get(Tile(Size - 1)).ClickAsync();
        await page.ExpectTextAsync(".viewer-place", "100,000 of 100,000");
        await page.Page.Keyboard.PressAsync("ArrowLeft");
        await page.ExpectTextAsync(".viewer-place", "99,999 of 100,000");
        await page.ExpectTextAsync(".viewer-facts", "prediction-00099998");

        // A shared address finds its place.
        await page.GoToAsync(page.Path.Replace("?", "?class=Queen&sort=newest&", StringComparison.Ordinal));
        await page.ExpectTextAsync(".viewer-place", "1 of 50,000");
        page.AssertClean();
    }

    private static string Tile(int number) => string.Create(CultureInfo.InvariantCulture, $".image-tile[data-image*='/{number:00000000}_']");
}
