using System.Net;
using System.Security.Claims;
using DatasetAdmin.Tests.Support;
using DatasetAdmin.Web.Edge;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Tests.Web.Edge;

/// <summary>How much one reader may ask for.</summary>
public class LimitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_MoreThanAUserMayHaveOpen_SaySoUntilOneIsClosed()
    {
        await using var site = await EmptySite.StartAsync(("Pages:MaxPerUser", "1"));
        await using var second = await TestPage.OpenAsync(site.Url);
        await using (var first = await TestPage.OpenAsync(site.Url))
        {
            await first.GoToAsync("/runs");
            await first.ExpectTextAsync("h1", "Runs");
            await second.GoToAsync("/runs");
            await second.ExpectTextAsync("h1", "Too many pages are open");
            await second.AssertAccessibleAsync();
            await second.AssertFitsAsync();
            second.AssertClean();
            await second.Page.GotoAsync("about:blank");
        }

        var pages = site.Services.GetRequiredService<OpenPages>();
        await Waiting.UntilAsync(() => pages.Count == 0);

        await second.GoToAsync("/runs");
        await second.ExpectTextAsync("h1", "Runs");
        second.AssertClean();
    }

    [Fact]
    public async Task Pages_FarMoreThanAUserMayHaveOpen_AreRefusedAndNotCounted()
    {
        var pages = new OpenPages(Options.Create(new PageOptions { MaxPerUser = 1, MaxInAll = 100 }));
        List<PageLimit> opened = [];
        for (var number = 0; number < 2; number++)
        {
            opened.Add(new(pages, new SignedIn("olga")));
            await opened[^1].OnCircuitOpenedAsync(null!, Token);
        }

        Assert.Equal([false, true], opened.Select(page => page.IsTooMany));
        var flood = new PageLimit(pages, new SignedIn("olga"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => flood.OnCircuitOpenedAsync(null!, Token));
        Assert.Equal(2, pages.Count);

        var other = new PageLimit(pages, new SignedIn("ivan"));
        await other.OnCircuitOpenedAsync(null!, Token);
        Assert.False(other.IsTooMany);

        foreach (var page in opened)
        {
            await page.OnConnectionDownAsync(null!, Token);
            await page.OnCircuitClosedAsync(null!, Token);
        }

        Assert.Equal(1, pages.Count);
        await opened[0].OnConnectionUpAsync(null!, Token);
        await opened[0].OnConnectionUpAsync(null!, Token);
        Assert.Equal(2, pages.Count);
    }

    [Fact]
    public async Task Pages_MoreThanThereMayBeInAll_AreTooManyWhosoeverTheyAre()
    {
        var pages = new OpenPages(Options.Create(new PageOptions { MaxPerUser = 10, MaxInAll = 2 }));
        List<PageLimit> opened = [.. new[] { "a", "b", "c" }.Select(user => new PageLimit(pages, new SignedIn(user)))];
        foreach (var page in opened)
        {
            await page.OnCircuitOpenedAsync(null!, Token);
        }

        Assert.Equal([false, false, true], opened.Select(page => page.IsTooMany));
    }

    [Theory]
    [InlineData(0, 1, "Pages:MaxPerUser is 0")]
    [InlineData(1, -1, "Pages:MaxInAll is -1")]
    public void Pages_LimitsBelowOne_AreRefusedWithWhatToWrite(int perUser, int inAll, string expected) =>
        Assert.Contains(expected, new ValidatePageOptions().Validate(null, new() { MaxPerUser = perUser, MaxInAll = inAll }).FailureMessage, StringComparison.Ordinal);

    [Fact]
    public async Task Form_LargerThanAForm_IsRefusedBeforeItIsSent()
    {
        await using var site = await EmptySite.StartAsync();
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, Expect100ContinueTimeout = TimeSpan.FromMinutes(5) });
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{site.Url}/account/sign-in")
        {
            Content = new FormUrlEncodedContent([new("email", new string('a', 20_000))]),
            Headers = { ExpectContinue = true },
        };
        using var response = await client.SendAsync(request, Token);

        Assert.Equal((HttpStatusCode.Found, "/sign-in?problem=stale"), (response.StatusCode, response.Headers.Location?.ToString()));
        Assert.Equal(256 * 1024, site.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.MaxRequestBodySize);
        Assert.Equal(32 * 1024, site.Services.GetRequiredService<IOptions<HubOptions>>().Value.MaximumReceiveMessageSize);
        Assert.Equal(50, site.Services.GetRequiredService<IOptions<CircuitOptions>>().Value.DisconnectedCircuitMaxRetained);
    }

    private sealed class SignedIn(string name) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() =>
            Task.FromResult(new AuthenticationState(new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, name)], "test"))));
    }
}
