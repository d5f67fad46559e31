using DatasetAdmin.Core.Building;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Tests.Commands;
using DatasetAdmin.Tests.Support;

namespace DatasetAdmin.Tests.EndToEnd;

/// <summary>A real site that is told to stop in the middle of a build, as a container is.</summary>
[Collection(AloneCollection.Name)]
public class StoppedSiteTests
{
    private const DatasetKind Kind = DatasetKind.Full;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("fetching photos")]
    [InlineData("copying images")]
    public async Task Site_ToldToStopInTheMiddleOfABuild_EndsInTimeAndGoesOnAfterwards(string step)
    {
        var month = TestSite.LastMonth;
        (string, string)[] slow = [("Building:Concurrency", "1"), ("Collecting:Concurrency", "1")];
        await using var pipeline = await TestSite.PrepareAsync(photos: 300, gold: 300);
        var requested = await pipeline.Queue().RequestAsync(MonthBuild.Request(month, Kind, RunTrigger.Site, "olga"), Token);
        await using (var site = TestSite.Start(pipeline, slow))
        {
            await ReachedAsync(pipeline, requested.Run.Id, step);
            site.Signal("TERM");
            var result = await site.WaitAsync(TimeSpan.FromSeconds(10));

            Assert.True(result.ExitCode == 0, result.ToString());
        }

        var waiting = await pipeline.Runs().FindOrNullAsync(requested.Run.Id, Token);
        Assert.Equal((RunStatus.Requested, 1), (waiting!.Status, waiting.Attempt));
        Assert.Contains(await pipeline.Runs().EventsAsync(waiting.Id, Token), item => item.Message.Contains("was stopped", StringComparison.Ordinal));
        CrashLab.AssertNone(await new StoreReader(pipeline).ManifestFaultsAsync(month), "stopped");

        await using (TestSite.Start(pipeline))
        {
            await pipeline.UntilAsync(requested.Run.Id, run => run.Status == RunStatus.Succeeded);
        }

        Assert.True((await pipeline.CheckDeepAsync(month)).IsSound);
        await using var undisturbed = await TestSite.PrepareAsync(photos: 300, gold: 300);
        await undisturbed.BuildAsync(month, Kind);
        var (expected, actual) = (await undisturbed.DatasetAsync(month, Kind), await pipeline.DatasetAsync(month, Kind));
        Assert.Equal((expected.Version, expected.ContentDigest, expected.Totals), (actual.Version, actual.ContentDigest, actual.Totals));
    }

    // The days of a build are runs of their own, and tell their steps there.
    private static async Task ReachedAsync(TestPipeline pipeline, Guid build, string step)
    {
        await pipeline.UntilAsync(build, run => run.Status == RunStatus.Running);
        while (!(await pipeline.Runs().OpenAsync(Token)).Any(run => run.Step == step && run.Done > 0))
        {
            Assert.Equal(RunStatus.Running, (await pipeline.Runs().FindOrNullAsync(build, Token))!.Status);
            await Task.Delay(20, Token);
        }
    }
}
