using DatasetAdmin.Core.Access;
using DatasetAdmin.Web.Edge;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Tests.Web.Edge;

/// <summary>Who is believed about where a request comes from.</summary>
public class ProxyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "false", "203.0.113.9", "127.0.0.1")]
    [InlineData("", "true", "203.0.113.9", "127.0.0.1")]
    [InlineData("10.0.0.0/8, ::1", "false", "203.0.113.9", "127.0.0.1")]
    [InlineData("127.0.0.1", "false", "203.0.113.9", "203.0.113.9")]
    [InlineData("127.0.0.0/8,10.0.0.0/8", "true", "198.51.100.1, 203.0.113.9, 10.1.2.3", "203.0.113.9")]
    public async Task Forwarded_Address_IsBelievedFromTrustedProxiesOnly(string trusted, string frameworkSwitch, string header, string expected)
    {
        await using var site = await EmptySite.StartAsync(("Proxies:Trusted", trusted), ("ForwardedHeaders_Enabled", frameworkSwitch));
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = new(site.Url) };
        client.DefaultRequestHeaders.Add("X-Forwarded-For", header);
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        client.DefaultRequestHeaders.Add("X-Forwarded-Host", "evil.example");
        client.DefaultRequestHeaders.Host = "datasets.example";

        using var page = await client.GetAsync("/sign-in", Token);
        var cookie = Assert.Single(page.Headers.GetValues("Set-Cookie"));
        client.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]);
        using var post = await TestUsers.PostFormAsync(client, "/sign-in", "/account/sign-in", ("email", "somebody@example.com"), ("password", "wrong"));

        var entry = Assert.Single(await site.Services.GetRequiredService<AuditLog>().ListAsync(new(Text: "somebody"), null, 10, Token));
        Assert.Equal(expected, entry.Address);
        Assert.DoesNotContain("evil.example", post.Headers.Location!.ToString(), StringComparison.Ordinal);

        // What comes over https stays there.
        var isHttps = expected != "127.0.0.1";
        Assert.Equal(isHttps ? ["max-age=31536000"] : [], page.Headers.TryGetValues("Strict-Transport-Security", out var values) ? values : []);
        Assert.StartsWith("DatasetAdmin.Forms=", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(isHttps, cookie.Contains("; secure", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.5")]
    [InlineData("10.0.0.5, 10.1.0.0/16 ,fd00::/8, 2001:db8::1,")]
    public void Trusted_AddressesAndNetworks_AreTaken(string trusted) =>
        Assert.True(new ValidateProxyOptions().Validate(null, new() { Trusted = trusted }).Succeeded);

    [Theory]
    [InlineData("proxy.internal", "no address and no network")]
    [InlineData("10", "no address and no network")]
    [InlineData("10.0.0.5 10.0.0.6", "no address and no network")]
    [InlineData("10.0.0.0/33", "no address and no network")]
    [InlineData("10.0.0.5:8080", "no address and no network")]
    [InlineData("*", "no address and no network")]
    [InlineData("0.0.0.0/0", "everybody")]
    [InlineData("10.0.0.5, ::/0", "everybody")]
    public void Trusted_AnythingElse_IsRefusedWithWhatToWrite(string trusted, string expected)
    {
        var result = new ValidateProxyOptions().Validate(null, new() { Trusted = trusted });

        Assert.Contains(expected, result.FailureMessage, StringComparison.Ordinal);
        Assert.Contains("Proxies:Trusted has '", result.FailureMessage, StringComparison.Ordinal);
    }
}
