using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Support;

namespace DatasetAdmin.Tests.EndToEnd;

/// <summary>What the earlier Python system left, and the gold set as people made it, become part of datasets as they are.</summary>
public partial class EarlierSystemTests
{
    private static readonly DateTime s_noon = new(2026, 10, 1, 12, 0, 0, DateTimeKind.Utc);

    public static TheoryData<Backend> Backends => [Backend.Embedded, Backend.Servers];

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Build_EarlierDays_TakePartWithCurrentLabelsAndAreNeverRewritten(Backend backend)
    {
        await using var pipeline = await TestPipeline.StartAsync(backend, now: CrashLab.Now);
        for (var number = 1; number <= 4; number++)
        {
            await pipeline.Predictions.AddAsync(number, s_noon.AddDays((number - 1) / 3), "Queen", isVerified: false, $"user{number}/gone.jpg");
            await pipeline.PutArtifactAsync(
                $"{ObjectKeys.DayPrefix(new(2026, 10, ((number - 1) / 3) + 1))}Queen/user_{TestPredictions.Id(1_000_000 + number)}_pred_{TestPredictions.Id(number)}_img_0.jpg",
                number == 3 ? TestImages.Png(number, 72, 80) : CrashScenarios.Picture(number));
        }

        await pipeline.PutArtifactAsync(ObjectKeys.DayManifest(new(2026, 10, 1)), JsonSerializer.SerializeToUtf8Bytes(new { collection_date = "2026-10-01", total_images = 3, images = Array.Empty<int>() }));
        await pipeline.PutArtifactAsync("datasets/gold/Fire/a.jpg", CrashScenarios.Picture(100));
        await pipeline.Predictions.RelabelAsync(1, "Warm");
        await pipeline.Predictions.DeleteAsync(2);
        var before = await CandidatesAsync(pipeline);

        var collected = await pipeline.CollectAsync(new(2026, 10, 1));
        await pipeline.CollectAsync(new(2026, 10, 2));
        await pipeline.BuildAsync(CrashLab.Month, DatasetKind.Full);

        Assert.Contains("earlier system", collected.Result, StringComparison.Ordinal);
        Assert.Equal(before, (await CandidatesAsync(pipeline)).Where(line => !line.Contains("/2026-10-03/", StringComparison.Ordinal)));
        var manifest = await pipeline.DatasetAsync(CrashLab.Month, DatasetKind.Full);
        var paths = (await pipeline.RowsAsync(manifest.ImagesFile)).Select(row => (string)row["path"]!).ToList();
        Assert.Equal((3, 1, 1), (manifest.NewImages, manifest.GoldImages, manifest.Totals.Withdrawn));
        Assert.Equal([new(2026, 10, 1), new(2026, 10, 2)], manifest.CollectionDates);
        Assert.Empty(manifest.MissingDays);
        Assert.Single(paths, path => path.StartsWith($"Warm/{TestPredictions.Id(1)}_0_", StringComparison.Ordinal) && path.EndsWith(".jpg", StringComparison.Ordinal));
        Assert.Single(paths, path => path.StartsWith($"Queen/{TestPredictions.Id(3)}_0_", StringComparison.Ordinal) && path.EndsWith(".png", StringComparison.Ordinal));
        Assert.Single(paths, path => path.StartsWith($"Queen/{TestPredictions.Id(4)}_0_", StringComparison.Ordinal));
        Assert.True((await pipeline.CheckDeepAsync(CrashLab.Month)).IsSound);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Build_SplitGold_CandidatesJoinTrainOnly(Backend backend)
    {
        await using var pipeline = await TestPipeline.StartAsync(backend, now: CrashLab.Now);
        await AddGoldAsync(pipeline);
        await AddCandidatesAsync(pipeline);

        await pipeline.BuildAsync(CrashLab.Month, DatasetKind.Full);

        var manifest = await pipeline.DatasetAsync(CrashLab.Month, DatasetKind.Full);
        var rows = await pipeline.RowsAsync(manifest.ImagesFile);
        Assert.Equal(new Dictionary<string, long> { ["train"] = 5, ["val"] = 1, ["test"] = 1 }, manifest.Splits);
        Assert.Equal((5, 3, 2), (manifest.TotalImages, manifest.GoldImages, manifest.NewImages));
        Assert.Equal(["gold"], rows.Where(row => (string?)row["split"] != "train").Select(row => (string?)row["origin"]).Distinct());
        Assert.Equal(
            ["test/Queen", "train/Aristocratic", "train/Fire", "train/Queen", "val/Queen"],
            rows.Select(row => Path.GetDirectoryName((string)row["path"]!)!).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal((2, 2, 1, 1), (manifest.Totals.Duplicates, manifest.Totals.Conflicts, manifest.Totals.Leaked, manifest.Totals.LeftOut));
        Assert.Equal(["train/nobody"], manifest.Gold.UnmappedFolders);

        var conflicts = (await pipeline.ReadJsonAsync(ObjectKeys.DatasetManifest(DatasetKind.Full, CrashLab.Month))).GetProperty("conflicts").EnumerateArray().ToList();
        Assert.Equal(2, conflicts.Count);
        Assert.Single(conflicts, loser => loser.GetProperty("prediction_id").GetString() == TestPredictions.Id(4));
        Assert.All(conflicts, loser => Assert.Contains(rows, row => (string?)row["path"] == loser.GetProperty("kept").GetString()));

        var listed = await pipeline.ListAsync(ObjectKeys.DatasetPrefix(DatasetKind.Full, CrashLab.Month));
        Assert.Equal(rows.Count + 3, listed.Count);
        Assert.All(listed, path => Assert.DoesNotMatch(SplitWord(), path[(path.LastIndexOf('/') + 1)..]));
        Assert.Single(listed, path => path.StartsWith("train/Queen/my te-st photo_", StringComparison.Ordinal));
        Assert.True((await pipeline.CheckDeepAsync(CrashLab.Month)).IsSound);
    }

    // 200 to 202 in train, one of them a second time in its class, and one in another class.
    private static async Task AddGoldAsync(TestPipeline pipeline)
    {
        await PutAsync("train/queen/my test photo.jpg", 200);
        await PutAsync("train/queen/the same once more.jpg", 200);
        await PutAsync("train/warm_woman/café 写真 dev.jpg", 201);
        await PutAsync("train/Fire/the same as café.jpg", 201);
        await PutAsync("train/fire_lady/val-3.train.jpg", 202);
        await PutAsync("train/nobody/x.jpg", 203);
        await PutAsync("val/queen/eval 1.jpg", 210);
        await PutAsync("test/queen/2 Testing.jpg", 220);

        Task PutAsync(string file, int seed) => pipeline.PutArtifactAsync(ObjectKeys.Gold + file, CrashScenarios.Picture(seed));
    }

    private static async Task AddCandidatesAsync(TestPipeline pipeline)
    {
        await AddAsync(1, CrashScenarios.Picture(1));
        await AddAsync(2, CrashScenarios.Picture(210));
        await AddAsync(3, TestImages.Avif(3, 72, 80));
        await AddAsync(4, CrashScenarios.Picture(200));
        await AddAsync(5, CrashScenarios.Picture(5));
        await AddAsync(6, CrashScenarios.Picture(5));

        async Task AddAsync(int number, byte[] photo)
        {
            await pipeline.PutPhotoAsync($"user{number}/photo.jpg", photo);
            await pipeline.Predictions.AddAsync(number, s_noon.AddMinutes(number), "Aristocratic", isVerified: true, $"user{number}/photo.jpg");
        }
    }

    private static async Task<IReadOnlyList<string>> CandidatesAsync(TestPipeline pipeline)
    {
        List<string> lines = [];
        await foreach (var item in pipeline.Buckets.Artifacts.ListAsync(ObjectKeys.Candidates, null, TestContext.Current.CancellationToken))
        {
            lines.Add(new StringBuilder(item.Key).Append(' ').Append(item.ETag).Append(' ').Append(item.LastModified.Ticks).ToString());
        }

        return lines;
    }

    // As Hugging Face's datasets finds the name of a split in a file's name.
    [GeneratedRegex(@"(^|[-._ 0-9/])(train|training|test|testing|val|valid|validation|dev|eval|evaluation)([-._ 0-9/]|$)", RegexOptions.IgnoreCase)]
    private static partial Regex SplitWord();
}
