using System.Net;
using DatasetAdmin.Core.Access;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Tests.Web.Access;

/// <summary>Signing in and what ends it, over HTTP as a browser does it.</summary>
public abstract class SignInTests(AccessSite site)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SignIn_RightPassword_GivesAnHttpOnlySessionAndIsWrittenDown()
    {
        var user = await site.NewUserAsync();
        using var client = site.NewClient();
        using var response = await PostSignInAsync(client, user.Email!, TestUsers.Password, "/candidates?month=2026-10");

        Assert.Equal((HttpStatusCode.Found, "/candidates?month=2026-10"), (response.StatusCode, response.Headers.Location!.ToString()));
        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"), value => value.StartsWith("DatasetAdmin.Session=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/runs", Token)).StatusCode);
        var entry = Assert.Single(await site.EntriesAsync(user.Email!, AuditAction.SignIn));
        Assert.Equal((AuditOutcome.Done, user.Id, AuditChannel.Site), (entry.Outcome, entry.ActorId, entry.Channel));
        Assert.Contains(entry.Address, new[] { "127.0.0.1", "::ffff:127.0.0.1" });
        Assert.NotNull((await site.UserAsync(user.Email!)).LastSignInAt);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("evil")]
    public async Task SignIn_ReturnToElsewhere_GoesToTheOverview(string returnUrl)
    {
        var user = await site.NewUserAsync();
        using var client = site.NewClient();
        using var response = await PostSignInAsync(client, user.Email!, TestUsers.Password, returnUrl);

        Assert.Equal("/", response.Headers.Location!.ToString());
    }

    [Fact]
    public async Task SignIn_WrongPasswordAndUnknownUser_AreAnsweredAlikeAndWrittenDown()
    {
        var user = await site.NewUserAsync();
        using var client = site.NewClient();
        using var wrong = await PostSignInAsync(client, user.Email!, "not the right password");
        using var unknown = await PostSignInAsync(client, $"nobody-{user.Email}", "not the right password");

        Assert.Equal("/sign-in?problem=wrong", wrong.Headers.Location!.ToString());
        Assert.Equal(wrong.Headers.Location, unknown.Headers.Location);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/runs", Token)).StatusCode);
        var entries = await site.EntriesAsync(user.Email!, AuditAction.SignIn);
        Assert.Equal(["unknown user", "wrong password"], entries.Select(entry => entry.Detail));
        Assert.All(entries, entry => Assert.Equal(AuditOutcome.Refused, entry.Outcome));
        Assert.All(entries, entry => Assert.DoesNotContain("not the right", $"{entry.Detail}{entry.Target}{entry.Actor}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SignIn_FiveWrongTries_LocksOutAlsoWithTheRightPassword()
    {
        var user = await site.NewUserAsync();
        using var client = site.NewClient();
        List<string> answers = [];
        for (var attempt = 0; attempt < 6; attempt++)
        {
            using var response = await PostSignInAsync(client, user.Email!, "guess");
            answers.Add(response.Headers.Location!.ToString());
        }

        using var right = await PostSignInAsync(client, user.Email!, TestUsers.Password);
        Assert.Equal([.. Enumerable.Repeat("/sign-in?problem=wrong", 4), "/sign-in?problem=locked", "/sign-in?problem=locked"], answers);
        Assert.Equal("/sign-in?problem=locked", right.Headers.Location!.ToString());
        Assert.True((await site.UserAsync(user.Email!)).LockoutEnd > DateTimeOffset.UtcNow.AddMinutes(3));
    }

    [Fact]
    public async Task Post_WithoutOrWithAnothersToken_ChangesNothing()
    {
        var user = await site.NewUserAsync();
        using var client = site.NewClient();
        using var other = site.NewClient();
        var stolen = TestUsers.TokenOf(await other.GetStringAsync("/sign-in", Token));
        foreach (var token in new[] { "", "forged", stolen })
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["email"] = user.Email!, ["password"] = TestUsers.Password, ["__RequestVerificationToken"] = token });
            using var response = await client.PostAsync("/account/sign-in", form, Token);
            Assert.Equal("/sign-in?problem=stale", response.Headers.Location!.ToString());
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/runs", Token)).StatusCode);
    }

    [Fact]
    public async Task SignOut_Session_IsOver()
    {
        var user = await site.NewUserAsync();
        using var client = await site.SignInAsync(user);
        using var response = await TestUsers.PostFormAsync(client, "/runs", "/account/sign-out");

        Assert.Equal("/sign-in", response.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/runs", Token)).StatusCode);
        Assert.Single(await site.EntriesAsync(user.Email!, AuditAction.SignOut));
    }

    [Fact]
    public async Task Session_TamperedWith_IsNone()
    {
        var user = await site.NewUserAsync();
        var cookies = await TestUsers.SignInAsync(site.Url, user.Email!, TestUsers.Password);
        var session = Assert.Single(cookies.GetAllCookies(), cookie => cookie.Name == "DatasetAdmin.Session");
        var middle = session.Value.Length / 2;
        session.Value = $"{session.Value[..middle]}{(session.Value[middle] == 'A' ? 'B' : 'A')}{session.Value[(middle + 1)..]}";
        using var client = TestUsers.NewClient(site.Url, cookies);

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/runs", Token)).StatusCode);
    }

    [Fact]
    public async Task SetupLink_UsedTwiceAtOnceAndLater_MakesOneAdmin()
    {
        var links = site.Pipeline.Services.GetRequiredService<SetupLinks>();
        var code = await links.CreateAsync(Token);
        var another = await links.CreateAsync(Token);
        var posts = await Task.WhenAll(Enumerable.Range(0, 8).Select(async number =>
        {
            using var client = site.NewClient();
            using var response = await PostSetupAsync(client, number % 2 == 0 ? code : another, $"setup{number}@example.com");
            return response.Headers.Location?.ToString() ?? $"{(int)response.StatusCode}";
        }));

        Assert.Equal(1, posts.Count(location => location == "/"));
        await using var context = await site.ContextAsync();
        Assert.Equal(1, await context.Users.CountAsync(user => user.Email!.StartsWith("setup"), Token));
        Assert.False(await links.IsValidAsync(code, Token));
        Assert.False(await links.IsValidAsync(another, Token));
    }

    [Theory]
    [InlineData("short", "password")]
    [InlineData("password1234", "password")]
    [InlineData("qwertyuiop12", "password")]
    [InlineData("aaaaaaaaaaaaaaaa", "password")]
    public async Task SetupLink_BadPassword_SaysSoAndStaysGood(string password, string problem)
    {
        var code = await site.Pipeline.Services.GetRequiredService<SetupLinks>().CreateAsync(Token);
        using var client = site.NewClient();
        using var response = await PostSetupAsync(client, code, "careless@example.com", password);

        Assert.Equal($"/setup?code={code}&problem={problem}", response.Headers.Location!.ToString());
        Assert.True(await site.Pipeline.Services.GetRequiredService<SetupLinks>().IsValidAsync(code, Token));
        await using var context = await site.ContextAsync();
        Assert.False(await context.Users.AnyAsync(user => user.Email == "careless@example.com", Token));
    }

    private static Task<HttpResponseMessage> PostSignInAsync(HttpClient client, string email, string password, string returnUrl = "/") =>
        TestUsers.PostFormAsync(client, "/sign-in", "/account/sign-in", ("email", email), ("password", password), ("return", returnUrl));

    private static Task<HttpResponseMessage> PostSetupAsync(HttpClient client, string code, string email, string password = TestUsers.Password) =>
        TestUsers.PostFormAsync(client, $"/setup?code={code}", "/account/setup", ("code", code), ("email", email), ("password", password), ("again", password));
}

public class EmbeddedSignInTests(EmbeddedAccessSite site) : SignInTests(site), IClassFixture<EmbeddedAccessSite>;

public class ServersSignInTests(ServersAccessSite site) : SignInTests(site), IClassFixture<ServersAccessSite>;
