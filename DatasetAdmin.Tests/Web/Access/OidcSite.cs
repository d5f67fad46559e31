using System.Net;
using System.Text.RegularExpressions;
using DatasetAdmin.Core.Access;
using DatasetAdmin.Tests.Support;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Tests.Web.Access;

/// <summary>A site that trusts a provider, and the way from one to the other as a browser goes it.</summary>
public sealed partial class OidcSite : IAsyncLifetime
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public TestProvider Provider { get; private set; } = null!;

    public TestPipeline Pipeline { get; private set; } = null!;

    public string Url => Pipeline.Url;

    public async ValueTask InitializeAsync()
    {
        Provider = await TestProvider.StartAsync();
        Pipeline = await TestPipeline.StartAsync(Backend.Embedded, settings: Provider.Settings, site: true);
        Provider.RedirectUri = $"{Url}/sign-in/callback";
    }

    public async ValueTask DisposeAsync()
    {
        await Pipeline.DisposeAsync();
        await Provider.DisposeAsync();
    }

    /// <summary>Clicks the button, and gives the provider's address that it leads to.</summary>
    internal static async Task<string> BeginAsync(HttpClient client, string returnUrl = "/")
    {
        using var response = await TestUsers.PostFormAsync(client, "/sign-in", "/account/provider", ("return", returnUrl));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return WebUtility.HtmlDecode(Refresh().Match(await response.Content.ReadAsStringAsync(Token)).Groups[1].Value);
    }

    /// <summary>Signs in at the provider, and gives where that sends its reader to.</summary>
    internal async Task<Uri> AuthorizeAsync(string url, Person person)
    {
        Provider.Next = person;
        using var client = TestUsers.NewClient(Provider.Url, new());
        using var response = await client.GetAsync(url, Token);
        Assert.True(response.StatusCode == HttpStatusCode.Found, await response.Content.ReadAsStringAsync(Token));
        return response.Headers.Location!;
    }

    /// <summary>Comes back from the provider, and gives where the site leads to.</summary>
    internal static async Task<string> ReturnAsync(HttpClient client, Uri callback)
    {
        using var response = await client.GetAsync(callback, Token);
        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        return response.Headers.Location!.ToString();
    }

    /// <summary>All of it. Gives where it ends, and the cookies.</summary>
    internal async Task<(string Location, CookieContainer Cookies)> SignInAsync(Person person, string returnUrl = "/")
    {
        var cookies = new CookieContainer();
        using var client = TestUsers.NewClient(Url, cookies);
        return (await ReturnAsync(client, await AuthorizeAsync(await BeginAsync(client, returnUrl), person)), cookies);
    }

    internal async Task<bool> IsSignedInAsync(CookieContainer cookies)
    {
        using var client = TestUsers.NewClient(Url, cookies);
        using var response = await client.GetAsync("/runs", Token);
        return response.StatusCode == HttpStatusCode.OK;
    }

    internal async Task<User?> FindAsync(string subject, string? issuer = null) =>
        await WithUsersAsync(users => users.FindByLoginAsync(issuer ?? Provider.Url, subject));

    internal async Task<T> WithUsersAsync<T>(Func<UserManager<User>, Task<T>> use)
    {
        await using var scope = Pipeline.Services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<UserManager<User>>());
    }

    internal Task<IReadOnlyList<AuditEntry>> AuditAsync(string text) =>
        Pipeline.Services.GetRequiredService<AuditLog>().ListAsync(new(Text: text), null, 100, Token);

    [GeneratedRegex("content=\"0;url=([^\"]+)\"")]
    private static partial Regex Refresh();
}
