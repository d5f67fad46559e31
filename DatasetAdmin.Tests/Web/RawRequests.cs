namespace DatasetAdmin.Tests.Web;

/// <summary>Requests whose address is sent as it stands: <see cref="Uri"/> would tidy up just what the attack is.</summary>
internal static class RawRequests
{
    public static HttpRequestMessage Get(string site, string path) =>
        new(HttpMethod.Get, new Uri(site + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));

    public static Task<HttpResponseMessage> GetRawAsync(this HttpClient client, string site, string path) =>
        client.SendAsync(Get(site, path), TestContext.Current.CancellationToken);

    /// <summary>As a browser asks for a page.</summary>
    public static Task<HttpResponseMessage> GetPageAsync(this HttpClient client, string site, string path)
    {
        var request = Get(site, path);
        request.Headers.Add("Accept", "text/html");
        return client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
