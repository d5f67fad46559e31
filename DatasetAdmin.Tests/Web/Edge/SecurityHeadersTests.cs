using System.Net;
using System.Net.WebSockets;
using DatasetAdmin.Core.Access;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Web;
using DatasetAdmin.Web.Edge;

namespace DatasetAdmin.Tests.Web.Edge;

/// <summary>What every answer forbids, and that the site works under it.</summary>
public class SecurityHeadersTests(EmbeddedSite site) : IClassFixture<EmbeddedSite>
{
    private static readonly string s_day = $"/candidates/{SampleSite.Text(SampleSite.Day)}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/", 200)]
    [InlineData("/candidates", 200)]
    [InlineData("/no/such/page", 404)]
    [InlineData("/sign-in", 200)]
    [InlineData("/access-denied", 200)]
    [InlineData("/health/live", 200)]
    [InlineData("/health/ready", 200)]
    [InlineData("/site.css", 200)]
    [InlineData("/_framework/blazor.web.js", 200)]
    [InlineData("/_content/MudBlazor/MudBlazor.min.js", 200)]
    [InlineData("/gold/upload", 200)]
    [InlineData("/datasets/verified/1999-01/manifest.json", 404)]
    [InlineData("/account/sign-in", 404)]
    public async Task Answer_OfTheSite_ForbidsForeignScriptsAndFrames(string path, int status)
    {
        using var client = await TestUsers.ClientAsync(site.Url);
        using var response = await client.GetPageAsync(site.Url, path);

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        var policy = AssertHeaders(response);
        Assert.Contains("default-src 'self'; script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-eval", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src 'self' 'unsafe", policy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/", 302)]
    [InlineData("/images/original/datasets/gold/queen/a.jpg", 302)]
    [InlineData("/sign-in", 200)]
    [InlineData("/site.js", 200)]
    public async Task Answer_WithoutASession_HasTheHeadersToo(string path, int status)
    {
        using var client = TestUsers.NewClient(site.Url, new());
        using var response = await client.GetPageAsync(site.Url, path);

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        AssertHeaders(response);
    }

    [Fact]
    public async Task Answer_ThatIsAFile_CanRunAndLoadNothing()
    {
        var key = $"{ObjectKeys.Gold}queen/gold 9001.jpg";
        await BuildAsync();
        using var client = await TestUsers.ClientAsync(site.Url);
        var dataset = AppUrls.Dataset(DatasetKind.Full, Month.Of(SampleSite.Day));
        foreach (var (path, status) in new[]
        {
            (AppUrls.Original(key, null), 200), (AppUrls.Original(key, null, download: true), 200), (AppUrls.Thumbnail(key, null, 288), 200),
            ("/images/original/datasets/gold/queen/none.jpg", 404), ("/images/thumbnail/288/datasets/gold/queen/none.jpg", 404), ("/images/original/none", 404),
            ($"{dataset}/manifest.json", 200), ($"{dataset}/dataset_info.md", 200), ($"{dataset}/images.jsonl", 200), ($"{dataset}/images.csv", 200), ($"{dataset}/images.parquet", 200),
        })
        {
            using var response = await client.GetPageAsync(site.Url, path);
            Assert.True((int)response.StatusCode == status, $"{path}: {response.StatusCode}");
            Assert.Equal(SecurityHeaders.FilePolicy, AssertHeaders(response));
        }
    }

    [Fact]
    public async Task Pages_AllOfThem_BreakNoPolicy()
    {
        await BuildAsync();
        var dataset = AppUrls.Dataset(DatasetKind.Full, Month.Of(SampleSite.Day));
        await using var page = await TestPage.OpenAsync(site.Url);
        foreach (var path in new[]
        {
            "/", "/candidates", s_day, $"{s_day}?tab=rejected", $"{s_day}?class=Queen", "/datasets", dataset, $"{dataset}?tab=images", $"{dataset}?tab=distribution", $"{dataset}?tab=files",
            $"{dataset}?tab=left-out", $"{dataset}?tab=versions", $"/compare?left={SampleSite.Text(SampleSite.Day)}&right={SampleSite.Text(SampleSite.SecondDay)}", "/model", "/gold", "/runs", "/settings", "/not-found",
        })
        {
            await page.GoToAsync(path);
            await page.ExpectAsync("h1");
        }

        await page.Page.GotoAsync("/access-denied");
        await page.ExpectAsync("h1");
        page.AssertClean();

        await using var outside = await TestPage.OpenAsync(site.Url, role: null);
        foreach (var path in new[] { "/sign-in", "/sign-in?problem=wrong", "/sign-in/code", "/setup" })
        {
            await outside.Page.GotoAsync(path);
            await outside.ExpectAsync("h1");
        }

        outside.AssertClean();
    }

    [Fact]
    public async Task Page_WithAScriptWrittenIntoIt_DoesNotRunIt()
    {
        await using var page = await TestPage.OpenAsync(site.Url);
        await page.GoToAsync("/settings");
        await page.Page.EvaluateAsync("""
            () => {
                const script = document.createElement('script');
                script.textContent = 'window.ran = true';
                document.body.append(script);
                document.body.insertAdjacentHTML('beforeend', '<img src="data:," onerror="window.ran = true">');
            }
            """);
        await page.Page.WaitForFunctionAsync("() => [...document.images].every(image => image.complete)");

        Assert.False(await page.Page.EvaluateAsync<bool>("() => window.ran === true"));
        Assert.Throws<Xunit.Sdk.TrueException>(page.AssertClean);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("http://127.0.0.1.evil.example:{port}")]
    [InlineData("http://evil.example:{port}")]
    [InlineData("null")]
    [InlineData("127.0.0.1:{port}")]
    public async Task Hub_AskedForByAPageOfAnotherSite_IsRefused(string origin)
    {
        origin = origin.Replace("{port}", $"{new Uri(site.Url).Port}", StringComparison.Ordinal);
        using var client = await TestUsers.ClientAsync(site.Url);
        using var negotiate = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        negotiate.Headers.Add("Origin", origin);
        using var response = await client.SendAsync(negotiate, Token);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        AssertHeaders(response);

        using var socket = await NewSocketAsync(origin);
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(HubUrl, Token));
        Assert.Equal(HttpStatusCode.Forbidden, socket.HttpStatusCode);
    }

    [Fact]
    public async Task Hub_AskedForByAPageOfThisSite_IsThere()
    {
        using var socket = await NewSocketAsync(site.Url);
        await socket.ConnectAsync(HubUrl, Token);

        Assert.Equal(WebSocketState.Open, socket.State);
    }

    private Uri HubUrl => new(site.Url.Replace("http:", "ws:", StringComparison.Ordinal) + "/_blazor");

    private async Task<ClientWebSocket> NewSocketAsync(string origin)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.Cookies = await TestUsers.SessionAsync(site.Url, UserRole.Admin);
        socket.Options.SetRequestHeader("Origin", origin);
        return socket;
    }

    private async Task BuildAsync()
    {
        if ((await site.Pipeline.ListAsync(ObjectKeys.DatasetPrefix(DatasetKind.Full, Month.Of(SampleSite.Day)))).Count == 0)
        {
            await site.Pipeline.BuildAsync(Month.Of(SampleSite.Day), DatasetKind.Full);
        }
    }

    private static string AssertHeaders(HttpResponseMessage response)
    {
        string One(string name) => Assert.Single(response.Headers.NonValidated[name]);
        Assert.Equal("nosniff", One("X-Content-Type-Options"));
        Assert.Equal("DENY", One("X-Frame-Options"));
        Assert.Equal("same-origin", One("Referrer-Policy"));
        Assert.Equal("same-origin", One("Cross-Origin-Resource-Policy"));
        Assert.Equal("same-origin", One("Cross-Origin-Opener-Policy"));
        Assert.Contains("camera=()", One("Permissions-Policy"), StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Server"));
        return One("Content-Security-Policy");
    }
}
