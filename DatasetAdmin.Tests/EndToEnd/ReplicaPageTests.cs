using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Tests.Web;
using Microsoft.Playwright;

namespace DatasetAdmin.Tests.EndToEnd;

/// <summary>Two real sites over one PostgreSQL: a person looks at one of them while the other one works.</summary>
public class ReplicaPageTests
{
    private const int Photos = 400;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_RunOfAnotherProcess_IsFollowedLiveAndCancelledFromHere()
    {
        await using var pipeline = await TestSite.PrepareAsync(Photos, gold: 0);
        var requested = await pipeline.Queue().RequestAsync(DayCollection.Request(TestSite.LastMonth.FirstDay.AddDays(1), RunTrigger.Site, "olga"), Token);
        await using var watching = TestSite.Start(pipeline, ("Runs:Concurrency", "0"));
        await using var page = await TestPage.OpenAsync(await watching.UrlAsync());
        await page.GoToAsync($"/runs/{requested.Run.Id}");
        await page.ExpectTextAsync(".run-status", "in the queue");

        await using var working = TestSite.Start(pipeline, ("Collecting:Concurrency", "1"));
        var progress = page.Get(".run-progress [role=status]");
        await Assertions.Expect(progress).ToContainTextAsync("Fetching photos: ");
        await Assertions.Expect(progress).Not.ToHaveTextAsync(await progress.InnerTextAsync());
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await page.ExpectTextAsync(".run-status", "cancelled");
        var run = (await pipeline.Runs().FindOrNullAsync(requested.Run.Id, Token))!;
        Assert.Equal(RunStatus.Cancelled, run.Status);
        Assert.InRange(run.Done, 1, Photos - 1);
        page.AssertClean();
    }
}
