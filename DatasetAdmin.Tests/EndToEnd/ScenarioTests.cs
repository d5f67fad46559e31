using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Support;
using NJsonSchema;

namespace DatasetAdmin.Tests.EndToEnd;

/// <summary>
/// A day of 300 predictions with every shape of <c>photo_urls</c> and every kind of broken photo, and the month that is built
/// from it.
/// </summary>
public class ScenarioTests
{
    private static readonly DateOnly s_day = new(2026, 10, 5);
    private static readonly Month s_october = new(2026, 10);

    public static TheoryData<Backend> Backends => [Backend.Embedded, Backend.Servers];

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task CollectAndBuild_EveryShapeAndEveryBrokenPhoto_EachEndsAsExpected(Backend backend)
    {
        await using var pipeline = await TestPipeline.StartAsync(backend, settings: new Dictionary<string, string> { ["Collecting:Limits:MaxBytes"] = "150000" });
        var expected = await ScenarioDay.FillAsync(pipeline, s_day, predictions: 300);
        for (var seed = 9000; seed < 9010; seed++)
        {
            await pipeline.PutArtifactAsync($"datasets/gold/warm_woman/{seed}.jpg", TestImages.Jpeg(seed, 96, 120));
        }

        await pipeline.CollectAsync(s_day);

        var manifest = await pipeline.DayAsync(s_day);
        Assert.Equal(300, manifest.Totals.Predictions);
        Assert.Equal(manifest.Totals.Photos, manifest.Totals.Images + manifest.Totals.Rejected);
        Assert.Equal(expected.Images, manifest.Totals.Images);
        Assert.Equal(expected.Rejections.OrderBy(item => item.Key), manifest.Rejections.OrderBy(item => item.Key));
        Assert.Equal(Enum.GetValues<RejectionReason>().Select(reason => reason.Name()).Order(), manifest.Rejections.Keys.Order());
        await AssertSchemaAsync("candidate-manifest", await pipeline.ReadAsync(ObjectKeys.DayManifest(s_day)));

        var again = await pipeline.CollectAsync(s_day);
        Assert.StartsWith("Nothing has changed", again.Result, StringComparison.Ordinal);
        Assert.Equal(manifest.ETag, (await pipeline.DayAsync(s_day)).ETag);

        foreach (var kind in DatasetKinds.All)
        {
            var run = await pipeline.BuildAsync(s_october, kind);
            Assert.Equal(RunStatus.Succeeded, run.Status);
            var dataset = await pipeline.DatasetAsync(s_october, kind);
            Assert.Equal("2026-10-v1", dataset.Version);
            Assert.Equal(10, dataset.GoldImages);
            Assert.Equal(kind == DatasetKind.Full ? expected.Images - expected.Avif : expected.Verified, dataset.NewImages);
            Assert.Equal(dataset.TotalImages, dataset.ClassDistribution.Values.Sum());
            Assert.Equal(dataset.TotalImages + 3, (await pipeline.ListAsync(ObjectKeys.DatasetPrefix(kind, s_october))).Count);
            await AssertSchemaAsync("dataset-manifest", await pipeline.ReadAsync(ObjectKeys.DatasetManifest(kind, s_october)));
        }

        var report = await pipeline.CheckDeepAsync(s_october);
        Assert.Empty(report.Findings);
        Assert.True(report.Checked > 2 * expected.Verified);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Collect_SourceOverwrittenAfterCollection_KeepsTheFirstBytesAndSaysSo(Backend backend)
    {
        await using var pipeline = await TestPipeline.StartAsync(backend);
        var noon = s_day.ToDateTime(new TimeOnly(12, 0), DateTimeKind.Utc);
        await pipeline.PutPhotoAsync("anna/me.jpg", TestImages.Jpeg(1));
        await pipeline.PutPhotoAsync("bert/me.jpg", TestImages.Jpeg(2));
        await pipeline.Predictions.AddAsync(1, noon, "Queen", isVerified: true, "anna/me.jpg");
        await pipeline.Predictions.AddAsync(2, noon.AddMinutes(1), "Fire", isVerified: true, "bert/me.jpg");
        await pipeline.CollectAsync(s_day);
        var before = await pipeline.RowsAsync((await pipeline.DayAsync(s_day)).ImagesFile);

        await pipeline.PutPhotoAsync("anna/me.jpg", TestImages.Jpeg(3));
        await pipeline.Predictions.RelabelAsync(2, "Sunny");
        await pipeline.CollectAsync(s_day);

        var after = await pipeline.RowsAsync((await pipeline.DayAsync(s_day)).ImagesFile);
        Assert.Equal(before.Select(row => row["sha256"]), after.Select(row => row["sha256"]));
        Assert.Contains("source_changed", (List<string>)after[0]["flags"]!);
        Assert.Equal(before[0]["file"], after[0]["file"]);
        Assert.StartsWith("Sunny/", (string)after[1]["file"]!, StringComparison.Ordinal);
        Assert.Equal(
            after.Select(row => (string)row["file"]!).Order(StringComparer.Ordinal),
            (await pipeline.ListAsync(ObjectKeys.DayPrefix(s_day))).Where(file => file.Contains('/', StringComparison.Ordinal)));
        Assert.Equal(TestImages.Jpeg(1), await pipeline.ReadAsync(ObjectKeys.DayPrefix(s_day) + after[0]["file"]));
        Assert.Equal(TestImages.Jpeg(2), await pipeline.ReadAsync(ObjectKeys.DayPrefix(s_day) + after[1]["file"]));
    }

    [Fact]
    public async Task Collect_RejectedPhotoIsRepairedAndRowsComeLate_TheyBecomeCandidates()
    {
        await using var pipeline = await TestPipeline.StartAsync(Backend.Embedded);
        var noon = s_day.ToDateTime(new TimeOnly(12, 0), DateTimeKind.Utc);
        await pipeline.PutPhotoAsync("anna/me.jpg", TestImages.TruncatedJpeg());
        await pipeline.PutPhotoAsync("bert/me.jpg", TestImages.Jpeg(2));
        await pipeline.Predictions.AddAsync(1, noon, "Queen", isVerified: true, "anna/me.jpg");
        await pipeline.Predictions.AddAsync(2, noon, "", isVerified: false, "bert/me.jpg");
        await pipeline.CollectAsync(s_day);
        Assert.Equal(0, (await pipeline.DayAsync(s_day)).TotalImages);

        await pipeline.PutPhotoAsync("anna/me.jpg", TestImages.Jpeg(1));
        await pipeline.PutPhotoAsync("carl/me.jpg", TestImages.Jpeg(3));
        await pipeline.Predictions.RelabelAsync(2, "Warm");
        await pipeline.Predictions.AddAsync(3, noon.AddHours(-3), "Soft", isVerified: false, "carl/me.jpg");
        await pipeline.BuildAsync(s_october, DatasetKind.Full);

        var day = await pipeline.DayAsync(s_day);
        Assert.Equal((3, 0), (day.TotalImages, day.Totals.Rejected));
        Assert.Equal(3, (await pipeline.DatasetAsync(s_october, DatasetKind.Full)).NewImages);
    }

    private static async Task AssertSchemaAsync(string name, byte[] document)
    {
        var schema = await JsonSchema.FromFileAsync(Path.Combine(AppContext.BaseDirectory, "schemas", $"{name}.schema.json"), TestContext.Current.CancellationToken);
        Assert.Empty(schema.Validate(System.Text.Encoding.UTF8.GetString(document)));
    }
}
