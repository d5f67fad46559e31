using DatasetAdmin.Core.Access;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace DatasetAdmin.Tests.Web;

/// <summary>
/// A browser window of its own on the site, which notes everything that must not be: errors in the console, requests that failed, and
/// requests to anywhere else. Each test ends with <see cref="AssertClean"/>.
/// </summary>
internal sealed class TestPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly string _origin;
    private readonly List<string> _faults = [];

    // How long something may take isn't tested here: on a busy machine the servers, the site and the browser share its cores.
    static TestPage() => Assertions.SetDefaultExpectTimeout(60_000);

    private TestPage(IBrowserContext context, IPage page, string origin)
    {
        (_context, Page, _origin) = (context, page, origin);
        page.Console += (_, message) => Note(message.Type == "error", () => $"console: {message.Text} ({message.Location})");
        page.PageError += (_, error) => Note(true, () => $"script: {error}");
        page.Request += (_, request) => Note(!IsOwn(request.Url), () => $"another origin: {request.Url}");
        page.WebSocket += (_, socket) => Note(!IsOwn(socket.Url), () => $"another origin: {socket.Url}");
        page.Response += (_, response) => Note(response.Status >= 400, () => $"{response.Status}: {response.Request.Method} {response.Url}");

        // A picture that scrolled out of sight before it had come is no failure.
        page.RequestFailed += (_, request) => Note(request.Failure != "net::ERR_ABORTED", () => $"{request.Failure}: {request.Method} {request.Url}");
    }

    public IPage Page { get; }

    /// <summary>The path and query of what is shown.</summary>
    public string Path => new Uri(Page.Url).PathAndQuery;

    /// <param name="url">The site's, without a slash at the end.</param>
    /// <param name="width">390 is a phone.</param>
    /// <param name="role">Whose session it has; null: nobody has signed in.</param>
    public static async Task<TestPage> OpenAsync(string url, int width = 1280, bool dark = false, string zone = "UTC", UserRole? role = UserRole.Admin)
    {
        var browser = await TestBrowser.GetAsync();
        var context = await browser.NewContextAsync(new()
        {
            BaseURL = url,
            ViewportSize = new() { Width = width, Height = width < 600 ? 844 : 900 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            TimezoneId = zone,
            ReducedMotion = ReducedMotion.Reduce,
        });
        if (role is { } some)
        {
            var cookies = (await TestUsers.SessionAsync(url, some)).GetAllCookies();
            await context.AddCookiesAsync(cookies.Select(cookie => new Microsoft.Playwright.Cookie { Name = cookie.Name, Value = cookie.Value, Url = url }));
        }

        return new(context, await context.NewPageAsync(), new Uri(url).Authority);
    }

    /// <summary>Opens a page and waits until it answers clicks and has loaded what it shows.</summary>
    public async Task GoToAsync(string path)
    {
        await Page.GotoAsync(path);
        await SettleAsync();
    }

    /// <summary>Loads the page again, with the same wait: before it is interactive it shows everything, and keys do nothing.</summary>
    public async Task ReloadAsync()
    {
        await Page.ReloadAsync();
        await SettleAsync();
    }

    /// <summary>Waits until the page is interactive and nothing of it is loading.</summary>
    public async Task SettleAsync()
    {
        await Page.Locator("[data-interactive]").WaitForAsync();
        await Assertions.Expect(Page.Locator("[data-state=loading], [data-state=busy]")).ToHaveCountAsync(0);
    }

    public ILocator Get(string selector) => Page.Locator(selector);

    public Task ExpectAsync(string selector) => Assertions.Expect(Page.Locator(selector).First).ToBeVisibleAsync();

    public Task ExpectTextAsync(string selector, string text) => Assertions.Expect(Page.Locator(selector).First).ToContainTextAsync(text);

    public Task ExpectExactAsync(string selector, string text) => Assertions.Expect(Page.Locator(selector).First).ToHaveTextAsync(text);

    /// <summary>Fails on any accessibility violation that axe-core calls serious or critical.</summary>
    public async Task AssertAccessibleAsync()
    {
        var result = await Page.RunAxe();
        var serious = result.Violations.Where(violation => violation.Impact is "serious" or "critical").ToList();
        Assert.True(serious.Count == 0, $"{Path}\n" + string.Join("\n", serious.Select(Describe)));
    }

    /// <summary>Fails when the page is wider than its window, so that it would have to be moved to be read.</summary>
    public async Task AssertFitsAsync()
    {
        var (content, window) = (await Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await Page.EvaluateAsync<int>("window.innerWidth"));
        Assert.True(content <= window, $"{Path} is {content} px wide in a window of {window} px.");
    }

    /// <summary>Fails when anything was noted that must not be.</summary>
    public void AssertClean()
    {
        lock (_faults)
        {
            Assert.True(_faults.Count == 0, string.Join("\n", _faults));
        }
    }

    /// <summary>Forgets what was noted, for a test that causes it on purpose.</summary>
    public void Forgive()
    {
        lock (_faults)
        {
            _faults.Clear();
        }
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    private static string Describe(AxeResultItem violation) =>
        $"{violation.Impact} {violation.Id}: {violation.Help}\n  " + string.Join("\n  ", violation.Nodes.Take(5).Select(node => $"{node.Target} {node.Html}"));

    private bool IsOwn(string url) => !Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is "data" or "blob" or "about" || parsed.Authority == _origin;

    private void Note(bool isFault, Func<string> describe)
    {
        if (isFault)
        {
            lock (_faults)
            {
                _faults.Add(describe());
            }
        }
    }
}
