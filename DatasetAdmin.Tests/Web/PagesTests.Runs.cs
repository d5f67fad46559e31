using DatasetAdmin.Core.Runs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace DatasetAdmin.Tests.Web;

// Runs: asked for, followed and cancelled.
public abstract partial class PagesTests
{
    [Fact]
    public async Task Collect_ADayThatIsMissing_RunsLiveAndShowsItsImages()
    {
        await using var page = await TestPage.OpenAsync(site.Url);
        await page.GoToAsync($"/candidates/{SampleSite.Text(SampleSite.OpenDay)}");
        await page.ExpectTextAsync("[data-state=empty]", "This day isn't collected.");

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Collect", Exact = true }).ClickAsync();

        await page.ExpectExactAsync(".day-grid [role=status]", "4 images");
        await page.ExpectTextAsync(".mud-alert", "Collected 4 predictions");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "The run" }).ClickAsync();
        await page.ExpectTextAsync("h1", $"Collect {SampleSite.Text(SampleSite.OpenDay)}");
        await page.ExpectTextAsync(".run-status", "succeeded");
        await page.AssertAccessibleAsync();
        page.AssertClean();
    }

    [Fact]
    public async Task Calendar_RangeAskedFor_GoesThroughTheQueueInSight()
    {
        var (first, last) = (SampleSite.Text(SampleSite.EmptyDay), SampleSite.Text(SampleSite.EmptyDay.AddDays(1)));
        await using var page = await TestPage.OpenAsync(site.Url);
        await page.GoToAsync("/candidates");
        await page.ExpectTextAsync($".day[href$='{SampleSite.Text(SampleSite.Day)}']", "60");

        await page.Page.GetByLabel("From day (UTC)").FillAsync(last);
        await page.Page.GetByLabel("To day").FillAsync(first);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Collect", Exact = true }).ClickAsync();
        await page.ExpectTextAsync(".collect-range [role=status]", "The last day lies before the first.");

        await page.Page.GetByLabel("From day (UTC)").FillAsync(first);
        await page.Page.GetByLabel("To day").FillAsync(last);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Collect", Exact = true }).ClickAsync();
        await page.ExpectTextAsync(".collect-range [role=status]", "2 days put into the queue");
        await page.ExpectAsync($".day.collected[href$='{first}']");
        await page.ExpectAsync($".day.collected[href$='{last}']");
        page.AssertClean();
    }

    [Fact]
    public async Task RunsPage_OfARunThatEnded_IsAccessibleLightDarkAndOnAPhone()
    {
        var run = (await site.Pipeline.Services.GetRequiredService<RunStore>().ListAsync(new RunFilter(RunKind.CollectDay, SampleSite.Text(SampleSite.Day)), 0, 1, Token)).Runs[0];
        foreach (var (width, dark) in new[] { (1280, false), (1280, true), (390, false) })
        {
            await using var page = await TestPage.OpenAsync(site.Url, width, dark);
            await page.GoToAsync($"/runs/{run.Id}");

            await page.ExpectTextAsync(".run-status", "succeeded");
            await page.AssertAccessibleAsync();
            await page.AssertFitsAsync();
            page.AssertClean();
        }
    }

    [Fact]
    public async Task Run_StartedElsewhere_IsSeenOnEveryOpenPageWithoutReload()
    {
        var executor = site.Pipeline.Services.GetRequiredService<RunExecutor>();
        await using var overview = await TestPage.OpenAsync(site.Url);
        await using var calendar = await TestPage.OpenAsync(site.Url);
        await using var day = await TestPage.OpenAsync(site.Url);
        var missing = SampleSite.Text(SampleSite.MissingDay);
        await overview.GoToAsync("/");
        await calendar.GoToAsync($"/candidates?month={missing[..7]}");
        await day.GoToAsync($"/candidates/{missing}");

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = executor.ExecuteAsync(
            new(RunKind.CollectDay, missing, RunTrigger.Api, "somebody"),
            async (run, token) =>
            {
                run.Progress.Begin("waiting for a person", 10);
                run.Progress.Advance(4);
                await Task.Delay(Timeout.Infinite, token);
                return RunEnd.Succeeded("never");
            },
            stop.Token);

        try
        {
            await overview.ExpectTextAsync($".run-progress:has-text('{missing}')", "Waiting for a person: 4 of 10");
            await calendar.ExpectAsync($".day.running[href$='{missing}']");
            await day.ExpectTextAsync(".run-progress", "Waiting for a person: 4 of 10");
            await day.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
            await Assertions.Expect(overview.Get($".run-progress:has-text('{missing}')")).ToHaveCountAsync(0);
            await Assertions.Expect(calendar.Get($".day.running[href$='{missing}']")).ToHaveCountAsync(0);
        }
        finally
        {
            await stop.CancelAsync();
        }

        Assert.Equal(RunStatus.Cancelled, (await running).Run!.Status);
        overview.AssertClean();
        calendar.AssertClean();
        day.AssertClean();
    }

    [Fact]
    public async Task Run_CancelledOnItsPage_StopsAndCanBeRunAgain()
    {
        var executor = site.Pipeline.Services.GetRequiredService<RunExecutor>();
        var running = executor.ExecuteAsync(
            new(RunKind.CollectDay, "2026-09-01", RunTrigger.Api, "somebody"),
            async (run, token) =>
            {
                run.Progress.Begin("waiting for a person", 10);
                run.Progress.Advance(3);
                run.Progress.Count("images", 1234);
                run.Progress.Note(RunEventLevel.Warning, "A line of the log.");
                await Task.Delay(Timeout.Infinite, token);
                return RunEnd.Succeeded("never");
            },
            Token);
        await using var page = await TestPage.OpenAsync(site.Url);
        await page.GoToAsync("/runs?status=running");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Collect 2026-09-01" }).ClickAsync();
        await page.ExpectTextAsync(".run-progress", "Waiting for a person: 3 of 10");
        await page.ExpectTextAsync(".run-log", "A line of the log.");
        await page.ExpectTextAsync("dl", "somebody");
        await page.ExpectTextAsync("section:has(#counters)", "1,234");
        await page.AssertAccessibleAsync();
        await page.ReloadAsync();
        await page.ExpectTextAsync(".run-progress", "Waiting for a person: 3 of 10");

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await page.ExpectTextAsync(".run-status", "cancelled");
        Assert.Equal(RunStatus.Cancelled, (await running).Run!.Status);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Run again" }).ClickAsync();
        await page.ExpectTextAsync(".run-status", "succeeded");
        page.AssertClean();
    }

    [Fact]
    public async Task Runs_RequestedElsewhere_ShowUpWithoutReload()
    {
        await using var page = await TestPage.OpenAsync(site.Url);
        await page.GoToAsync("/runs?target=2026-09-02");
        await page.ExpectTextAsync("[data-state=empty]", "No run is like that.");

        await site.Pipeline.Services.GetRequiredService<RunQueue>().RequestAsync(new(RunKind.CollectDay, "2026-09-02", RunTrigger.Api), Token);

        await page.ExpectTextAsync(".runs tbody tr", "succeeded");
        await Choice(page, "Status").SelectOptionAsync("failed");
        await page.ExpectTextAsync("[data-state=empty]", "No run is like that.");
        Assert.Equal("/runs?status=failed&target=2026-09-02", page.Path);
        page.AssertClean();
    }
}
