using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace DatasetAdmin.Tests.Web;

/// <summary>What people do on the site, clicked through in a real browser.</summary>
public abstract partial class PagesTests(SampleSite site)
{
    private static readonly string s_day = $"/candidates/{SampleSite.Text(SampleSite.Day)}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/", "Overview")]
    [InlineData("/candidates", "Candidate days")]
    [InlineData("/candidates/{day}", "{day}")]
    [InlineData("/candidates/{day}?tab=rejected", "{day}")]
    [InlineData("/candidates/{day}?class=Fire&verified=yes", "{day}")]
    [InlineData("/candidates/{missing}", "{missing}")]
    [InlineData("/candidates/{future}", "{future}")]
    [InlineData("/candidates/yesterday", "No such day")]
    [InlineData("/runs", "Runs")]
    [InlineData("/runs/00000000-0000-0000-0000-000000000001", "Run")]
    [InlineData("/settings", "Settings")]
    public async Task Page_LightDarkAndOnAPhone_OpensIsAccessibleAndFits(string path, string title)
    {
        foreach (var (width, dark) in new[] { (1280, false), (1280, true), (390, false) })
        {
            await using var page = await TestPage.OpenAsync(site.Url, width, dark, "Europe/Berlin");
            await page.GoToAsync(Named(path));

            Assert.Equal(Named(title), await page.Get("h1").TextContentAsync());
            await page.AssertAccessibleAsync();
            await page.AssertFitsAsync();
            page.AssertClean();
        }
    }

    [Fact]
    public async Task Day_FilteredByClicks_ShowsWhatTheUrlSaysAlsoAfterReloadAndBack()
    {
        await using var page = await TestPage.OpenAsync(site.Url);
        await page.GoToAsync(s_day);
        await page.ExpectExactAsync(".day-grid [role=status]", $"{SampleSite.DayImages} images");
        Assert.Equal("15", await page.Get(".class-bars tr:has-text('Queen') .number").TextContentAsync());

        await Choice(page, "Class").SelectOptionAsync("Queen");
        await page.ExpectExactAsync(".day-grid [role=status]", "15 images of Queen");
        await Choice(page, "Verification").SelectOptionAsync("yes");
        await page.ExpectExactAsync(".day-grid [role=status]", "5 images of Queen");
        await page.ExpectExactAsync(".class-bars tr:has-text('Queen') .number", "5");
        Assert.Equal($"{s_day}?class=Queen&verified=yes", page.Path);
        await Assertions.Expect(page.Get(".image-tile[data-image]")).ToHaveCountAsync(5);

        await page.ReloadAsync();
        await page.ExpectExactAsync(".day-grid [role=status]", "5 images of Queen");
        Assert.Equal("Queen", await Choice(page, "Class").InputValueAsync());

        await page.Page.GoBackAsync();
        await page.ExpectExactAsync(".day-grid [role=status]", "15 images of Queen");
        await page.ExpectExactAsync(".class-bars tr:has-text('Queen') .number", "15");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Show all" }).ClickAsync();
        await page.ExpectExactAsync(".day-grid [role=status]", $"{SampleSite.DayImages} images");

        await page.Page.GetByLabel("Label differs from the prediction").CheckAsync();
        await page.ExpectExactAsync(".day-grid [role=status]", "9 images");
        await page.ExpectTextAsync(".image-tile[data-image]", "was Fire");
        await page.Page.GetByLabel("Prediction or user").FillAsync(TestPredictions.Id(5));
        await page.Page.Keyboard.PressAsync("Enter");
        await page.ExpectExactAsync(".day-grid [role=status]", "0 images");
        await page.ExpectTextAsync("[data-state=empty]", "change the filter");
        page.AssertClean();
    }

    [Fact]
    public async Task Day_EachFilterAndAnOrder_StandInTheUrlAndLeaveTheRightImages()
    {
        var rows = await site.Pipeline.RowsAsync((await site.Pipeline.DayAsync(SampleSite.Day)).ImagesFile);
        var largest = rows.OrderByDescending(row => (long)row["bytes"]!).First();
        await using var page = await TestPage.OpenAsync(site.Url);
        await page.GoToAsync(s_day);

        await Choice(page, "Predicted as").SelectOptionAsync("Fire");
        await page.ExpectExactAsync(".day-grid [role=status]", "24 images");
        await Choice(page, "Predicted as").SelectOptionAsync("");
        await page.ExpectExactAsync(".day-grid [role=status]", $"{SampleSite.DayImages} images");
        await Choice(page, "Format").SelectOptionAsync("png");
        await page.ExpectExactAsync(".day-grid [role=status]", $"{rows.Count(row => (string?)row["format"] == "png")} images");
        await Choice(page, "Format").SelectOptionAsync("");
        await page.ExpectExactAsync(".day-grid [role=status]", $"{SampleSite.DayImages} images");
        await Choice(page, "File size").SelectOptionAsync("tiny");
        await page.ExpectExactAsync(".day-grid [role=status]", $"{rows.Count(row => (long)row["bytes"]! < 50_000)} images");
        await Choice(page, "File size").SelectOptionAsync("");
        await page.ExpectExactAsync(".day-grid [role=status]", $"{SampleSite.DayImages} images");
        await Choice(page, "Order").SelectOptionAsync("largest-file");
        await Assertions.Expect(page.Get(".image-tile[data-image]").First).ToHaveAttributeAsync("data-image", (string)largest["file"]!);
        await page.Page.GetByLabel("Prediction or user").FillAsync(TestPredictions.Id(1_000_003));
        await page.Page.Keyboard.PressAsync("Enter");
        await page.ExpectExactAsync(".day-grid [role=status]", "3 images");

        Assert.Equal($"{s_day}?q={TestPredictions.Id(1_000_003)}&sort=largest-file", page.Path);
        page.AssertClean();
    }

    [Fact]
    public async Task Rejected_ByReason_SaysWhatIsWrongWithEach()
    {
        await using var page = await TestPage.OpenAsync(site.Url);
        await page.GoToAsync(s_day);
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Rejected (3)" }).ClickAsync();
        await page.Get(".chip:has-text('corrupt image')").ClickAsync();

        await Assertions.Expect(page.Get(".rejected tbody tr")).ToHaveCountAsync(3);
        await page.ExpectTextAsync(".rejected tbody tr", "damaged or incomplete");
        Assert.Equal($"{s_day}?tab=rejected&reason=corrupt_image", page.Path);
        page.AssertClean();
    }

    [Fact]
    public async Task Overview_ADayOfTheStrip_LeadsToIt()
    {
        await using var page = await TestPage.OpenAsync(site.Url);
        await page.GoToAsync("/");
        await page.ExpectTextAsync("section:has(#datasets)", "No month is built yet");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = $"{SampleSite.Text(SampleSite.Day)}: 60 images, 20 verified, 3 rejected" }).ClickAsync();

        await page.ExpectTextAsync("h1", SampleSite.Text(SampleSite.Day));
        page.AssertClean();
    }

    [Fact]
    public async Task Settings_WhatIsReachable_SaysSoWithoutASecret()
    {
        await using var page = await TestPage.OpenAsync(site.Url);
        await page.GoToAsync("/settings");

        await Assertions.Expect(page.Get(".dependencies li:has-text('reachable')")).ToHaveCountAsync(4);
        await page.ExpectTextAsync("section:has(#storage)", site.Pipeline.Services.GetRequiredService<Buckets>().Artifacts.Bucket);
        var text = await page.Get("body").InnerTextAsync();
        var secrets = site.Pipeline.Settings.Where(setting => setting.Key.Contains("Secret", StringComparison.Ordinal) || setting.Key.StartsWith("ConnectionStrings", StringComparison.Ordinal))
            .SelectMany(setting => setting.Value.Split(';').Where(part => !part.Contains('=', StringComparison.Ordinal) || part.StartsWith("Password", StringComparison.OrdinalIgnoreCase)).Select(part => part[(part.IndexOf('=', StringComparison.Ordinal) + 1)..]));
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        page.AssertClean();
    }

    private static string Named(string text) => text
        .Replace("{day}", SampleSite.Text(SampleSite.Day), StringComparison.Ordinal)
        .Replace("{missing}", SampleSite.Text(SampleSite.MissingDay), StringComparison.Ordinal)
        .Replace("{future}", SampleSite.Text(SampleSite.FutureDay), StringComparison.Ordinal);

    private static ILocator Choice(TestPage page, string name) => page.Page.GetByRole(AriaRole.Combobox, new() { Name = name, Exact = true });
}

public class EmbeddedPagesTests(EmbeddedSite site) : PagesTests(site), IClassFixture<EmbeddedSite>;

public class ServersPagesTests(ServersSite site) : PagesTests(site), IClassFixture<ServersSite>;
