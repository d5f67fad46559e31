using DatasetAdmin.Core.Access;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace DatasetAdmin.Tests.Web.Access;

/// <summary>Signing in, accounts, users and the audit log as people use them, in a real browser.</summary>
public class AccessPagesTests(EmbeddedAccessSite site) : IClassFixture<EmbeddedAccessSite>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/sign-in", false)]
    [InlineData("/sign-in?problem=locked", false)]
    [InlineData("/sign-in/code", false)]
    [InlineData("/setup", false)]
    [InlineData("/setup?code={code}&problem=password", false)]
    [InlineData("/set-password", false)]
    [InlineData("/access-denied", false)]
    [InlineData("/account", true)]
    [InlineData("/api", true)]
    [InlineData("/users", true)]
    [InlineData("/audit", true)]
    [InlineData("/audit?action=sign-in&outcome=refused&from=2026-01-01", true)]
    public async Task Page_LightDarkAndOnAPhone_OpensIsAccessibleAndFits(string path, bool isSignedIn)
    {
        var code = await site.Pipeline.Services.GetRequiredService<SetupLinks>().CreateAsync(Token);
        foreach (var (width, dark) in new[] { (1280, false), (1280, true), (390, false) })
        {
            await using var page = await TestPage.OpenAsync(site.Url, width, dark, role: isSignedIn ? UserRole.Admin : null);
            await page.Page.GotoAsync(path.Replace("{code}", code, StringComparison.Ordinal));
            if (isSignedIn)
            {
                await page.SettleAsync();
            }

            await page.ExpectAsync("h1");
            await page.AssertAccessibleAsync();
            await page.AssertFitsAsync();
            page.AssertClean();
        }
    }

    [Fact]
    public async Task SignIn_WrongThenRight_LandsWhereOneWantedToGoAndOutAgain()
    {
        var user = await site.NewUserAsync();
        await using var page = await TestPage.OpenAsync(site.Url, role: null);
        await page.Page.GotoAsync("/runs?status=failed");
        Assert.Equal("/sign-in?return=%2Fruns%3Fstatus%3Dfailed", page.Path);
        await FillAsync(page, user.Email!, "not the right password");
        await page.ExpectTextAsync("[role=alert]", "The address or the password is wrong.");
        await FillAsync(page, user.Email!, TestUsers.Password);
        await page.SettleAsync();
        Assert.Equal("/runs?status=failed", page.Path);

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Your account" }).ClickAsync();
        await page.ExpectTextAsync(".user-name", user.Email!);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.ExpectTextAsync("h1", "Sign in");
        await page.Page.GotoAsync("/runs");
        await page.ExpectTextAsync("h1", "Sign in");
        page.AssertClean();
    }

    [Fact]
    public async Task SignIn_TooManyWrongTries_SaysThatTheAccountIsLocked()
    {
        var user = await site.NewUserAsync();
        await using var page = await TestPage.OpenAsync(site.Url, role: null);
        await page.Page.GotoAsync("/sign-in");
        for (var attempt = 0; attempt < 4; attempt++)
        {
            await FillAsync(page, user.Email!, $"guess {attempt}");
            await page.ExpectTextAsync("[role=alert]", "The address or the password is wrong.");
        }

        await FillAsync(page, user.Email!, "the last guess");
        await page.ExpectTextAsync("[role=alert]", "locked for five minutes");
        await FillAsync(page, user.Email!, TestUsers.Password);
        await page.ExpectTextAsync("[role=alert]", "locked for five minutes");
        page.AssertClean();
    }

    [Fact]
    public async Task SetupLink_FollowedInABrowser_MakesAnAdminWhoSeesUsers()
    {
        var code = await site.Pipeline.Services.GetRequiredService<SetupLinks>().CreateAsync(Token);
        await using var page = await TestPage.OpenAsync(site.Url, role: null);
        await page.Page.GotoAsync($"/setup?code={code}");
        await page.Page.GetByLabel("E-mail address").FillAsync("founder@example.com");
        await page.Page.GetByLabel("Password").FillAsync(TestUsers.Password);
        await page.Page.GetByLabel("Once more").FillAsync(TestUsers.Password);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Make the admin and sign in" }).ClickAsync();
        await page.SettleAsync();
        Assert.Equal("/", page.Path);
        await page.GoToAsync("/users");
        await page.ExpectTextAsync("tr[data-user='founder@example.com']", "(you)");

        await page.Page.GotoAsync($"/setup?code={code}");
        await page.ExpectTextAsync("h1", "This link doesn't work");
        page.AssertClean();
    }

    [Fact]
    public async Task Users_InvitedChangedAndDisabled_ShowsWhatTheyAre()
    {
        await using var page = await TestPage.OpenAsync(site.Url);
        await page.GoToAsync("/users");
        await page.Page.GetByLabel("E-mail address").FillAsync("ivan@example.com");
        await page.Get("section:has(#invite) select").SelectOptionAsync("Operator");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Invite" }).ClickAsync();
        await page.ExpectTextAsync(".user-link code", $"{site.Url}/set-password?user=");
        await page.ExpectTextAsync("tr[data-user='ivan@example.com']", "invited");

        await page.Page.GetByLabel("Role of ivan@example.com").SelectOptionAsync("Viewer");
        await Waiting.UntilAsync(async () => (await site.UserAsync("ivan@example.com")).Role == UserRole.Viewer);
        await page.Get("tr[data-user='ivan@example.com']").GetByRole(AriaRole.Button, new() { Name = "Disable" }).ClickAsync();
        await page.ExpectTextAsync("tr[data-user='ivan@example.com']", "disabled");

        await page.GoToAsync("/audit?text=ivan%40example.com");
        await page.ExpectTextAsync(".audit-table", "role Operator to Viewer");
        Assert.Equal(3, await page.Get(".audit-table tbody tr").CountAsync());
        var download = await page.Page.RunAndWaitForDownloadAsync(() => page.Page.GetByRole(AriaRole.Link, new() { Name = "Export as CSV" }).ClickAsync());
        var lines = await File.ReadAllLinesAsync((await download.PathAsync())!, Token);
        Assert.Equal(4, lines.Length);
        Assert.All(lines.Skip(1), line => Assert.Contains("ivan@example.com", line, StringComparison.Ordinal));
        page.AssertClean();
    }

    [Fact]
    public async Task Disabled_WhileAPageIsOpen_IsOutWithinAMinute()
    {
        var user = await site.NewUserAsync();
        await using var page = await TestPage.OpenAsync(site.Url, role: null);
        await page.Page.GotoAsync("/sign-in?return=%2Fsettings");
        await FillAsync(page, user.Email!, TestUsers.Password);
        await page.SettleAsync();
        await site.Accounts.SetDisabledAsync(await site.AdminAsync(), user.Id, isDisabled: true, Token);

        // The page leaves by itself, without a click.
        await Assertions.Expect(page.Get("h1")).ToHaveTextAsync("Sign in", new() { Timeout = 120_000 });
        Assert.StartsWith("/sign-in", page.Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Viewer_EachPage_ShowsNothingThatTheyMayNot()
    {
        await using var page = await TestPage.OpenAsync(site.Url, role: UserRole.Viewer);
        await page.GoToAsync("/");
        Assert.Equal(0, await page.Get("nav a[href='/users'], nav a[href='/audit']").CountAsync());
        foreach (var (path, name) in new[] { ("/candidates", "Collect"), ("/datasets", "Build"), ("/gold", "Add images"), ("/gold", "Re-index"), ("/settings", "Pause") })
        {
            await page.GoToAsync(path);
            Assert.Equal(0, await page.Page.GetByRole(AriaRole.Button, new() { Name = name }).CountAsync());
        }

        await page.Page.GotoAsync("/users");
        await page.ExpectTextAsync("h1", "Not for your role");
        page.AssertClean();
    }

    [Fact]
    public async Task SecondFactor_SetUpOnTheAccountPage_IsAskedForAtTheNextSignIn()
    {
        var user = await site.NewUserAsync();
        await using var page = await TestPage.OpenAsync(site.Url, role: null);
        await page.Page.GotoAsync("/sign-in?return=%2Faccount");
        await FillAsync(page, user.Email!, TestUsers.Password);
        await page.SettleAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Set it up" }).ClickAsync();
        var key = await page.Get(".authenticator code").InnerTextAsync();
        await page.ExpectAsync(".authenticator img[src^='data:image/svg+xml']");
        await page.Page.GetByLabel("Code").FillAsync(Totp.Code(key));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await Assertions.Expect(page.Get(".recovery-codes li")).ToHaveCountAsync(10);
        await page.AssertAccessibleAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "I have kept them" }).ClickAsync();

        await page.ExpectTextAsync("h1", "Sign in");
        await FillAsync(page, user.Email!, TestUsers.Password);
        await page.ExpectTextAsync("h1", "Your code");
        await page.Get("#code").FillAsync(Totp.Code(key));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.SettleAsync();
        await page.ExpectTextAsync("section:has(#second-factor)", "Signing in takes a code of your authenticator app");
        page.AssertClean();
    }

    [Fact]
    public async Task Token_MadeOnTheAccountPage_IsShownOnceWorksAndEndsWhenRevoked()
    {
        await using var page = await TestPage.OpenAsync(site.Url, role: UserRole.Operator);
        await page.GoToAsync("/account");
        await page.Page.GetByLabel("Name of the token").FillAsync("nightly training");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Make a token" }).ClickAsync();
        var secret = await page.Get(".token-secret code").InnerTextAsync();
        Assert.StartsWith("dsa_", secret, StringComparison.Ordinal);
        using var client = site.NewClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await client.GetAsync("/api/v1/runs", Token)).StatusCode);

        await page.GoToAsync("/account");
        await page.ExpectTextAsync("tr[data-token='nightly training']", "Viewer");
        Assert.DoesNotContain(secret, await page.Page.ContentAsync(), StringComparison.Ordinal);
        await page.AssertAccessibleAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await page.ExpectTextAsync("tr[data-token='nightly training']", "revoked");
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/runs", Token)).StatusCode);
        page.AssertClean();
    }

    private static async Task FillAsync(TestPage page, string email, string password)
    {
        await page.Page.GetByLabel("E-mail address").FillAsync(email);
        await page.Page.GetByLabel("Password").FillAsync(password);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }
}
