using DatasetAdmin.Core.Datasets;
using Microsoft.Playwright;

namespace DatasetAdmin.Tests.Web.Datasets;

// Comparing two lists, and the model with people.
public abstract partial class DatasetFlows
{
    [Fact]
    public async Task Compare_VerifiedWithFull_OneClickThenImagesOfAClass()
    {
        await BuildBothAsync();
        var full = await site.Pipeline.DatasetAsync(s_month, DatasetKind.Full);
        var verified = await site.Pipeline.DatasetAsync(s_month, DatasetKind.Verified);
        await using var page = await TestPage.OpenAsync(site.Url);
        await page.GoToAsync(s_verified);

        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Verified against full" }).ClickAsync();
        await page.SettleAsync();
        await Assertions.Expect(page.Get(".summary div:has(dt:text-matches('Only in full'))")).ToContainTextAsync($"{full.Totals.Images - verified.Totals.Images}");
        var warm = full.Classes.Single(item => item.Name == "Warm").Images - verified.Classes.Single(item => item.Name == "Warm").Images;
        await page.Get($"tr[data-class=Warm] a[href*='only-right']").ClickAsync();
        await page.SettleAsync();

        Assert.Equal($"/compare?left=verified%2F{s_month}&right=full%2F{s_month}&images=only-right&to=Warm", page.Path);
        await Assertions.Expect(page.Get(".image-tile[data-image]")).ToHaveCountAsync((int)warm);
        await page.Page.GoBackAsync();
        await page.SettleAsync();
        Assert.Equal($"/compare?left=verified%2F{s_month}&right=full%2F{s_month}", page.Path);
        page.AssertClean();
    }

    [Fact]
    public async Task Compare_FromTheNavigation_BeginsWithTheNewestMonthsKindsAndOffersOtherLists()
    {
        await BuildBothAsync();
        await using var page = await TestPage.OpenAsync(site.Url);
        await page.GoToAsync("/settings");

        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Compare", Exact = true }).ClickAsync();
        await page.ExpectAsync(".comparison");
        Assert.Equal($"/compare?left=verified%2F{s_month}&right=full%2F{s_month}", page.Path);

        foreach (var list in new[] { $"verified/{s_month}", $"full/{s_month}", "gold", $"day/{SampleSite.Text(SampleSite.Day)}" })
        {
            await Assertions.Expect(page.Get($"#lists option[value='{list}']")).ToBeAttachedAsync();
        }

        await page.Page.GetByLabel("Left", new() { Exact = true }).FillAsync("gold");
        await page.Page.GetByLabel("Right", new() { Exact = true }).FillAsync($"day/{SampleSite.Text(SampleSite.Day)}");
        await page.Page.Locator("form.list-pickers").GetByRole(AriaRole.Button, new() { Name = "Compare", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Get(".summary div:has(dt:text-is('Only in gold'))")).ToContainTextAsync("8");
        await Assertions.Expect(page.Get($".summary div:has(dt:text-matches('Only in day'))")).ToContainTextAsync($"{SampleSite.DayImages}");
        page.AssertClean();
    }

    [Fact]
    public async Task Model_ConfusionCell_OpensItsImages()
    {
        await BuildBothAsync();
        await using var page = await TestPage.OpenAsync(site.Url);
        await page.GoToAsync($"/datasets/full/{s_month}?tab=model");

        var cell = page.Page.GetByRole(AriaRole.Link, new() { NameRegex = new("Warm, predicted as Fire$") });
        var count = int.Parse(await cell.InnerTextAsync(), System.Globalization.CultureInfo.InvariantCulture);
        await cell.ClickAsync();
        await page.SettleAsync();

        Assert.Equal($"/datasets/full/{s_month}?tab=images&class=Warm&initial=Fire&verified=yes", page.Path);
        await Assertions.Expect(page.Get(".image-tile[data-image]")).ToHaveCountAsync(count);
        await Assertions.Expect(page.Get(".image-was")).ToHaveCountAsync(count);
        page.AssertClean();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Model_ConfusionCellOfAMonthOrAllDays_OpensTheImagesOfItsDays(bool isMonth)
    {
        await using var page = await TestPage.OpenAsync(site.Url);
        await page.GoToAsync(isMonth ? $"/model?of={s_month}" : "/model");

        // Four verified Queens of the first day that were predicted so, and the second day's six.
        var count = isMonth && Month.Of(SampleSite.SecondDay) != s_month ? 4 : 10;
        var cell = page.Page.GetByRole(AriaRole.Link, new() { NameRegex = new("Queen, predicted as Queen$") });
        await Assertions.Expect(cell).ToHaveTextAsync($"{count}");
        await cell.ClickAsync();
        await page.ExpectTextAsync("h1", "Queen, predicted and confirmed");
        Assert.Equal($"/model/images?{(isMonth ? $"of={s_month}&" : "")}class=Queen&initial=Queen", page.Path);
        await Assertions.Expect(page.Get(".image-tile[data-image]")).ToHaveCountAsync(count);

        await page.Get(".image-tile[data-image]").Last.ClickAsync();
        await page.ExpectTextAsync(".viewer-place", $"{count} of {count}");
        await page.ExpectTextAsync(".viewer-facts", count == 10 ? SampleSite.Text(SampleSite.SecondDay) : SampleSite.Text(SampleSite.Day));
        await page.ReloadAsync();
        await page.ExpectTextAsync(".viewer-place", $"{count} of {count}");
        await page.Page.Keyboard.PressAsync("ArrowLeft");
        await page.ExpectTextAsync(".viewer-place", $"{count - 1} of {count}");
        page.AssertClean();
    }
}
