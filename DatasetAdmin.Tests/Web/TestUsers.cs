using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using DatasetAdmin.Core.Access;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Tests.Web;

/// <summary>A user of each role on the sites of the tests, and their sessions: each signs in once per site, as people do, over HTTP.</summary>
internal static partial class TestUsers
{
    public const string Password = "nineteen green umbrellas";

    private static readonly ConcurrentDictionary<(string Url, UserRole Role), Lazy<Task<CookieContainer>>> s_sessions = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The settings with which a site makes its first admin.</summary>
    public static IReadOnlyDictionary<string, string> AdminSettings { get; } = new Dictionary<string, string>
    {
        ["Admin:Email"] = Email(UserRole.Admin),
        ["Admin:Password"] = Password,
        ["SignIn:TriesPerMinute"] = "1000",
    };

    public static string Email(UserRole role) => $"{role.ToString().ToLowerInvariant()}@example.com";

    /// <summary>Makes a user of each role that has none yet.</summary>
    public static async Task MakeAsync(IServiceProvider services)
    {
        foreach (var role in Enum.GetValues<UserRole>())
        {
            await MakeAsync(services, Email(role), role);
        }
    }

    /// <summary>Makes a user unless there is one.</summary>
    public static async Task<User> MakeAsync(IServiceProvider services, string email, UserRole role)
    {
        await using var scope = services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        if (await users.FindByEmailAsync(email) is { } known)
        {
            return known;
        }

        var user = new User { UserName = email, Email = email, EmailConfirmed = true, Role = role, CreatedAt = DateTime.UtcNow };
        var made = await users.CreateAsync(user, Password);
        Assert.True(made.Succeeded, string.Join(" ", made.Errors.Select(error => error.Description)));
        return user;
    }

    /// <summary>The session of the user of a role on a site; the same for all who ask.</summary>
    public static Task<CookieContainer> SessionAsync(string url, UserRole role = UserRole.Admin) =>
        s_sessions.GetOrAdd((url, role), key => new(() => SignInAsync(key.Url, Email(key.Role), Password))).Value;

    /// <summary>Lets another user than the tests' be the admin of a site, for all who ask for its session.</summary>
    public static async Task UseAsAdminAsync(string url, string email, string password)
    {
        var session = await SignInAsync(url, email, password);
        s_sessions[(url, UserRole.Admin)] = new(() => Task.FromResult(session));
    }

    /// <summary>A client with the session of the user of a role. It follows no redirects.</summary>
    public static async Task<HttpClient> ClientAsync(string url, UserRole role = UserRole.Admin) => NewClient(url, await SessionAsync(url, role));

    public static HttpClient NewClient(string url, CookieContainer cookies) =>
        new(new SocketsHttpHandler { CookieContainer = cookies, AllowAutoRedirect = false }) { BaseAddress = new Uri(url) };

    /// <summary>Signs in as a browser would and gives the session.</summary>
    public static async Task<CookieContainer> SignInAsync(string url, string email, string password)
    {
        var cookies = new CookieContainer();
        using var client = NewClient(url, cookies);
        using var response = await PostFormAsync(client, "/sign-in", "/account/sign-in", ("email", email), ("password", password));
        Assert.Equal((HttpStatusCode.Found, "/"), (response.StatusCode, response.Headers.Location?.ToString()));
        return cookies;
    }

    /// <summary>Loads a page and sends a form with the page's antiforgery token.</summary>
    public static async Task<HttpResponseMessage> PostFormAsync(HttpClient client, string page, string action, params (string Name, string Value)[] fields)
    {
        var token = TokenOf(await client.GetStringAsync(page, Token));
        using var form = new FormUrlEncodedContent([new("__RequestVerificationToken", token), .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]);
        return await client.PostAsync(action, form, Token);
    }

    /// <summary>The antiforgery token that a page's form carries.</summary>
    public static string TokenOf(string html) => WebUtility.HtmlDecode(TokenField().Match(html).Groups[1].Value);

    [GeneratedRegex("""name="__RequestVerificationToken"[^>]*value="([^"]+)""")]
    private static partial Regex TokenField();
}
