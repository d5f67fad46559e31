using Microsoft.Playwright;

namespace DatasetAdmin.Tests.Web;

/// <summary>What surrounds every page, in a real browser.</summary>
public class LayoutTests(EmbeddedSite site) : IClassFixture<EmbeddedSite>
{
    [Fact]
    public async Task Theme_SystemsChoiceThenReadersChoice_IsFollowedAndKept()
    {
        await using var page = await TestPage.OpenAsync(site.Url, dark: true);
        await page.GoToAsync("/settings");
        await ExpectDarkAsync(page, true);

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Theme" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Light" }).ClickAsync();
        await Assertions.Expect(page.Get("html[data-theme=light]")).ToBeAttachedAsync();
        await ExpectDarkAsync(page, false);

        await page.ReloadAsync();
        await ExpectDarkAsync(page, false);
        page.AssertClean();
    }

    [Fact]
    public async Task Navigation_OnAPhone_OpensOnDemandAndLeadsOn()
    {
        await using var page = await TestPage.OpenAsync(site.Url, width: 390);
        await page.GoToAsync("/settings");
        var link = page.Page.GetByRole(AriaRole.Link, new() { Name = "Overview", Exact = true });
        await Assertions.Expect(link).Not.ToBeInViewportAsync();

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Navigation" }).ClickAsync();
        await link.ClickAsync();
        await page.ExpectTextAsync("h1", "Overview");
        await Assertions.Expect(link).Not.ToBeInViewportAsync();
        page.AssertClean();
    }

    [Fact]
    public async Task Connection_LostAndBack_SaysSoAndThePageGoesOnAnswering()
    {
        await using var page = await TestPage.OpenAsync(site.Url);
        await page.GoToAsync("/runs");

        await page.Page.Context.SetOfflineAsync(true);
        await page.Page.EvaluateAsync("() => Blazor._internal.forceCloseConnection()");
        await page.ExpectTextAsync("dialog.connection[open]", "Connection lost");
        await page.AssertAccessibleAsync();

        await page.Page.Context.SetOfflineAsync(false);
        await Assertions.Expect(page.Get("dialog.connection[open]")).ToHaveCountAsync(0);
        await page.SettleAsync();
        await page.Page.GetByRole(AriaRole.Combobox, new() { Name = "Status" }).SelectOptionAsync("failed");
        await page.ExpectTextAsync("[data-state=empty]", "No run is like that.");
        Assert.Equal("/runs?status=failed", page.Path);
    }

    [Fact]
    public async Task UnknownAddress_InABrowser_SaysSo()
    {
        await using var page = await TestPage.OpenAsync(site.Url);
        await page.GoToAsync("/nothing/here");

        await page.ExpectTextAsync("h1", "There is no such page");
        await page.AssertAccessibleAsync();
    }

    // Waited for: the page's colours come after its attribute.
    private static Task ExpectDarkAsync(TestPage page, bool isDark) => page.Page.WaitForFunctionAsync(
        "isDark => (getComputedStyle(document.body).getPropertyValue('--mud-palette-surface').trim() === 'rgba(30,33,42,1)') === isDark", isDark);
}
