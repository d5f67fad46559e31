using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using DatasetAdmin.Core.Access;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Support;
using DatasetAdmin.Tests.Web.Access;
using DatasetAdmin.Web.Access;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Tests.Web.Api;

/// <summary>The API as programs use it, over HTTP, on the site's days and a month that is built first.</summary>
public abstract partial class ApiTests(SampleSite site) : IAsyncLifetime
{
    private static readonly Month s_month = Month.Of(SampleSite.Day);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ApiTokens Tokens => site.Pipeline.Services.GetRequiredService<ApiTokens>();

    public async ValueTask InitializeAsync()
    {
        foreach (var kind in DatasetKinds.All)
        {
            if ((await site.Pipeline.Services.GetRequiredService<DatasetQueries>().MonthAsync(s_month, kind, Token)).Manifest is null)
            {
                await site.Pipeline.BuildAsync(s_month, kind);
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task TrainingJob_ListAndEachImageByToken_GetsTheStoresBytes()
    {
        using var client = await ClientAsync(UserRole.Viewer);
        var manifest = await JsonAsync(client, $"/api/v1/datasets/full/{s_month}");
        Assert.Equal($"{s_month}-v1", manifest.GetProperty("version").GetString());
        var lines = (await client.GetStringAsync($"/api/v1/datasets/full/{s_month}/images", Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(manifest.GetProperty("totals").GetProperty("images").GetInt32(), lines.Length);
        foreach (var line in lines)
        {
            var image = JsonDocument.Parse(line).RootElement;
            var path = image.GetProperty("path").GetString()!;
            using var response = await client.GetAsync($"/api/v1/datasets/full/{s_month}/images/{Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal)}", Token);
            Assert.Equal((HttpStatusCode.OK, path), (response.StatusCode, path));
            Assert.StartsWith("image/", response.Content.Headers.ContentType!.MediaType, StringComparison.Ordinal);
            Assert.Equal("attachment", response.Content.Headers.ContentDisposition!.DispositionType);
            Assert.Equal(image.GetProperty("sha256").GetString(), Hashes.Sha256(await response.Content.ReadAsByteArrayAsync(Token)));
        }

        var log = site.Pipeline.Services.GetRequiredService<AuditLog>();
        var entry = Assert.Single(await log.ListAsync(new AuditFilter(AuditAction.DownloadOriginal, Text: $"full/{s_month}"), null, 100, Token));
        Assert.Equal((AuditChannel.Api, TestUsers.Email(UserRole.Viewer)), (entry.Channel, entry.Actor));
    }

    [Fact]
    public async Task Reads_EachOfThem_SaysWhatIsThere()
    {
        using var client = await ClientAsync(UserRole.Viewer);
        var day = SampleSite.Text(SampleSite.Day);

        var days = await JsonAsync(client, $"/api/v1/days?from={SampleSite.Text(SampleSite.Day.AddDays(-60))}&to={day}");
        Assert.Equal(("missing", "collected"), (days[0].GetProperty("state").GetString(), days[days.GetArrayLength() - 1].GetProperty("state").GetString()));
        Assert.Equal(SampleSite.DayImages, (await JsonAsync(client, $"/api/v1/days/{day}")).GetProperty("total_images").GetInt32());
        var lines = (await client.GetStringAsync($"/api/v1/days/{day}/images", Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(SampleSite.DayImages, lines.Length);
        var first = JsonDocument.Parse(lines[0]).RootElement;
        var bytes = await client.GetByteArrayAsync($"/api/v1/days/{day}/images/{first.GetProperty("path").GetString()}", Token);
        Assert.Equal(first.GetProperty("sha256").GetString(), Hashes.Sha256(bytes));

        Assert.Equal(2, (await JsonAsync(client, "/api/v1/datasets")).EnumerateArray().Count(item => item.GetProperty("month").GetString() == s_month.ToString()));
        Assert.Equal($"{s_month}-v1", (await JsonAsync(client, $"/api/v1/datasets/verified/{s_month}/versions"))[0].GetProperty("version").GetString());
        Assert.Equal(
            await site.Pipeline.ReadAsync(ObjectKeys.DatasetInfo(DatasetKind.Full, s_month)), await client.GetByteArrayAsync($"/api/v1/datasets/full/{s_month}/dataset_info.md", Token));

        var comparison = await JsonAsync(client, $"/api/v1/compare?left=verified/{s_month}&right=full/{s_month}");
        var page = await JsonAsync(client, $"/api/v1/compare/images?left=verified/{s_month}&right=full/{s_month}&part=only-right&take=3");
        Assert.True(comparison.GetProperty("only_right").GetInt64() > 3);
        Assert.Equal((comparison.GetProperty("only_right").GetInt64(), 3), (page.GetProperty("total").GetInt64(), page.GetProperty("images").GetArrayLength()));

        var runs = await JsonAsync(client, $"/api/v1/runs?kind=build-dataset&status=succeeded&target=full/{s_month}");
        var id = runs.GetProperty("runs")[0].GetProperty("id").GetString();
        Assert.Equal("build-dataset", (await JsonAsync(client, $"/api/v1/runs/{id}")).GetProperty("kind").GetString());
        Assert.Equal(JsonValueKind.Array, (await JsonAsync(client, $"/api/v1/runs/{id}/events")).ValueKind);
    }

    [Fact]
    public async Task Request_CollectBuildAndCancel_BecomesRunsOfTheTokensUser()
    {
        using var client = await ClientAsync(UserRole.Operator);
        var day = SampleSite.Text(SampleSite.EmptyDay);
        using var collect = await client.PostAsync($"/api/v1/days/{day}/collect", null, Token);
        Assert.Equal(HttpStatusCode.Accepted, collect.StatusCode);
        var location = collect.Headers.Location!.ToString();
        JsonElement run = default;
        await Waiting.UntilAsync(async () => (run = await JsonAsync(client, location)).GetProperty("status").GetString() is not ("requested" or "running"));

        Assert.Equal(("succeeded", "api", TestUsers.Email(UserRole.Operator)), (run.GetProperty("status").GetString(), run.GetProperty("trigger").GetString(), run.GetProperty("requested_by").GetString()));
        using var ended = await client.PostAsync($"{location}/cancel", null, Token);
        Assert.Equal(HttpStatusCode.Conflict, ended.StatusCode);
        using var build = await client.PostAsync($"/api/v1/datasets/full/{s_month}/build", null, Token);
        Assert.Equal(HttpStatusCode.Accepted, build.StatusCode);
        Assert.Contains("/api/v1/runs/", build.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/days/yesterday", 400, "write YYYY-MM-DD")]
    [InlineData("/api/v1/days/2020-01-01", 404, "isn't collected")]
    [InlineData("/api/v1/days?from=2020-01-01", 400, "at most 366 days")]
    [InlineData("/api/v1/days/2020-01-01/images", 404, "There is no list")]
    [InlineData("/api/v1/datasets/best/2026-10", 400, "write verified or full")]
    [InlineData("/api/v1/datasets/full/2026-13", 400, "write YYYY-MM")]
    [InlineData("/api/v1/datasets/full/2020-01", 404, "isn't built")]
    [InlineData("/api/v1/datasets/full/2020-01/dataset_info.md", 404, "isn't built")]
    [InlineData("/api/v1/datasets/full/2020-01/images/Warm/a.jpg", 404, "has no image")]
    [InlineData("/api/v1/datasets/full/2026-10/images/..%2F..%2F..%2Fmetadata%2Flatest-full.json", 404, "has no image")]
    [InlineData("/api/v1/datasets/full/2026-10/images/manifest.json", 404, "has no image")]
    [InlineData("/api/v1/compare?left=full&right=gold", 400, "names no list")]
    [InlineData("/api/v1/compare/images?part=both", 400, "write only-left, only-right or relabelled")]
    [InlineData("/api/v1/runs?kind=dance", 400, "write one of collect-day")]
    [InlineData("/api/v1/runs?take=100000", 400, "from 1 to 500")]
    [InlineData("/api/v1/runs/00000000-0000-0000-0000-000000000001", 404, "There is no run")]
    public async Task Wrong_Request_SaysWhatAndWhatToDo(string path, int status, string says)
    {
        using var client = await ClientAsync(UserRole.Viewer);
        using var response = await client.GetAsync(path, Token);

        Assert.Equal((status, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Contains(says, JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token)).RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryEndpoint_WithoutATokenOrWithASession_IsUnauthorized()
    {
        using var session = await TestUsers.ClientAsync(site.Url);
        using var nobody = TestUsers.NewClient(site.Url, new CookieContainer());
        foreach (var (method, pattern) in Endpoints())
        {
            foreach (var client in new[] { session, nobody })
            {
                using var response = await client.SendAsync(new(method, Filled(pattern)), Token);
                Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (response.StatusCode, response.Headers.WwwAuthenticate.ToString()));
            }
        }
    }

    [Fact]
    public async Task EveryPost_WithAViewersToken_IsForbiddenAndDoesNothing()
    {
        using var client = await ClientAsync(UserRole.Viewer);
        var before = (await site.Pipeline.Services.GetRequiredService<RunStore>().ListAsync(new(), 0, 1, Token)).Total;
        foreach (var (_, pattern) in Endpoints().Where(endpoint => endpoint.Method == HttpMethod.Post))
        {
            using var response = await client.PostAsync(Filled(pattern), null, Token);
            Assert.Equal((HttpStatusCode.Forbidden, pattern), (response.StatusCode, pattern));
        }

        Assert.Equal(before, (await site.Pipeline.Services.GetRequiredService<RunStore>().ListAsync(new(), 0, 1, Token)).Total);
    }

    [Fact]
    public async Task Token_WrongRevokedExpiredOrOfADisabledUser_IsUnauthorized()
    {
        var user = await TestUsers.MakeAsync(site.Pipeline.Services, $"{Guid.NewGuid():n}@example.com", UserRole.Operator);
        var actor = AccessSite.ActorOf(user);
        var kept = await Tokens.CreateAsync(actor, "kept", UserRole.Operator, null, Token);
        var revoked = await Tokens.CreateAsync(actor, "revoked", UserRole.Viewer, null, Token);
        await Tokens.RevokeAsync(actor, revoked.Token.Id, Token);
        foreach (var secret in new[] { revoked.Secret, "dsa_nothing", kept.Secret[..^1], "" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(secret));
        }

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(kept.Secret));
        var accounts = site.Pipeline.Services.GetRequiredService<Accounts>();
        await accounts.SetDisabledAsync(new("test", Guid.NewGuid(), UserRole.Admin, AuditChannel.Site, null), user.Id, isDisabled: true, Token);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(kept.Secret));

        async Task<HttpStatusCode> StatusAsync(string secret)
        {
            using var client = TestUsers.NewClient(site.Url, new CookieContainer());
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {secret}");
            using var response = await client.GetAsync("/api/v1/runs", Token);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task Document_ForTokensAndSessions_HasEveryEndpointAndTheScheme()
    {
        using var client = await ClientAsync(UserRole.Viewer);
        using var session = await TestUsers.ClientAsync(site.Url, UserRole.Viewer);
        var document = await JsonAsync(client, "/api/v1/openapi.json");
        Assert.Equal(HttpStatusCode.OK, (await session.GetAsync("/api/v1/openapi.json", Token)).StatusCode);

        var paths = document.GetProperty("paths");
        foreach (var (method, pattern) in Endpoints())
        {
            var plain = Constraint().Replace(pattern.Replace("{**", "{", StringComparison.Ordinal), "}");
            Assert.True(paths.TryGetProperty(plain, out var path) && path.TryGetProperty(method.Method.ToLowerInvariant(), out var operation) && operation.GetProperty("summary").GetString()!.Length > 0, $"{method} {plain}");
        }

        Assert.Equal("bearer", document.GetProperty("components").GetProperty("securitySchemes").GetProperty("token").GetProperty("scheme").GetString());
    }

    private List<(HttpMethod Method, string Pattern)> Endpoints()
    {
        var endpoints = site.Pipeline.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText?.StartsWith("/api/v1", StringComparison.Ordinal) == true)
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(method => (HttpMethod.Parse(method), endpoint.RoutePattern.RawText!.TrimEnd('/')))).ToList();
        Assert.True(endpoints.Count > 12);
        return endpoints;
    }

    private async Task<HttpClient> ClientAsync(UserRole role)
    {
        await using var context = await site.Pipeline.Services.GetRequiredService<Microsoft.EntityFrameworkCore.IDbContextFactory<DatasetAdmin.Core.Database.AdminDbContext>>().CreateDbContextAsync(Token);
        var user = context.Users.Single(item => item.Email == TestUsers.Email(role));
        var made = await Tokens.CreateAsync(AccessSite.ActorOf(user), "test", role, null, Token);
        var client = TestUsers.NewClient(site.Url, new CookieContainer());
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.Secret);
        return client;
    }

    private static async Task<JsonElement> JsonAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path, Token);
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {(int)response.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    private static string Filled(string pattern) => Parameter().Replace(pattern, match => match.Groups[1].Value switch
    {
        "day" => "2026-10-01",
        "month" => "2026-10",
        "kind" => "full",
        "id" => "00000000-0000-0000-0000-000000000001",
        _ => "Warm/a.jpg",
    });

    [GeneratedRegex(@"\{\**(\w+)[^}]*\}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@":[^}]*\}")]
    private static partial Regex Constraint();
}

public class EmbeddedApiTests(EmbeddedSite site) : ApiTests(site), IClassFixture<EmbeddedSite>;

public class ServersApiTests(ServersSite site) : ApiTests(site), IClassFixture<ServersSite>;
