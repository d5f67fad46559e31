using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Support;

namespace DatasetAdmin.Tests.EndToEnd;

/// <summary>An image that the plan needs went away or was overwritten behind our back: nothing is built rather than something smaller.</summary>
public class BlockedTests
{
    private const DatasetKind Kind = DatasetKind.Full;

    public static TheoryData<Backend, bool> Cases => new() { { Backend.Embedded, true }, { Backend.Embedded, false }, { Backend.Servers, true }, { Backend.Servers, false } };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Build_CandidateGoneOrReplaced_IsBlockedAndTheDatasetStays(Backend backend, bool isDeleted)
    {
        await using var pipeline = await TestPipeline.StartAsync(backend, now: CrashLab.Now);
        await CrashScenario.Rebuild.PrepareAsync(pipeline);
        var day = new DateOnly(2026, 10, 2);
        var before = await FolderAsync(pipeline);
        await CollectedAsync(pipeline, 1);
        await CollectedAsync(pipeline, 2);
        var key = ObjectKeys.DayPrefix(day) + (await pipeline.RowsAsync((await pipeline.DayAsync(day)).ImagesFile))
            .Single(row => (string?)row["prediction_id"] == TestPredictions.Id(8))["file"];
        await SpoilAsync(pipeline, key, isDeleted);

        var blocked = await pipeline.TryBuildAsync(CrashLab.Month, Kind);

        Assert.Equal(RunStatus.Blocked, blocked.Run?.Status);
        Assert.Contains(key, blocked.Run?.Result, StringComparison.Ordinal);
        Assert.Equal(before, await FolderAsync(pipeline));
        Assert.Empty(await new StoreReader(pipeline).FolderFaultsAsync(Kind, CrashLab.Month) ?? ["version.txt is missing"]);

        // What the message says to do helps.
        await CollectedAsync(pipeline, 2);
        await pipeline.BuildAsync(CrashLab.Month, Kind);
        await CrashLab.AssertFinishedAsync(pipeline, "after collecting again");
        Assert.True((await pipeline.CheckDeepAsync(CrashLab.Month)).IsSound);
    }

    [Fact]
    public async Task Build_GoldFileGoneAfterItWasIndexed_CountsAsRemovedFromGold()
    {
        await using var pipeline = await TestPipeline.StartAsync(Backend.Embedded, now: CrashLab.Now);
        await CrashScenario.FirstBuild.PrepareAsync(pipeline);
        await pipeline.BuildAsync(CrashLab.Month, Kind);
        await pipeline.Buckets.Artifacts.DeleteAsync(["datasets/gold/Fire/gold 3.jpg"], TestContext.Current.CancellationToken);

        await pipeline.BuildAsync(CrashLab.Month, Kind);

        Assert.Equal(new(0, 1, 0), (await pipeline.DatasetAsync(CrashLab.Month, Kind)).Changes);
        await CrashLab.AssertFinishedAsync(pipeline, "after gold shrank");
    }

    [Fact]
    public async Task Build_LateCopyOfADeadRun_IsDroppedThoughNothingChanged()
    {
        await using var pipeline = await TestPipeline.StartAsync(Backend.Embedded, now: CrashLab.Now);
        await CrashScenario.FirstBuild.PrepareAsync(pipeline);
        await pipeline.BuildAsync(CrashLab.Month, Kind);
        var late = ObjectKeys.DatasetPrefix(Kind, CrashLab.Month) + "Queen/someone_0_0123abcd.jpg";
        await pipeline.PutArtifactAsync(late, CrashScenarios.Picture(50));

        var run = await pipeline.BuildAsync(CrashLab.Month, Kind);

        Assert.Contains("stays", run.Result, StringComparison.Ordinal);
        await CrashLab.AssertFinishedAsync(pipeline, "after a late copy");
    }

    private static async Task CollectedAsync(TestPipeline pipeline, int day) => await pipeline.CollectAsync(new(2026, 10, day));

    private static async Task SpoilAsync(TestPipeline pipeline, string key, bool isDeleted)
    {
        if (isDeleted)
        {
            await pipeline.Buckets.Artifacts.DeleteAsync([key], TestContext.Current.CancellationToken);
        }
        else
        {
            await pipeline.PutArtifactAsync(key, CrashScenarios.Picture(60));
        }
    }

    private static async Task<IReadOnlyList<string>> FolderAsync(TestPipeline pipeline)
    {
        List<string> lines = [];
        await foreach (var item in pipeline.Buckets.Artifacts.ListAsync(ObjectKeys.DatasetPrefix(Kind, CrashLab.Month), null, TestContext.Current.CancellationToken))
        {
            lines.Add($"{item.Key} {item.Size} {item.ETag} {item.LastModified:O}");
        }

        return lines;
    }
}
