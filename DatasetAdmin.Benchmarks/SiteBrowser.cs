using DatasetAdmin.Tests.Web;
using DatasetAdmin.Web;
using Microsoft.Playwright;

namespace DatasetAdmin.Benchmarks;

/// <summary>
/// A real Chromium with any number of pages on the site, each with a circuit of its own. Pictures aren't loaded: they come over plain HTTP
/// and are no part of a circuit.
/// </summary>
internal sealed class SiteBrowser : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly IBrowserContext _context;

    private SiteBrowser(IPlaywright playwright, IBrowser browser, IBrowserContext context) => (_playwright, _browser, _context) = (playwright, browser, context);

    public static async Task<SiteBrowser> StartAsync(string url)
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = TestBrowser.FindProgram(),
            Args = [.. Environment.UserName == "root" ? ["--no-sandbox"] : Array.Empty<string>(), "--process-per-site", "--blink-settings=imagesEnabled=false"],
        });
        var context = await browser.NewContextAsync(new() { BaseURL = url, ViewportSize = new() { Width = 1280, Height = 900 }, ReducedMotion = ReducedMotion.Reduce });

        // How long something takes is measured, and how long it may take isn't decided here.
        context.SetDefaultTimeout(120_000);
        await SignInAsync(await context.NewPageAsync());
        return new(playwright, browser, context);
    }

    /// <summary>Opens a page of the site and waits until it is interactive and has loaded what it shows.</summary>
    public async Task<IPage> OpenAsync(string path)
    {
        var page = await _context.NewPageAsync();
        await page.GotoAsync(path);
        await page.Locator("[data-interactive]").WaitForAsync();
        await Assertions.Expect(page.Locator("[data-state=loading], [data-state=busy]")).ToHaveCountAsync(0, new() { Timeout = 120_000 });
        return page;
    }

    private static async Task SignInAsync(IPage page)
    {
        await page.GotoAsync(AppUrls.SignIn);
        await page.GetByLabel("E-mail address").FillAsync(SiteSession.Email);
        await page.GetByLabel("Password").FillAsync(SiteSession.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.Locator("[data-interactive]").WaitForAsync();
        await page.CloseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
