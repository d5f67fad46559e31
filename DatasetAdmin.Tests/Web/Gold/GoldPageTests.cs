using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using DatasetAdmin.Core.Access;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Gold;
using DatasetAdmin.Tests.Support;
using Microsoft.Playwright;

namespace DatasetAdmin.Tests.Web.Gold;

/// <summary>Gold in a real browser, on both kinds of stores: each test has classes of its own.</summary>
public abstract class GoldPageTests(SampleSite site)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Upload_ImagesAndAZip_AreSeenOpenedRemovedAndRecorded()
    {
        await site.Pipeline.BuildAsync(Month.Of(SampleSite.Day), DatasetKind.Verified);
        await using var page = await TestPage.OpenAsync(site.Url);
        await page.GoToAsync("/gold?class=Vintage");
        await page.ExpectAsync("[data-state=empty]");

        await AddAsync(page, [File("first.jpg", TestImages.Jpeg(501)), File("second.png", TestImages.Png(502)), File("notes.svg", TestImages.Svg())]);
        await page.ExpectTextAsync(".mud-dialog [role=status]", "Added 2 images to gold; 0 were there already, 1 refused.");
        await page.ExpectTextAsync(".gold-events li[data-level=warning]", "Refused notes.svg: unsupported_format.");
        await Button(page, "Add more").ClickAsync();
        await page.ExpectAsync(".gold-drop");
        await page.Get("#gold-files").SetInputFilesAsync(File("more.zip", TestZips.Of(("vintage_girl/third.jpg", TestImages.Jpeg(503)), ("Queen/fourth.jpg", TestImages.Jpeg(504)), ("../fifth.jpg", TestImages.Jpeg(505)))));
        await Button(page, "Add", exact: true).ClickAsync();
        await page.ExpectTextAsync(".mud-dialog [role=status]", "Added 1 image to gold; 0 were there already, 2 refused.");
        await page.AssertAccessibleAsync();
        await page.Get(".mud-dialog").GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        await Assertions.Expect(page.Get("[data-image^='Vintage/']")).ToHaveCountAsync(3);
        await page.Get("[data-image='Vintage/second.png']").ClickAsync();
        await page.ExpectTextAsync(".viewer", Hashes.Sha256(TestImages.Png(502)));
        Assert.Equal("/gold?class=Vintage&image=Vintage%2Fsecond.png", page.Path);
        await page.Page.Keyboard.PressAsync("Escape");

        await page.Get("input[aria-label='Choose Vintage/first.jpg']").CheckAsync();
        await Button(page, "Remove").ClickAsync();
        await page.ExpectTextAsync(".mud-dialog", "Vintage/first.jpg");
        await page.AssertAccessibleAsync();
        await page.Get(".mud-dialog").GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await page.ExpectTextAsync(".mud-alert", "Removed 1 image from gold.");
        await Assertions.Expect(page.Get("[data-image^='Vintage/']")).ToHaveCountAsync(2);
        Assert.DoesNotContain("Vintage/first.jpg", await site.Pipeline.GoldFilesAsync());

        await page.GoToAsync("/gold?tab=changes");
        await page.ExpectTextAsync("tbody tr:nth-child(1)", "Removed 1 image from gold.");
        await page.ExpectTextAsync("tbody tr:nth-child(2)", "Added 1 image to gold");
        await page.ExpectTextAsync("tbody tr:nth-child(3)", "Added 2 images to gold");
        page.AssertClean();

        await site.Pipeline.BuildAsync(Month.Of(SampleSite.Day), DatasetKind.Verified);
        var rows = await site.Pipeline.RowsAsync((await site.Pipeline.DatasetAsync(Month.Of(SampleSite.Day), DatasetKind.Verified)).ImagesFile);
        Assert.Equal(2, rows.Count(row => (string?)row["class"] == "Vintage" && (string?)row["origin"] == "gold"));
    }

    [Fact]
    public async Task Index_AfterAFileCameBesideTheSite_ShowsIt()
    {
        await using var page = await TestPage.OpenAsync(site.Url);
        await site.Pipeline.PutArtifactAsync("datasets/gold/sunny_girl/beside.jpg", TestImages.Jpeg(601));
        await site.Pipeline.PutArtifactAsync("datasets/gold/nobody's <b>folder/x.jpg", TestImages.Jpeg(602));
        await page.GoToAsync("/gold?class=Sunny");

        await Button(page, "Re-index").ClickAsync();

        await Assertions.Expect(page.Get("[data-image='sunny_girl/beside.jpg']")).ToBeVisibleAsync();
        await page.ExpectTextAsync(".gold-folder", "nobody's <b>folder");
        await page.GoToAsync("/gold?tab=classes");
        await page.ExpectTextAsync("tbody tr:has-text('Sunny')", "sunny_girl");
        page.AssertClean();
    }

    [Theory]
    [InlineData("/gold", 1280, false)]
    [InlineData("/gold", 390, true)]
    [InlineData("/gold?tab=classes", 390, false)]
    [InlineData("/gold?tab=classes", 1280, true)]
    [InlineData("/gold?tab=left-out", 390, false)]
    [InlineData("/gold?tab=left-out", 1280, true)]
    [InlineData("/gold?tab=changes", 1280, false)]
    [InlineData("/gold?tab=changes", 390, true)]
    public async Task Page_LightAndDarkWideAndNarrow_IsAccessibleAndFits(string path, int width, bool dark)
    {
        await site.Pipeline.PutArtifactAsync("datasets/gold/Heroin/half.jpg", TestImages.TruncatedJpeg());
        await site.Pipeline.AddGoldAsync("Heroin", ("a.jpg", TestImages.Jpeg(701)));
        await using var page = await TestPage.OpenAsync(site.Url, width, dark);

        await page.GoToAsync(path);
        await page.AssertAccessibleAsync();
        await page.AssertFitsAsync();
        await Button(page, "Add images").ClickAsync();
        await page.ExpectAsync("#gold-files");
        await page.AssertAccessibleAsync();
        await page.AssertFitsAsync();
        page.AssertClean();
    }

    [Fact]
    public async Task Post_WithoutTokenOrTooMuchOrNonsense_IsRefusedAndNothingIsAdded()
    {
        using var client = await TestUsers.ClientAsync(site.Url);
        using var bare = await client.PostAsync("/gold/upload?class=Strong", Body(), Token);
        Assert.Equal(HttpStatusCode.BadRequest, bare.StatusCode);

        var tokens = JsonDocument.Parse(await client.GetStringAsync("/gold/upload", Token)).RootElement;
        var (header, token) = (tokens.GetProperty("header").GetString()!, tokens.GetProperty("token").GetString()!);
        await RefusedAsync("/gold/upload?class=Strong", Body(), "forged", HttpStatusCode.BadRequest, "load it again");
        await RefusedAsync("/gold/upload?class=nobody", Body(), token, HttpStatusCode.BadRequest, "There is no class");
        await RefusedAsync("/gold/upload?class=Strong&split=dev", Body(), token, HttpStatusCode.BadRequest, "There is no split");
        await RefusedAsync("/gold/upload?class=Strong", new StringContent("{}"), token, HttpStatusCode.UnsupportedMediaType, "multipart/form-data");
        await RefusedAsync("/gold/upload?class=Strong", new MultipartFormDataContent { { new StringContent("text"), "field" } }, token, HttpStatusCode.BadRequest, "No file was sent");
        using var torn = new ByteArrayContent("--x\r\nContent-Disposition: form-data; name=files; filename=a.jpg\r\n\r\nabc"u8.ToArray());
        torn.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");
        await RefusedAsync("/gold/upload?class=Strong", torn, token, HttpStatusCode.BadRequest, "send the files again");
        Assert.DoesNotContain(await site.Pipeline.GoldFilesAsync(), file => file.StartsWith("Strong", StringComparison.Ordinal));

        using var other = await TestUsers.ClientAsync(site.Url, UserRole.Operator);
        using var stolen = new HttpRequestMessage(HttpMethod.Post, "/gold/upload?class=Strong") { Content = Body() };
        stolen.Headers.Add(header, token);
        using var ofAnother = await other.SendAsync(stolen, Token);
        Assert.Equal(HttpStatusCode.BadRequest, ofAnother.StatusCode);

        async Task RefusedAsync(string url, HttpContent content, string sent, HttpStatusCode status, string says)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
            request.Headers.Add(header, sent);
            using var response = await client.SendAsync(request, Token);
            Assert.Equal((status, url), (response.StatusCode, url));
            Assert.Contains(says, await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }

        static MultipartFormDataContent Body() => new() { { new ByteArrayContent(TestImages.Jpeg(800)), "files", "a.jpg" } };
    }

    private static async Task AddAsync(TestPage page, FilePayload[] files)
    {
        await Button(page, "Add images").ClickAsync();
        await page.Get("#gold-files").SetInputFilesAsync(files);
        await Button(page, "Add", exact: true).ClickAsync();
    }

    private static ILocator Button(TestPage page, string name, bool exact = false) => page.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = exact });

    private static FilePayload File(string name, byte[] bytes) => new() { Name = name, MimeType = "application/octet-stream", Buffer = bytes };
}

public class EmbeddedGoldPageTests(EmbeddedSite site) : GoldPageTests(site), IClassFixture<EmbeddedSite>;

public class ServersGoldPageTests(ServersSite site) : GoldPageTests(site), IClassFixture<ServersSite>;
