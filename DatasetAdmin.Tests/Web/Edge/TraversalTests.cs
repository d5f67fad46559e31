using System.Net;
using System.Text;
using DatasetAdmin.Core.Access;

namespace DatasetAdmin.Tests.Web.Edge;

/// <summary>Addresses that try to lead out of what may be read, on both stores.</summary>
public abstract class TraversalTests(SampleSite site)
{
    // The marks are in files that lie beside what is served.
    private const string Mark = "this lies elsewhere";

    private static readonly string[] s_ways =
    [
        "..", "../..", "%2e%2e", "%2E%2E/%2e%2e", "%2e%2e%2f%2e%2e", "..%2f..", "..%2F..%2F..", "..%5c..", "..\\..", "..%c0%af..", "%c0%ae%c0%ae", "%e0%80%ae%e0%80%ae", "%252e%252e", "%252e%252e%252f",
        "..%00", "%00", "..;", "....//", "..%ef%bc%8f..", "%ef%bc%8e%ef%bc%8e", "%u002e%u002e", ".%0d./", "..%01", "%c1%9c..", "%fe%80", "C:%5c", "file:%2f%2f", "~", "%2f", "%2fetc%2fpasswd%23",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnyFile_AddressThatLeadsElsewhere_IsRefusedAndGivesNothing()
    {
        await site.Pipeline.PutArtifactAsync("models/checkpoints/mark.jpg", Encoding.UTF8.GetBytes(Mark));
        await site.Pipeline.PutArtifactAsync("metadata/mark.jpg", Encoding.UTF8.GetBytes(Mark));
        var folder = site.Pipeline.Settings["DataFolder"];
        await File.WriteAllTextAsync(Path.Combine(folder, "mark.jpg"), Mark, Token);
        using var client = await TestUsers.ClientAsync(site.Url, UserRole.Admin);
        string[] files = ["mark.jpg", "models/checkpoints/mark.jpg", "metadata%2fmark.jpg"];
        string[] places =
        [
            "/images/original/", "/images/original/datasets/", "/images/original/datasets/gold/queen/", "/images/thumbnail/288/datasets/gold/", "/images/original/%2f/", "/datasets/", "/datasets/full/", "/datasets/full/2026-10/",
            "/_framework/", "/_content/MudBlazor/", "/",
        ];
        foreach (var way in s_ways)
        {
            foreach (var place in places)
            {
                foreach (var file in files)
                {
                    await AssertNothingAsync(client, $"{place}{way}/{file}");
                }
            }

            await AssertNothingAsync(client, $"/datasets/{way}/2026-10/manifest.json");
            await AssertNothingAsync(client, $"/datasets/full/{way}/manifest.json");
            await AssertNothingAsync(client, $"/datasets/full/{way}/images.csv");
            await AssertNothingAsync(client, $"/images/thumbnail/{way}/datasets/gold/queen/gold%209001.jpg");
        }
    }

    [Theory]
    [InlineData("/datasets/full/2026-10/manifest.json?version=../../../../metadata")]
    [InlineData("/datasets/full/2026-10/manifest.json?version=-1")]
    [InlineData("/datasets/full/2026-10/manifest.json?version=99999999999999999999")]
    [InlineData("/datasets/full/0000-00/manifest.json")]
    [InlineData("/datasets/full/9999-13/manifest.json")]
    [InlineData("/datasets/full%2f..%2fgold/2026-10/manifest.json")]
    [InlineData("/datasets/FULL/2026-10/manifest.json")]
    [InlineData("/datasets/full/2026-10%00/manifest.json")]
    [InlineData("/images/thumbnail/999999999999/datasets/gold/queen/gold%209001.jpg")]
    [InlineData("/images/thumbnail/-288/datasets/gold/queen/gold%209001.jpg")]
    [InlineData("/images/thumbnail/289/datasets/gold/queen/gold%209001.jpg")]
    [InlineData("/images/original/")]
    [InlineData("/images/original/%ff%fe%fd.jpg")]
    [InlineData("/images/original/datasets/gold/queen/%ed%a0%80.jpg")]
    public async Task AnyFile_ValuesThatCantBe_AreRefused(string path)
    {
        using var client = await TestUsers.ClientAsync(site.Url, UserRole.Admin);

        await AssertNothingAsync(client, path);
    }

    [Fact]
    public async Task AnyFile_KeyOfUnboundedLength_IsRefused()
    {
        using var client = await TestUsers.ClientAsync(site.Url, UserRole.Admin);

        await AssertNothingAsync(client, $"/images/original/datasets/gold/queen/{new string('a', 1100)}.jpg");
        await AssertNothingAsync(client, $"/images/original/datasets/gold/queen/{string.Concat(Enumerable.Repeat("a/", 600))}a.jpg");
    }

    private async Task AssertNothingAsync(HttpClient client, string path)
    {
        using var response = await client.GetRawAsync(site.Url, path);

        // Some of these are ordinary addresses of pages once their dots are resolved. Files are never HTML.
        var isPage = response.StatusCode == HttpStatusCode.OK && response.Content.Headers.ContentType!.MediaType == "text/html";
        Assert.True(response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest || isPage, $"{path}: {response.StatusCode}");
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.DoesNotContain(Mark, text, StringComparison.Ordinal);
    }
}

public class EmbeddedTraversalTests(EmbeddedSite site) : TraversalTests(site), IClassFixture<EmbeddedSite>;

public class ServersTraversalTests(ServersSite site) : TraversalTests(site), IClassFixture<ServersSite>;
