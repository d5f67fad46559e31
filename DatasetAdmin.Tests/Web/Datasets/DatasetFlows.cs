using System.Text;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Storage;
using Microsoft.Playwright;

namespace DatasetAdmin.Tests.Web.Datasets;

/// <summary>What an admin does with datasets, clicked through in a real browser.</summary>
public abstract partial class DatasetFlows(SampleSite site)
{
    private static readonly Month s_month = Month.Of(SampleSite.Day);
    private static readonly string s_verified = $"/datasets/verified/{s_month}";

    [Fact]
    public async Task Rebuild_AfterARelabel_SaysWhatItWouldDoDoesItAndShowsWhatChanged()
    {
        await site.Pipeline.BuildAsync(s_month, DatasetKind.Verified);
        var before = (await site.Pipeline.DatasetAsync(s_month, DatasetKind.Verified)).GetVersion();

        // The first is verified and a Queen.
        await site.Pipeline.Predictions.RelabelAsync(0, "Soft");
        await using var page = await TestPage.OpenAsync(site.Url);
        await page.GoToAsync("/datasets");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = $"Rebuild verified/{s_month}" }).ClickAsync();

        await WaitForDryRunAsync(page);
        await page.ExpectTextAsync("[data-build=dry-run]", $"{before} → {before.Next}");
        await Assertions.Expect(page.Get(".summary div:has(dt:text-is('Relabelled'))")).ToContainTextAsync("1");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = $"Build {before.Next}" }).ClickAsync();
        await page.Get("[data-build=succeeded]").WaitForAsync();
        await page.ExpectTextAsync("[data-build=succeeded]", "0 added, 0 removed, 1 relabelled");

        // The run stands in the URL: a reload shows the same.
        await page.ReloadAsync();
        await page.ExpectAsync("[data-build=succeeded]");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = $"What {before.Next} changed" }).ClickAsync();
        await page.SettleAsync();
        Assert.Equal($"/compare?left=verified%2F{s_month}%2Fv{before.Number}&right=verified%2F{s_month}%2Fv{before.Next.Number}", page.Path);
        await page.ExpectTextAsync(".chips", "Queen → Soft 1");
        await page.Get(".image-tile[data-image]").First.ClickAsync();

        // It had been predicted as Fire, which isn't what it was on the left.
        await page.ExpectTextAsync("dialog.viewer[open] .viewer-facts h2", "Soft");
        await page.ExpectTextAsync("dialog.viewer[open] .viewer-facts", "On the leftQueen");
        await page.ExpectTextAsync("dialog.viewer[open] .viewer-facts", "Predicted as Fire");
        await page.Page.Keyboard.PressAsync("Escape");

        await page.GoToAsync($"{s_verified}?tab=versions");
        await page.ExpectTextAsync($"[data-version='{before.Next}']", "1 relabelled");
        Assert.Equal($"{before.Next}\n", Encoding.UTF8.GetString(await GetAsync(page, $"{s_verified}/version.txt")));
        page.AssertClean();
    }

    [Fact]
    public async Task Load_Copied_IsTheCodeOnThePage()
    {
        await BuildBothAsync();
        await using var page = await TestPage.OpenAsync(site.Url);
        await page.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page.GoToAsync($"{s_verified}?tab=files");

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Copy", Exact = true }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Copied", Exact = true }).WaitForAsync();

        var copied = await page.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
        Assert.Contains($"/datasets/verified/{s_month}\"", copied, StringComparison.Ordinal);
        Assert.Equal(await page.Get("pre.code").TextContentAsync(), copied);
        page.AssertClean();
    }

    [Fact]
    public async Task Download_EachFile_HasTheStoresBytes()
    {
        await BuildBothAsync();
        await using var page = await TestPage.OpenAsync(site.Url);
        await page.GoToAsync($"{s_verified}?tab=files");

        var download = await page.Page.RunAndWaitForDownloadAsync(() => page.Page.GetByRole(AriaRole.Link, new() { Name = "dataset_info.md" }).ClickAsync());
        Assert.Equal($"verified-{s_month}-dataset_info.md", download.SuggestedFilename);
        Assert.Equal(
            await site.Pipeline.ReadAsync(ObjectKeys.DatasetInfo(DatasetKind.Verified, s_month)),
            await File.ReadAllBytesAsync(await download.PathAsync(), TestContext.Current.CancellationToken));

        var manifest = await site.Pipeline.DatasetAsync(s_month, DatasetKind.Verified);
        Assert.Equal(await site.Pipeline.ReadAsync(ObjectKeys.DatasetManifest(DatasetKind.Verified, s_month)), await GetAsync(page, $"{s_verified}/manifest.json"));
        Assert.Equal(await site.Pipeline.ReadAsync(manifest.ImagesFile.Key), await GetAsync(page, $"{s_verified}/images.parquet"));
        Assert.Equal(manifest.Totals.Images, Encoding.UTF8.GetString(await GetAsync(page, $"{s_verified}/images.jsonl")).Count(letter => letter == '\n'));
        Assert.StartsWith("path,split,", Encoding.UTF8.GetString(await GetAsync(page, $"{s_verified}/images.csv")), StringComparison.Ordinal);
        Assert.Equal(
            await site.Pipeline.ReadAsync($"{ObjectKeys.Version(new(s_month, 1), DatasetKind.Verified)}manifest.json"), await GetAsync(page, $"{s_verified}/manifest.json?version=1"));
        Assert.Equal(404, (await page.Page.APIRequest.GetAsync($"{site.Url}/datasets/verified/2020-01/images.csv")).Status);
        page.AssertClean();
    }

    [Theory]
    [InlineData("/datasets")]
    [InlineData("/datasets/verified/{month}")]
    [InlineData("/datasets/verified/{month}?tab=images&class=Queen")]
    [InlineData("/datasets/verified/{month}?tab=days")]
    [InlineData("/datasets/full/{month}?tab=left-out")]
    [InlineData("/datasets/verified/{month}?tab=versions")]
    [InlineData("/datasets/verified/{month}?tab=model")]
    [InlineData("/datasets/verified/{month}?tab=files")]
    [InlineData("/datasets/verified/{month}?tab=build")]
    [InlineData("/datasets/full/2020-01")]
    [InlineData("/compare")]
    [InlineData("/compare?left=verified/{month}&right=full/{month}")]
    [InlineData("/compare?left=nothing&right=day/{month}-05")]
    [InlineData("/model")]
    [InlineData("/model?of=day/{month}-05")]
    [InlineData("/model/images?class=Queen&initial=Queen")]
    [InlineData("/model/images?of={month}&class=Warm&initial=nothing")]
    public async Task Page_LightDarkAndPhone_IsAccessibleFitsAndFaultless(string path)
    {
        await BuildBothAsync();
        foreach (var (width, dark) in new[] { (1280, false), (1280, true), (390, false) })
        {
            await using var page = await TestPage.OpenAsync(site.Url, width, dark);
            await page.Page.GotoAsync(path.Replace("{month}", s_month.ToString(), StringComparison.Ordinal).Replace("{day}", SampleSite.Text(SampleSite.Day), StringComparison.Ordinal));
            if (path.EndsWith("tab=build", StringComparison.Ordinal))
            {
                await WaitForDryRunAsync(page);
            }

            await page.SettleAsync();
            await page.AssertAccessibleAsync();
            await page.AssertFitsAsync();
            page.AssertClean();
        }
    }

    // A dry run reads the whole month: it takes its time, as a build does.
    private static Task WaitForDryRunAsync(TestPage page) => page.Get("[data-build=dry-run] .summary").WaitForAsync();

    private async Task BuildBothAsync()
    {
        foreach (var kind in DatasetKinds.All)
        {
            await site.Pipeline.BuildAsync(s_month, kind);
        }
    }

    private async Task<byte[]> GetAsync(TestPage page, string path)
    {
        var response = await page.Page.APIRequest.GetAsync(site.Url + path);
        Assert.Equal(200, response.Status);
        return await response.BodyAsync();
    }
}

public sealed class EmbeddedDatasetFlows(EmbeddedSite site) : DatasetFlows(site), IClassFixture<EmbeddedSite>;

public sealed class ServersDatasetFlows(ServersSite site) : DatasetFlows(site), IClassFixture<ServersSite>;
