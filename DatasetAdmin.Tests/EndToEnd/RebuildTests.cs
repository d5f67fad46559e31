using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Support;

namespace DatasetAdmin.Tests.EndToEnd;

/// <summary>What changes after collection is right in the next build, and nothing else moves.</summary>
public class RebuildTests
{
    private static readonly Month s_october = new(2026, 10);
    private static readonly DateTime s_noon = new(2026, 10, 5, 12, 0, 0, DateTimeKind.Utc);

    public static TheoryData<Backend> Backends => [Backend.Embedded, Backend.Servers];

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Build_VerifiedRelabelledDeleted_NewVersionHoldsExactlyThat(Backend backend)
    {
        await using var pipeline = await StartAsync(backend);
        var first = await pipeline.BuildAsync(s_october, DatasetKind.Verified);
        Assert.Equal(RunStatus.Succeeded, first.Status);
        var before = await pipeline.DatasetAsync(s_october, DatasetKind.Verified);
        Assert.Equal("2026-10-v1", before.Version);
        Assert.Equal((4, 10, 14), (before.GoldImages, before.NewImages, before.TotalImages));

        await pipeline.Predictions.RelabelAsync(1, "Queen");
        await pipeline.Predictions.RelabelAsync(2, "Fire");
        await pipeline.Predictions.DeleteAsync(4);
        var second = await pipeline.BuildAsync(s_october, DatasetKind.Verified);

        Assert.Equal(RunStatus.Succeeded, second.Status);
        var after = await pipeline.DatasetAsync(s_october, DatasetKind.Verified);
        Assert.Equal("2026-10-v2", after.Version);
        Assert.Equal("2026-10-v1", after.PreviousVersion);
        Assert.Equal(DatasetManifest.Stable, after.Status);
        Assert.Equal(new DatasetChanges(Added: 1, Removed: 1, Relabelled: 1), after.Changes);
        var rows = await pipeline.RowsAsync(after.ImagesFile);
        Assert.Equal("Queen", rows.Single(row => (string?)row["prediction_id"] == TestPredictions.Id(1))["class"]);
        Assert.Equal("Fire", rows.Single(row => (string?)row["prediction_id"] == TestPredictions.Id(2))["class"]);
        Assert.DoesNotContain(rows, row => (string?)row["prediction_id"] == TestPredictions.Id(4));
        var folder = ObjectKeys.DatasetPrefix(DatasetKind.Verified, s_october);
        Assert.Equal(
            rows.Select(row => (string)row["path"]!).Append("dataset_info.md").Append("manifest.json").Append("version.txt").Order(StringComparer.Ordinal),
            await pipeline.ListAsync(folder));
        Assert.Equal("2026-10-v2\n"u8.ToArray(), await pipeline.ReadAsync(folder + "version.txt"));
        Assert.True((await pipeline.CheckDeepAsync(s_october)).IsSound);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Build_NothingChanged_WritesNothingAndKeepsItsVersion(Backend backend)
    {
        await using var pipeline = await StartAsync(backend);
        await pipeline.BuildAsync(s_october, DatasetKind.Full);
        var before = await SnapshotAsync(pipeline);

        var run = await pipeline.BuildAsync(s_october, DatasetKind.Full);

        Assert.Contains("2026-10-v1 stays", run.Result, StringComparison.Ordinal);
        Assert.Equal(before, await SnapshotAsync(pipeline));
    }

    [Fact]
    public async Task Build_ImageComesBack_GetsANameThatWasNeverUsed()
    {
        await using var pipeline = await StartAsync(Backend.Embedded);
        await pipeline.BuildAsync(s_october, DatasetKind.Full);
        var paths = await PathsAsync(pipeline, 1);
        await pipeline.Predictions.RelabelAsync(1, "Queen");
        await pipeline.BuildAsync(s_october, DatasetKind.Full);

        await pipeline.Predictions.RelabelAsync(1, "Aristocratic");
        await pipeline.BuildAsync(s_october, DatasetKind.Full);

        var back = Assert.Single(await PathsAsync(pipeline, 1));
        Assert.Equal(paths.Single().Replace(".jpg", "-g3.jpg", StringComparison.Ordinal), back);
        Assert.True((await pipeline.CheckDeepAsync(s_october)).IsSound);
    }

    [Fact]
    public async Task Build_WouldDropMostImages_IsBlockedUntilAPersonAllowsIt()
    {
        await using var pipeline = await StartAsync(Backend.Embedded);
        await pipeline.BuildAsync(s_october, DatasetKind.Full);
        var before = await SnapshotAsync(pipeline);
        for (var number = 1; number <= 6; number++)
        {
            await pipeline.Predictions.DeleteAsync(number);
        }

        var blocked = await pipeline.TryBuildAsync(s_october, DatasetKind.Full);

        Assert.Equal(RunStatus.Blocked, blocked.Run?.Status);
        Assert.Contains("--allow-drops", blocked.Run?.Result, StringComparison.Ordinal);
        Assert.Equal(before.Where(IsDataset), (await SnapshotAsync(pipeline)).Where(IsDataset));
        var allowed = await pipeline.TryBuildAsync(s_october, DatasetKind.Full, allowDrops: true);
        Assert.Equal(RunStatus.Succeeded, allowed.Run?.Status);
        Assert.Equal(6, (await pipeline.DatasetAsync(s_october, DatasetKind.Full)).Changes.Removed);
    }

    [Fact]
    public async Task Build_SourceIsEmptied_FailsAndKeepsTheDataset()
    {
        await using var pipeline = await StartAsync(Backend.Embedded);
        await pipeline.BuildAsync(s_october, DatasetKind.Full);
        var version = (await pipeline.DatasetAsync(s_october, DatasetKind.Full)).ContentDigest;
        await pipeline.Predictions.ExecuteAsync("DELETE FROM user_styles");

        var outcome = await pipeline.TryBuildAsync(s_october, DatasetKind.Full, allowDrops: false);

        Assert.NotEqual(RunStatus.Succeeded, outcome.Run?.Status);
        Assert.Equal(version, (await pipeline.DatasetAsync(s_october, DatasetKind.Full)).ContentDigest);
        Assert.True((await pipeline.CheckDeepAsync(s_october)).IsSound);
    }

    // Twelve predictions, 1 to 12, of one photo each; the first ten are verified, but for number 2 which isn't and number 11 which is.
    private static async Task<TestPipeline> StartAsync(Backend backend)
    {
        var pipeline = await TestPipeline.StartAsync(backend);
        for (var number = 1; number <= 12; number++)
        {
            await pipeline.PutPhotoAsync($"user{number}/photo.jpg", TestImages.Jpeg(number));
            await pipeline.Predictions.AddAsync(number, s_noon.AddMinutes(number), number % 2 == 0 ? "Business" : "Aristocratic", isVerified: number is not 2 and not 12, $"user{number}/photo.jpg");
        }

        for (var seed = 100; seed < 104; seed++)
        {
            await pipeline.PutArtifactAsync($"datasets/gold/{(seed % 2 == 0 ? "queen" : "Fire")}/gold {seed}.jpg", TestImages.Jpeg(seed));
        }

        return pipeline;
    }

    private static bool IsDataset(string line) => line.StartsWith("datasets/full/", StringComparison.Ordinal) || line.StartsWith("metadata/versions/", StringComparison.Ordinal);

    private static async Task<IReadOnlyList<string>> SnapshotAsync(TestPipeline pipeline)
    {
        List<string> lines = [];
        await foreach (var item in pipeline.Buckets.Artifacts.ListAsync("", null, TestContext.Current.CancellationToken))
        {
            lines.Add($"{item.Key} {item.Size} {item.ETag} {item.LastModified:O}");
        }

        return lines;
    }

    private static async Task<IReadOnlyList<string>> PathsAsync(TestPipeline pipeline, int number) =>
    [
        .. (await pipeline.RowsAsync((await pipeline.DatasetAsync(s_october, DatasetKind.Full)).ImagesFile))
            .Where(row => (string?)row["prediction_id"] == TestPredictions.Id(number)).Select(row => (string)row["path"]!),
    ];
}
