using System.Net;
using DatasetAdmin.Core.Access;
using Microsoft.Playwright;

namespace DatasetAdmin.Tests.Web.Access;

/// <summary>Signing in with a real provider.</summary>
public class OidcTests(OidcSite site) : IClassFixture<OidcSite>
{
    private const string NoRole = "/sign-in?problem=no-role";
    private const string Refused = "/sign-in?problem=provider";

    [Theory]
    [InlineData("everybody", UserRole.Viewer)]
    [InlineData("labelling", UserRole.Operator)]
    [InlineData("cn=labelling,dc=example", UserRole.Operator)]
    [InlineData("owners", UserRole.Admin)]
    [InlineData("other,everybody,owners", UserRole.Admin)]
    public async Task SignIn_WithAMappedRole_BeginsASessionOfThatRole(string roles, UserRole expected)
    {
        var subject = $"mapped {roles}";
        var (location, cookies) = await site.SignInAsync(new(subject, $"{expected}-{roles.Length}@example.org", roles.StartsWith("cn=", StringComparison.Ordinal) ? [roles] : roles.Split(',')), "/runs?page=2");

        Assert.Equal("/runs?page=2", location);
        Assert.True(await site.IsSignedInAsync(cookies));
        var user = await site.FindAsync(subject);
        Assert.Equal((expected, $"{expected}-{roles.Length}@example.org (Example login)", null), (user!.Role, user.UserName, user.Email));
        Assert.NotNull(user.LastSignInAt);
        var audit = await site.AuditAsync(user.UserName!);
        Assert.Equal([(AuditAction.SignIn, AuditOutcome.Done), (AuditAction.CreateUser, AuditOutcome.Done)], audit.Select(entry => (entry.Action, entry.Outcome)));
    }

    [Fact]
    public async Task SignIn_RolesOfTheUserInfoEndpoint_CountToo()
    {
        var (location, _) = await site.SignInAsync(new("asked", "asked@example.org", ["labelling"], InUserInfo: true));

        Assert.Equal("/", location);
        Assert.Equal(UserRole.Operator, (await site.FindAsync("asked"))!.Role);
    }

    [Theory]
    [InlineData]
    [InlineData("other")]
    [InlineData("Owners")]
    [InlineData("owners ")]
    public async Task SignIn_WithoutAMappedRole_BeginsNoSessionAndMakesNoUser(params string[] roles)
    {
        var subject = $"without {string.Join(",", roles)}";
        var (location, cookies) = await site.SignInAsync(new(subject, $"{roles.Length}{roles.FirstOrDefault()}@none.example", roles));

        Assert.Equal(NoRole, location);
        Assert.False(await site.IsSignedInAsync(cookies));
        Assert.Null(await site.FindAsync(subject));
        Assert.Contains(await site.AuditAsync("@none.example"), entry => (entry.Action, entry.Outcome, entry.Detail) == (AuditAction.SignIn, AuditOutcome.Refused, "Example login: no role"));
    }

    [Fact]
    public async Task SignIn_RoleChangedAtTheProvider_EndsSessionsThatHadAnother()
    {
        var (_, first) = await site.SignInAsync(new("moved", "moved@example.org", ["owners"]));
        var before = (await site.FindAsync("moved"))!;

        var (_, second) = await site.SignInAsync(new("moved", "moved@example.org", ["everybody"]));

        var after = (await site.FindAsync("moved"))!;
        Assert.Equal((before.Id, UserRole.Viewer), (after.Id, after.Role));
        Assert.NotEqual(before.SecurityStamp, after.SecurityStamp);
        Assert.True(await site.IsSignedInAsync(second));
        Assert.Contains(await site.AuditAsync(after.UserName!), entry => entry.Action == AuditAction.ChangeUser && entry.Detail == "role Admin to Viewer, as Example login says");
        Assert.NotEmpty(first.GetAllCookies());
    }

    [Fact]
    public async Task SignIn_RoleTakenAwayAtTheProvider_LeavesNothing()
    {
        await site.SignInAsync(new("left", "left@example.org", ["owners"]));
        var before = (await site.FindAsync("left"))!;

        var (location, cookies) = await site.SignInAsync(new("left", "left@example.org", []));

        var after = (await site.FindAsync("left"))!;
        Assert.Equal((NoRole, UserRole.Viewer), (location, after.Role));
        Assert.NotEqual(before.SecurityStamp, after.SecurityStamp);
        Assert.False(await site.IsSignedInAsync(cookies));
    }

    [Fact]
    public async Task SignIn_AsADisabledUser_BeginsNoSession()
    {
        await site.SignInAsync(new("disabled", "disabled@example.org", ["owners"]));
        await site.WithUsersAsync(async users =>
        {
            var user = (await users.FindByLoginAsync(site.Provider.Url, "disabled"))!;
            user.IsDisabled = true;
            return await users.UpdateAsync(user);
        });

        var (location, cookies) = await site.SignInAsync(new("disabled", "disabled@example.org", ["owners"]));

        Assert.Equal(NoRole, location);
        Assert.False(await site.IsSignedInAsync(cookies));
        Assert.True((await site.FindAsync("disabled"))!.IsDisabled);
    }

    [Fact]
    public async Task SignIn_WithALocalUsersAddress_IsAnotherUser()
    {
        var local = TestUsers.Email(UserRole.Admin);
        var (location, _) = await site.SignInAsync(new("impostor", local, ["everybody"]));

        Assert.Equal("/", location);
        var impostor = (await site.FindAsync("impostor"))!;
        var admin = (await site.WithUsersAsync(users => users.FindByEmailAsync(local)))!;
        Assert.NotEqual(admin.Id, impostor.Id);
        Assert.Equal((UserRole.Admin, UserRole.Viewer), (admin.Role, impostor.Role));
        Assert.Empty(await site.WithUsersAsync(users => users.GetLoginsAsync(admin)));
        await TestUsers.SignInAsync(site.Url, local, TestUsers.Password);
    }

    [Fact]
    public async Task SignIn_SameSubjectOfAnotherIssuer_IsAnotherUser()
    {
        var other = new User { UserName = "shared@example.org (Earlier login)", Role = UserRole.Admin, CreatedAt = DateTime.UtcNow };
        await site.WithUsersAsync(async users =>
        {
            Assert.True((await users.CreateAsync(other)).Succeeded);
            return await users.AddLoginAsync(other, new("https://earlier.example/", "shared", "Earlier login"));
        });

        await site.SignInAsync(new("shared", "shared@example.org", ["everybody"]));

        var user = (await site.FindAsync("shared"))!;
        Assert.NotEqual(other.Id, user.Id);
        Assert.Equal((UserRole.Viewer, UserRole.Admin), (user.Role, (await site.FindAsync("shared", "https://earlier.example/"))!.Role));
    }

    [Fact]
    public async Task SignIn_TwoPeopleOfOneAddress_AreTwoUsersWithDifferentNames()
    {
        await site.SignInAsync(new("twin 1", "twin@example.org", ["owners"]));
        await site.SignInAsync(new("twin 2", "twin@example.org", ["everybody"]));

        var (first, second) = ((await site.FindAsync("twin 1"))!, (await site.FindAsync("twin 2"))!);
        Assert.Equal((UserRole.Admin, "twin@example.org (Example login)"), (first.Role, first.UserName));
        Assert.Equal(UserRole.Viewer, second.Role);
        Assert.Matches(@"^twin@example\.org \(Example login, [0-9a-f]{8}\)$", second.UserName!);
    }

    [Fact]
    public async Task Callback_WithAnotherState_SignsNobodyIn()
    {
        var cookies = new CookieContainer();
        using var client = TestUsers.NewClient(site.Url, cookies);
        var callback = (await site.AuthorizeAsync(await OidcSite.BeginAsync(client), new("state", "state@example.org", ["owners"]))).ToString();
        var state = callback.IndexOf("state=", StringComparison.Ordinal) + 6;

        Assert.Equal(Refused, await OidcSite.ReturnAsync(client, new(callback[..state] + "AAAA" + callback[(state + 4)..])));
        Assert.False(await site.IsSignedInAsync(cookies));
        Assert.Null(await site.FindAsync("state"));
    }

    [Fact]
    public async Task Callback_OfAnotherBrowser_SignsNobodyIn()
    {
        using var attacker = TestUsers.NewClient(site.Url, new());
        var callback = await site.AuthorizeAsync(await OidcSite.BeginAsync(attacker), new("planted", "planted@example.org", ["owners"]));

        // Who is led there would otherwise work, and upload, as somebody else.
        var cookies = new CookieContainer();
        using var victim = TestUsers.NewClient(site.Url, cookies);
        await OidcSite.BeginAsync(victim);

        Assert.Equal(Refused, await OidcSite.ReturnAsync(victim, callback));
        Assert.False(await site.IsSignedInAsync(cookies));
        Assert.Null(await site.FindAsync("planted"));
    }

    [Fact]
    public async Task Callback_WithAnotherNonce_SignsNobodyIn()
    {
        var cookies = new CookieContainer();
        using var client = TestUsers.NewClient(site.Url, cookies);
        var url = await OidcSite.BeginAsync(client);
        var nonce = url.IndexOf("nonce=", StringComparison.Ordinal) + 6;
        var changed = url[..nonce] + "1" + url[nonce..];

        Assert.Equal(Refused, await OidcSite.ReturnAsync(client, await site.AuthorizeAsync(changed, new("nonce", "nonce@example.org", ["owners"]))));
        Assert.False(await site.IsSignedInAsync(cookies));
        Assert.Null(await site.FindAsync("nonce"));
    }

    [Fact]
    public async Task Callback_Twice_SignsInOnce()
    {
        var cookies = new CookieContainer();
        using var client = TestUsers.NewClient(site.Url, cookies);
        var callback = await site.AuthorizeAsync(await OidcSite.BeginAsync(client), new("twice", "twice@example.org", ["everybody"]));

        Assert.Equal("/", await OidcSite.ReturnAsync(client, callback));
        Assert.Equal(Refused, await OidcSite.ReturnAsync(client, callback));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?error=access_denied")]
    [InlineData("?code=abc")]
    [InlineData("?code=abc&state=def")]
    public async Task Callback_MadeUp_SignsNobodyIn(string query)
    {
        using var client = TestUsers.NewClient(site.Url, new());

        Assert.Equal(Refused, await OidcSite.ReturnAsync(client, new($"{site.Url}/sign-in/callback{query}")));
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    public async Task SignIn_WithAWayToAnotherSite_LeadsToTheOverview(string returnUrl)
    {
        var (location, _) = await site.SignInAsync(new("way", "way@example.org", ["everybody"]), returnUrl);

        Assert.Equal("/", location);
    }

    [Fact]
    public async Task SignIn_InABrowser_LeadsToThePageThatWasAskedFor()
    {
        site.Provider.Next = new("browser", "browser@example.org", ["everybody"]);
        await using var page = await TestPage.OpenAsync(site.Url, role: null);
        await page.Page.GotoAsync("/runs");
        await page.ExpectTextAsync("h1", "Sign in");
        await page.AssertAccessibleAsync();
        page.AssertClean();

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in with Example login" }).ClickAsync();
        await page.ExpectTextAsync("h1", "Runs");
        await page.SettleAsync();

        // The way over the provider, which is another origin.
        page.Forgive();
        await page.GoToAsync("/candidates");
        page.AssertClean();
    }
}
