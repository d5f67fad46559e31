using System.Net;
using DatasetAdmin.Core.Access;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Tests.Web.Access;

/// <summary>What is tried at sign-in pages: each attack is refused, and changes nothing.</summary>
public class SignInAttackTests(EmptySite site) : IClassFixture<EmptySite>
{
    private const string Session = "DatasetAdmin.Session";
    private const string TokenField = "__RequestVerificationToken";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("none")]
    [InlineData("empty")]
    [InlineData("garbage")]
    [InlineData("cut")]
    [InlineData("of another session")]
    [InlineData("without its cookie")]
    [InlineData("cookie for token")]
    public async Task AccountPost_ForgedOrReplayedToken_ChangesNothing(string attack)
    {
        var posts = site.Pipeline.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/account/", StringComparison.Ordinal) && endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("POST") == true)
            .Select(endpoint => endpoint.RoutePattern.RawText!).ToList();
        Assert.Superset(new HashSet<string> { "/account/sign-in", "/account/code", "/account/setup", "/account/sign-out", "/account/provider" }, posts.ToHashSet());

        using var other = await TestUsers.ClientAsync(site.Url, UserRole.Viewer);
        var replayed = TestUsers.TokenOf(await other.GetStringAsync("/runs", Token));
        foreach (var post in posts)
        {
            // A session of its own: where an attack succeeds, it is gone.
            var cookies = await TestUsers.SignInAsync(site.Url, TestUsers.Email(UserRole.Operator), TestUsers.Password);
            using var client = TestUsers.NewClient(site.Url, cookies);
            var own = TestUsers.TokenOf(await client.GetStringAsync("/runs", Token));
            var forms = cookies.GetAllCookies()["DatasetAdmin.Forms"]!;
            var token = attack switch
            {
                "none" => null,
                "empty" => "",
                "garbage" => "CfDJ8garbage",
                "cut" => own[..^4],
                "of another session" => replayed,
                "cookie for token" => forms.Value,
                _ => own,
            };
            if (attack == "without its cookie")
            {
                forms.Expired = true;
            }

            var before = await StateAsync();
            using var form = new FormUrlEncodedContent(
            [
                .. token is null ? Array.Empty<KeyValuePair<string, string>>() : [new(TokenField, token)],
                new("email", TestUsers.Email(UserRole.Admin)), new("password", TestUsers.Password), new("again", TestUsers.Password),
                new("code", await site.Pipeline.Services.GetRequiredService<SetupLinks>().CreateAsync(Token)),
            ]);
            using var response = await client.PostAsync(post, form, Token);

            Assert.True(
                response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.Forbidden || response.Headers.Location?.ToString().Contains("problem=", StringComparison.Ordinal) == true,
                $"{post}: {response.StatusCode} {response.Headers.Location}");
            Assert.Equal(before, await StateAsync());
            using var still = await client.GetAsync("/runs", Token);
            Assert.True(still.StatusCode == HttpStatusCode.OK, $"{post} ended the session");
        }
    }

    [Fact]
    public async Task AccountPost_TokenInTheAddress_DoesNotCount()
    {
        using var client = TestUsers.NewClient(site.Url, new());
        var token = TestUsers.TokenOf(await client.GetStringAsync("/sign-in", Token));
        using var form = new FormUrlEncodedContent([new("email", TestUsers.Email(UserRole.Admin)), new("password", TestUsers.Password)]);
        using var response = await client.PostAsync($"/account/sign-in?{TokenField}={Uri.EscapeDataString(token)}", form, Token);

        Assert.Equal("/sign-in?problem=stale", response.Headers.Location!.ToString());
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("/\t/evil.example/")]
    [InlineData("https://evil.example/")]
    [InlineData("/\u2028/evil.example")]
    [InlineData("/runs\r\nSet-Cookie: a=b")]
    [InlineData("javascript:alert(1)")]
    public async Task SignIn_WithAWayToAnotherSite_LeadsToTheOverview(string returnUrl)
    {
        using var client = TestUsers.NewClient(site.Url, new());
        var page = await client.GetStringAsync($"/sign-in?return={Uri.EscapeDataString(returnUrl)}", Token);
        Assert.Contains("""name="return" value="/" """.TrimEnd(), page, StringComparison.Ordinal);
        Assert.DoesNotContain("evil.example", page, StringComparison.Ordinal);

        using var response = await TestUsers.PostFormAsync(
            client, "/sign-in", "/account/sign-in", ("email", TestUsers.Email(UserRole.Viewer)), ("password", TestUsers.Password), ("return", returnUrl));
        Assert.Equal((HttpStatusCode.Found, "/"), (response.StatusCode, response.Headers.Location!.ToString()));
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("//evil.example/%2f..")]
    [InlineData("/\\evil.example/")]
    [InlineData("/%5cevil.example/")]
    [InlineData("/%2f%2fevil.example/")]
    [InlineData("/.//evil.example/")]
    public async Task AnyPath_ThatLooksLikeAnotherHost_LeadsNowhereElse(string path)
    {
        using var client = TestUsers.NewClient(site.Url, new());
        using var response = await client.GetPageAsync(site.Url, path);
        if (response.Headers.Location is { } location)
        {
            Assert.Equal(new Uri(site.Url).Authority, new Uri(new Uri(site.Url), location).Authority);
            Assert.Equal("/sign-in", new Uri(new Uri(site.Url), location).AbsolutePath);
        }
        else
        {
            Assert.True(response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, response.StatusCode.ToString());
        }
    }

    [Fact]
    public async Task SignIn_WrongPasswordAgainAndAgain_LocksTheAccountAlsoForTheRightOne()
    {
        await TestUsers.MakeAsync(site.Pipeline.Services, "guessed@example.com", UserRole.Operator);
        using var client = TestUsers.NewClient(site.Url, new());
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            Assert.Equal("/sign-in?problem=wrong", await TryAsync(client, "guessed@example.com", $"wrong {attempt}"));
        }

        Assert.Equal("/sign-in?problem=locked", await TryAsync(client, "guessed@example.com", "wrong 5"));
        Assert.Equal("/sign-in?problem=locked", await TryAsync(client, "guessed@example.com", TestUsers.Password));
        using var response = await client.GetPageAsync(site.Url, "/runs");
        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        var audit = await site.Pipeline.Services.GetRequiredService<AuditLog>().ListAsync(new(Text: "guessed@example.com"), null, 100, Token);
        Assert.Equal(6, audit.Count);
        Assert.All(audit, entry => Assert.Equal((AuditAction.SignIn, AuditOutcome.Refused), (entry.Action, entry.Outcome)));

        // Somebody else's account isn't touched by it.
        await TestUsers.SignInAsync(site.Url, TestUsers.Email(UserRole.Viewer), TestUsers.Password);
    }

    [Fact]
    public async Task SignIn_ManyTriesFromOneAddress_AreNotLookedAt()
    {
        await using var limited = await EmptySite.StartAsync(("SignIn:TriesPerMinute", "3"));
        using var client = TestUsers.NewClient(limited.Url, new());
        List<string> answers = [];
        for (var attempt = 0; attempt < 8; attempt++)
        {
            // Pretending to be another doesn't help.
            client.DefaultRequestHeaders.Remove("X-Forwarded-For");
            client.DefaultRequestHeaders.Add("X-Forwarded-For", $"203.0.113.{attempt}");
            answers.Add(await TryAsync(client, $"user{attempt}@example.com", "wrong"));
        }

        // A minute may end in between, and then three more.
        Assert.Equal(["/sign-in?problem=wrong", "/sign-in?problem=wrong", "/sign-in?problem=wrong"], answers[..3]);
        Assert.Contains("/sign-in?problem=too-many", answers);
        Assert.InRange(answers.Count(answer => answer.EndsWith("wrong", StringComparison.Ordinal)), 3, 6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(-1)]
    public async Task Session_CookieThatWasTamperedWith_IsNoSession(int place)
    {
        var cookies = await TestUsers.SignInAsync(site.Url, TestUsers.Email(UserRole.Admin), TestUsers.Password);
        var cookie = cookies.GetAllCookies()[Session]!;
        Assert.True(cookie.HttpOnly);
        var at = place < 0 ? cookie.Value.Length - 2 : place;
        cookie.Value = cookie.Value[..at] + (cookie.Value[at] == 'A' ? 'B' : 'A') + cookie.Value[(at + 1)..];
        using var client = TestUsers.NewClient(site.Url, cookies);

        using var page = await client.GetPageAsync(site.Url, "/runs");
        Assert.Equal((HttpStatusCode.Found, "/sign-in?return=%2Fruns"), (page.StatusCode, new Uri(new Uri(site.Url), page.Headers.Location!).PathAndQuery));
        using var file = await client.GetAsync("/images/original/datasets/gold/queen/a.jpg", Token);
        Assert.Equal(HttpStatusCode.Unauthorized, file.StatusCode);
    }

    [Fact]
    public async Task SetupLink_UsedTwice_MakesOneAdmin()
    {
        var links = site.Pipeline.Services.GetRequiredService<SetupLinks>();
        var (code, unused) = (await links.CreateAsync(Token), await links.CreateAsync(Token));
        Assert.Equal("/", await SetUpAsync(code, "first@example.com"));

        Assert.Equal("/setup", await SetUpAsync(code, "second@example.com"));
        Assert.Equal("/setup", await SetUpAsync(unused, "third@example.com"));
        Assert.Equal("/setup", await SetUpAsync("made up", "fourth@example.com"));

        await using var scope = site.Pipeline.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        Assert.Equal(UserRole.Admin, (await users.FindByEmailAsync("first@example.com"))!.Role);
        foreach (var email in new[] { "second@example.com", "third@example.com", "fourth@example.com" })
        {
            Assert.Null(await users.FindByEmailAsync(email));
        }

        using var client = TestUsers.NewClient(site.Url, new());
        Assert.Contains("This link doesn", await client.GetStringAsync($"/setup?code={code}", Token), StringComparison.Ordinal);
    }

    private async Task<string> SetUpAsync(string code, string email)
    {
        using var client = TestUsers.NewClient(site.Url, new());
        using var response = await TestUsers.PostFormAsync(
            client, "/sign-in", "/account/setup", ("code", code), ("email", email), ("password", TestUsers.Password), ("again", TestUsers.Password));
        return response.Headers.Location!.ToString();
    }

    private static async Task<string> TryAsync(HttpClient client, string email, string password)
    {
        using var response = await TestUsers.PostFormAsync(client, "/sign-in", "/account/sign-in", ("email", email), ("password", password));
        return response.Headers.Location!.ToString();
    }

    // What an attack could change: users, and who did what.
    private async Task<string> StateAsync()
    {
        await using var scope = site.Pipeline.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>().Users.OrderBy(user => user.Id).ToList();
        var audit = await scope.ServiceProvider.GetRequiredService<AuditLog>().ListAsync(new(Outcome: AuditOutcome.Done), null, 1, Token);
        return string.Join('\n', users.Select(user => $"{user.UserName} {user.Role} {user.SecurityStamp} {user.PasswordHash}")) + $"\n{audit.Max(entry => (long?)entry.Id)}";
    }
}
