using System.Text.Json;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Tests.Web;

/// <summary>What others write, the product's users above all, is shown as what they wrote: no page takes it for markup.</summary>
public class MarkupTests
{
    private const string Image = "<img src=x onerror=alert(1)>";
    private const string Script = "\"'><script>alert(1)</script>";
    private const string Link = "javascript:alert(1)";

    private static readonly DateOnly s_day = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-3);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnyPage_OfWhatHasMarkupInIt_ShowsItAsText()
    {
        await using var site = await EmptySite.StartAsync();
        await FillAsync(site);
        var run = await site.CollectAsync(s_day);
        var day = $"/candidates/{SampleSite.Text(s_day)}";
        await using var page = await TestPage.OpenAsync(site.Url);
        page.Page.Dialog += (_, dialog) => Assert.Fail($"A script ran: {dialog.Message}");

        await OpenAsync(page, day);
        await page.Get(".image-tile[data-image]").First.ClickAsync();
        foreach (var text in new[] { $"user {Image}", $"initial {Script}", $"key {Image} {Link}.jpg" })
        {
            await page.ExpectTextAsync(".viewer-facts", text);
        }

        await AssertNoMarkupAsync(page, day);

        await OpenAsync(page, $"{day}?tab=rejected");
        foreach (var text in new[] { $"style {Image}", $"missing {Image}.jpg", Link, $"id {Script}" })
        {
            await page.ExpectTextAsync("#content", text);
        }

        await OpenAsync(page, "/gold");
        await page.ExpectTextAsync("#content", $"folder {Image}");
        await OpenAsync(page, $"/runs/{run.Id}");
        var asked = await site.Services.GetRequiredService<RunQueue>().RequestAsync(new(RunKind.CollectDay, "2026-09-01", RunTrigger.Api, $"asked {Image}"), Token);
        await OpenAsync(page, $"/runs/{asked.Run.Id}");
        await page.ExpectTextAsync("#content", $"asked {Image}");
        await OpenAsync(page, "/runs");
        await OpenAsync(page, "/candidates");
        await OpenAsync(page, "/");
        page.AssertClean();
    }

    [Theory]
    [InlineData(Image)]
    [InlineData(Script)]
    [InlineData(Link)]
    public async Task AnyPage_WithMarkupInItsAddress_TakesItForText(string text)
    {
        await using var site = await EmptySite.StartAsync();
        await using var page = await TestPage.OpenAsync(site.Url);
        page.Page.Dialog += (_, dialog) => Assert.Fail($"A script ran: {dialog.Message}");
        var value = Uri.EscapeDataString(text);
        foreach (var path in new[]
        {
            $"/runs?target={value}&status={value}&kind={value}&page={value}", $"/candidates/{value}", $"/candidates?month={value}", $"/candidates/2026-10-05?class={value}&search={value}&tab={value}&reason={value}",
            $"/compare?left={value}&right={value}", $"/model?of={value}", $"/gold?class={value}&search={value}&split={value}", $"/datasets/{value}/{value}", $"/datasets/full/2026-10?version={value}",
        })
        {
            await OpenAsync(page, path);
        }

        page.AssertClean();
        await using var outside = await TestPage.OpenAsync(site.Url, role: null);
        foreach (var path in new[] { $"/sign-in?problem={value}&return={value}", $"/sign-in?return=/{value}", $"/sign-in/code?problem={value}", $"/setup?code={value}&problem={value}" })
        {
            await outside.Page.GotoAsync(path);
            await outside.ExpectAsync("h1");
            await AssertNoMarkupAsync(outside, path);
        }

        outside.AssertClean();
    }

    private static async Task FillAsync(TestPipeline site)
    {
        var good = $"key {Image} {Link}.jpg";
        await site.PutPhotoAsync(good, TestImages.Jpeg(1, 240, 300));
        await AddAsync(site, 1, $"id {Script}", $"user {Image}", JsonSerializer.Serialize(new[] { good }), "Queen", $"initial {Script}");
        await AddAsync(site, 2, "id 2", $"user {Script}", JsonSerializer.Serialize(new[] { good }), $"style {Image}", "Queen");
        await AddAsync(site, 3, $"id {Script} 3", "user 3", JsonSerializer.Serialize(new[] { $"missing {Image}.jpg" }), "Queen", "Queen");
        await AddAsync(site, 4, "id 4", "user 4", JsonSerializer.Serialize(new[] { Link, $"http://{Image}/{Script}", $"https://evil.example/{Image}" }), "Queen", "Queen");
        await AddAsync(site, 5, "id 5", "user 5", $"not json {Image}", "Queen", "Queen");
        await site.PutArtifactAsync($"{ObjectKeys.Gold}folder {Image}/a.jpg", TestImages.Jpeg(2, 240, 300));
        await site.PutArtifactAsync($"{ObjectKeys.Gold}queen/name {Image}.jpg", TestImages.Jpeg(3, 240, 300));
    }

    private static Task AddAsync(TestPipeline site, int number, string id, string user, string urls, string style, string initial) => site.Predictions.ExecuteAsync(
        "INSERT INTO user_styles VALUES (@id, @user, @urls, @style, @initial, 0, NULL, NULL, @created, 0.75)",
        ("id", id), ("user", user), ("urls", urls), ("style", style), ("initial", initial), ("created", $"{SampleSite.Text(s_day)}T08:00:0{number}.000000Z"));

    private static async Task OpenAsync(TestPage page, string path)
    {
        await page.GoToAsync(path);
        await page.ExpectAsync("h1");
        await AssertNoMarkupAsync(page, path);
    }

    // Also where the policy would have kept it from running.
    private static async Task AssertNoMarkupAsync(TestPage page, string path)
    {
        var found = await page.Page.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll('[onerror], [onload], script:not([src]), img[src="x"], [href^="javascript:" i], [action^="javascript:" i], [formaction]')].map(element => element.outerHTML)
            """);
        Assert.True(found.Length == 0, $"{path}: {string.Join('\n', found)}");
    }
}
