using System.Net;
using System.Text.RegularExpressions;
using DatasetAdmin.Core.Access;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Tests.Web.Access;

/// <summary>Every endpoint that is mapped, page, file and hub alike, is asked for by everybody, and held against one table of who may what.</summary>
public partial class EndpointWalkTests(EmbeddedAccessSite site) : IClassFixture<EmbeddedAccessSite>
{
    /// <summary>What anybody may, signed in or not. Everything else needs a session.</summary>
    private static readonly string[] s_open =
    [
        "/health/live", "/health/ready", "/sign-in", "/sign-in/code", "/setup", "/set-password", "/access-denied",
        "/account/sign-in", "/account/code", "/account/setup", "/account/password", "/account/provider",
    ];

    /// <summary>The least role for what is there, by its beginning; the longest that fits counts.</summary>
    private static readonly Dictionary<string, UserRole> s_roles = new()
    {
        ["/"] = UserRole.Viewer,
        ["/candidates"] = UserRole.Viewer,
        ["/datasets"] = UserRole.Viewer,
        ["/compare"] = UserRole.Viewer,
        ["/model"] = UserRole.Viewer,
        ["/gold"] = UserRole.Viewer,
        ["/gold/upload"] = UserRole.Operator,
        ["/runs"] = UserRole.Viewer,
        ["/settings"] = UserRole.Viewer,
        ["/images"] = UserRole.Viewer,
        ["/account"] = UserRole.Viewer,
        ["/not-found"] = UserRole.Viewer,
        ["/api"] = UserRole.Viewer,
        ["/users"] = UserRole.Admin,

        // What static files fall back to where the program isn't published.
        ["/{**path:file}"] = UserRole.Viewer,
        ["/audit"] = UserRole.Admin,
        ["/_blazor"] = UserRole.Viewer,
        ["/_framework/opaque-redirect"] = UserRole.Viewer,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Endpoint_WithoutSession_AnswersOnlyFromTheOpenList()
    {
        using var client = site.NewClient();
        List<string> open = [];
        foreach (var (method, pattern) in Endpoints())
        {
            using var response = await SendAsync(client, method, pattern);
            if (!IsSignInAsked(response))
            {
                open.Add(pattern);
            }
        }

        Assert.Equal(s_open.Order(), open.Distinct().Order());
    }

    [Fact]
    public async Task Endpoint_AskedForAsAScriptWithoutSession_IsUnauthorized()
    {
        using var client = site.NewClient();
        foreach (var (method, pattern) in Endpoints().Where(endpoint => !s_open.Contains(endpoint.Pattern)))
        {
            using var response = await SendAsync(client, method, pattern, accept: "*/*");
            Assert.Equal((HttpStatusCode.Unauthorized, pattern), (response.StatusCode, pattern));
            Assert.Equal("", await response.Content.ReadAsStringAsync(Token));
        }
    }

    [Theory]
    [InlineData(UserRole.Viewer)]
    [InlineData(UserRole.Operator)]
    [InlineData(UserRole.Admin)]
    public async Task Endpoint_AsEachRole_AnswersAsTheTableSays(UserRole role)
    {
        using var client = await TestUsers.ClientAsync(site.Url, role);
        foreach (var (method, pattern) in Endpoints().Where(endpoint => !s_open.Contains(endpoint.Pattern)))
        {
            // Signing out would end the session that the other tests use; without a token it doesn't.
            using var response = await SendAsync(client, method, pattern);
            var isRefused = response.StatusCode == HttpStatusCode.Forbidden || Location(response).StartsWith("/access-denied", StringComparison.Ordinal);
            Assert.Equal($"{method} {pattern}: {(role >= RoleOf(pattern) ? "allowed" : "refused")}", $"{method} {pattern}: {(isRefused ? "refused" : "allowed")}");
            Assert.False(IsSignInAsked(response), $"{method} {pattern} asked for a sign-in");
        }
    }

    [Theory]
    [InlineData("/no-such-page")]
    [InlineData("/candidates/2026-10-01/no-such-page")]
    [InlineData("/appsettings.json")]
    [InlineData("/data/admin.db")]
    public async Task UnknownPath_WithoutSession_SaysNothingOfWhatIsThere(string path)
    {
        using var client = site.NewClient();
        using var response = await SendAsync(client, HttpMethod.Get, path);

        // What looks like a file is looked for among the static ones, and isn't there.
        Assert.True(IsSignInAsked(response) || response.StatusCode == HttpStatusCode.NotFound, $"{(int)response.StatusCode}");
        Assert.DoesNotContain("Logging", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    /// <summary>All endpoints but static files, as method and pattern. One that the table doesn't know fails the walk: say there who may.</summary>
    private List<(HttpMethod Method, string Pattern)> Endpoints()
    {
        var all = site.Pipeline.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.All(item => item.GetType().Name != "StaticAssetDescriptor"))
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : ["GET", "POST"])
                .Where(method => method is not ("HEAD" or "OPTIONS" or "CONNECT"))
                .Select(method => (HttpMethod.Parse(method), $"/{endpoint.RoutePattern.RawText?.TrimStart('/')}")))
            .Where(endpoint => !endpoint.Item2.StartsWith("/api/", StringComparison.Ordinal))
            .Distinct().ToList();
        Assert.NotEmpty(all);
        Assert.All(all, endpoint => Assert.True(s_open.Contains(endpoint.Item2) || Known(endpoint.Item2) is not null, $"Who may {endpoint}? Say so in the table."));
        return all;
    }

    private static UserRole RoleOf(string pattern) => s_roles[Known(pattern)!];

    private static string? Known(string pattern) =>
        s_roles.Keys.Where(key => pattern == key || (key != "/" && pattern.StartsWith($"{key}/", StringComparison.Ordinal))).MaxBy(key => key.Length);

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string pattern, string accept = "text/html")
    {
        using var request = new HttpRequestMessage(method, Filled(pattern));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
    }

    private static bool IsSignInAsked(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.Unauthorized || (Location(response).StartsWith("/sign-in?return=", StringComparison.Ordinal) && response.StatusCode == HttpStatusCode.Found);

    private static string Location(HttpResponseMessage response) =>
        response.Headers.Location is { } location ? location.IsAbsoluteUri ? location.PathAndQuery : location.ToString() : "";

    private static string Filled(string pattern) => Parameter().Replace(pattern, match => match.Groups[1].Value.ToLowerInvariant() switch
    {
        "day" => "2026-10-01",
        "month" => "2026-10",
        "kind" => "verified",
        "id" => "00000000-0000-0000-0000-000000000001",
        "size" => "160",
        "key" => "datasets/gold/Warm/a.jpg",
        "path" => "no-such.file",
        _ => "x",
    });

    [GeneratedRegex(@"\{\**(\w+)[^}]*\}")]
    private static partial Regex Parameter();
}
