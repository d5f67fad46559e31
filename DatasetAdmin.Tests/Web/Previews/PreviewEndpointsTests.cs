using System.Net;
using System.Net.Http.Headers;
using System.Text;
using DatasetAdmin.Core.Images;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Support;
using DatasetAdmin.Web;
using NetVips;

namespace DatasetAdmin.Tests.Web.Previews;

/// <summary>Images over HTTP, on both backends.</summary>
public abstract class PreviewEndpointsTests(SampleSite site)
{
    private const string Folder = "datasets/candidates/2026-10-20/Queen/";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Thumbnail_TurnedPhotoWithMetadata_IsSmallUprightAndBare()
    {
        var key = await PutAsync("turned.jpg", TestImages.OrientedJpeg(7, orientation: 6, width: 900, height: 1200));
        using var response = await GetAsync(AppUrls.Thumbnail(key, null, Thumbnails.Small));

        Assert.Equal((HttpStatusCode.OK, "image/webp"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        using var picture = Image.NewFromBuffer(await response.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal((216, 288), (picture.Width, picture.Height));
        Assert.DoesNotContain(picture.GetFields(), field => field.StartsWith("exif", StringComparison.Ordinal) || field == "orientation");
    }

    [Fact]
    public async Task Thumbnail_AnyAcceptedFormat_IsMade()
    {
        Dictionary<string, byte[]> photos = new()
        {
            ["a.png"] = TestImages.PngOf("RGBA", 1),
            ["b.png"] = TestImages.PngOf("RGB;16", 2),
            ["c.webp"] = TestImages.WebP(3),
            ["d.avif"] = TestImages.Avif(4),
            ["e.jpg"] = TestImages.CmykJpeg(5),
            ["f.jpg"] = TestImages.GreyJpeg(6),
            ["g (1) %25.jpg"] = TestImages.ProgressiveJpeg(7),
        };
        foreach (var (name, bytes) in photos)
        {
            var key = await PutAsync(name, bytes);
            foreach (var size in Thumbnails.Sizes)
            {
                using var response = await GetAsync(AppUrls.Thumbnail(key, null, size));
                Assert.True(response.StatusCode == HttpStatusCode.OK, $"{name}: {response.StatusCode}");
                using var picture = Image.NewFromBuffer(await response.Content.ReadAsByteArrayAsync(Token));
                Assert.Equal(Math.Min(size, 400), picture.Height);
            }
        }
    }

    [Fact]
    public async Task Thumbnail_AskedForWithItsETag_IsKeptForGoodAndNotSentAgain()
    {
        var key = await PutAsync("kept.jpg", TestImages.Jpeg(11));
        using var first = await GetAsync(AppUrls.Thumbnail(key, null, Thumbnails.Small));
        var etag = first.Headers.ETag!;
        Assert.Contains("no-cache", first.Headers.CacheControl!.ToString(), StringComparison.Ordinal);

        using var second = await GetAsync(AppUrls.Thumbnail(key, etag.Tag.Trim('"'), Thumbnails.Small));
        Assert.Equal("max-age=31536000, private, immutable", second.Headers.CacheControl!.ToString());
        Assert.Equal(await first.Content.ReadAsByteArrayAsync(Token), await second.Content.ReadAsByteArrayAsync(Token));

        using var again = await GetAsync(AppUrls.Thumbnail(key, etag.Tag.Trim('"'), Thumbnails.Small), etag);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task Thumbnail_ObjectReplaced_ShowsTheNewOneToWhoKnowsNoVersion()
    {
        var key = await PutAsync("replaced.jpg", TestImages.Jpeg(12));
        using var first = await GetAsync(AppUrls.Thumbnail(key, null, Thumbnails.Small));
        await PutAsync("replaced.jpg", TestImages.Jpeg(13, 400, 320));

        using var second = await GetAsync(AppUrls.Thumbnail(key, null, Thumbnails.Small), first.Headers.ETag);

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        using var picture = Image.NewFromBuffer(await second.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal(288, picture.Width);
    }

    [Fact]
    public async Task Thumbnail_WhatIsNoPicture_IsNotFoundWithAPlaceholder()
    {
        await PutAsync("cut.jpg", TestImages.TruncatedJpeg());
        await PutAsync("text.jpg", Encoding.UTF8.GetBytes("<html><script>alert(1)</script></html>"));
        await PutAsync("empty.jpg", []);
        await PutAsync("vector.jpg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>"u8.ToArray());
        foreach (var name in new[] { "cut.jpg", "text.jpg", "empty.jpg", "vector.jpg", "nothing.jpg" })
        {
            using var response = await GetAsync(AppUrls.Thumbnail(Folder + name, null, Thumbnails.Small));
            Assert.True(response.StatusCode == HttpStatusCode.NotFound, $"{name}: {response.StatusCode}");
            Assert.Equal("image/svg+xml", response.Content.Headers.ContentType!.MediaType);
            Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
            Assert.DoesNotContain("alert", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("datasets/candidates/2026-10-05/manifest.json")]
    [InlineData("datasets/full/2026-10/version.txt")]
    [InlineData("metadata/gold/index.json")]
    [InlineData("models/checkpoints/a.jpg")]
    [InlineData("datasets/gold/../candidates/2026-10-05/manifest.json")]
    [InlineData("datasets/other/2026-10/Queen/a.jpg")]
    [InlineData("datasets/gold//a.jpg")]
    public async Task AnyImage_KeyThatIsNoImages_IsNotFound(string key)
    {
        foreach (var url in new[] { $"/images/thumbnail/288/{key}", $"/images/original/{key}", $"/images/original/{key.Replace("/", "%2F", StringComparison.Ordinal)}" })
        {
            using var response = await GetAsync(url);
            Assert.Equal((HttpStatusCode.NotFound, "image/svg+xml"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        }
    }

    [Fact]
    public async Task Original_APicture_ComesAsItWasUploaded()
    {
        var bytes = TestImages.OrientedJpeg(21, orientation: 3);
        var key = await PutAsync("größe \"1\".jpg", bytes);

        using var shown = await GetAsync(AppUrls.Original(key, null));
        Assert.Equal("image/jpeg", shown.Content.Headers.ContentType!.MediaType);
        Assert.Equal("inline", shown.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal(bytes, await shown.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal(bytes.Length, shown.Content.Headers.ContentLength);

        using var saved = await GetAsync(AppUrls.Original(key, null, download: true));
        Assert.Equal(("attachment", "größe \"1\".jpg"), (saved.Content.Headers.ContentDisposition!.DispositionType, saved.Content.Headers.ContentDisposition.FileNameStar));

        using var known = await GetAsync(AppUrls.Original(key, null), shown.Headers.ETag);
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
    }

    [Fact]
    public async Task Original_WhatIsNoPicture_IsOnlyEverSaved()
    {
        var key = await PutAsync("page.jpg", "<html><script>alert(1)</script></html>"u8.ToArray());
        using var response = await GetAsync(AppUrls.Original(key, null));

        Assert.Equal(("application/octet-stream", "attachment"), (response.Content.Headers.ContentType!.MediaType, response.Content.Headers.ContentDisposition!.DispositionType));
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task Thumbnail_ManyAskAtOnce_EachGetsTheSame()
    {
        var key = await PutAsync("wanted.jpg", TestImages.Jpeg(31, 1600, 2000));
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ =>
        {
            using var response = await GetAsync(AppUrls.Thumbnail(key, null, Thumbnails.Small));
            return Hashes.Sha256(await response.Content.ReadAsByteArrayAsync(Token));
        }));

        Assert.Single(answers.Distinct());
    }

    private async Task<string> PutAsync(string name, byte[] bytes)
    {
        await site.Pipeline.PutArtifactAsync(Folder + name, bytes);
        return Folder + name;
    }

    private async Task<HttpResponseMessage> GetAsync(string path, EntityTagHeaderValue? known = null)
    {
        using var client = await TestUsers.ClientAsync(site.Url);

        // Not through Uri, which would tidy the path up before it's sent.
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(site.Url + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (known is not null)
        {
            request.Headers.IfNoneMatch.Add(known);
        }

        return await client.SendAsync(request, Token);
    }
}

public class EmbeddedPreviewEndpointsTests(EmbeddedSite site) : PreviewEndpointsTests(site), IClassFixture<EmbeddedSite>;

public class ServersPreviewEndpointsTests(ServersSite site) : PreviewEndpointsTests(site), IClassFixture<ServersSite>;
