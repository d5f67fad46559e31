using System.Text;
using System.Text.Json;
using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Building;
using DatasetAdmin.Core.Comparing;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Evaluating;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Tests.Browsing;

/// <summary>A small month that was collected, built, changed and built again, as the pages ask about it.</summary>
public class BrowsingTests
{
    private static readonly Month s_october = new(2026, 10);
    private static readonly DateTime s_noon = new(2026, 10, 5, 12, 0, 0, DateTimeKind.Utc);

    public static TheoryData<Backend> Backends => [Backend.Embedded, Backend.Servers];

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Compare_TwoVersionsOfAMonth_ShowsExactlyWhatTheRebuildChanged(Backend backend)
    {
        await using var pipeline = await StartAsync(backend);
        await pipeline.BuildAsync(s_october, DatasetKind.Full);
        await pipeline.Predictions.RelabelAsync(1, "Queen");
        await pipeline.Predictions.DeleteAsync(4);
        await pipeline.BuildAsync(s_october, DatasetKind.Full);

        var before = await OpenAsync(pipeline, "full/2026-10/v1");
        var now = await OpenAsync(pipeline, "full/2026-10");
        Assert.Equal("full/2026-10/v2", now.Reference.ToString());
        var comparer = pipeline.Services.GetRequiredService<DatasetComparer>();
        var comparison = await comparer.CompareAsync(before, now, TestContext.Current.CancellationToken);

        Assert.Equal((1, 0, 1), (comparison.OnlyLeft, comparison.OnlyRight, comparison.RelabelledImages));
        Assert.Equal([new("Aristocratic", "Queen", 1)], comparison.Relabelled);
        var moved = Assert.Single((await comparer.PageAsync(before, now, ComparisonPart.Relabelled, null, null, 0, 60, TestContext.Current.CancellationToken)).Images);
        Assert.Equal((TestPredictions.Id(1), TestPredictions.Id(1)), (moved.Left!.PredictionId, moved.Right!.PredictionId));
        Assert.Equal(moved.Right.Sha256, Hashes.Sha256(await pipeline.ReadAsync(moved.Right.Key)));
        var gone = Assert.Single((await comparer.PageAsync(before, now, ComparisonPart.OnlyLeft, null, null, 0, 60, TestContext.Current.CancellationToken)).Images);
        Assert.Equal(TestPredictions.Id(4), gone.Left!.PredictionId);
        Assert.Equal(["2026-10-v2", "2026-10-v1"], (await pipeline.Services.GetRequiredService<DatasetQueries>()
            .VersionsAsync(DatasetKind.Full, s_october, TestContext.Current.CancellationToken)).Select(version => version.Version));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task FindOrNull_DayGoldAndWhatIsNotThere_OpensWhatThereIs(Backend backend)
    {
        await using var pipeline = await StartAsync(backend);
        await pipeline.BuildAsync(s_october, DatasetKind.Verified);
        var images = pipeline.Services.GetRequiredService<ImageQueries>();

        var day = await OpenAsync(pipeline, "day/2026-10-05");
        var gold = await OpenAsync(pipeline, "gold");

        var ofDay = await images.PageAsync(day, new() { Class = "Business", Verified = true }, ImageOrder.Newest, 0, 60, TestContext.Current.CancellationToken);
        Assert.Equal([TestPredictions.Id(10), TestPredictions.Id(8), TestPredictions.Id(6), TestPredictions.Id(4)], ofDay.Images.Select(image => image.PredictionId));
        var ofGold = await images.PageAsync(gold, ImageFilter.All, ImageOrder.Listed, 0, 60, TestContext.Current.CancellationToken);
        Assert.Equal(["Fire", "Fire", "Queen", "Queen"], ofGold.Images.Select(image => image.Class));
        foreach (var image in ofDay.Images.Concat(ofGold.Images))
        {
            Assert.Equal(image.Sha256, Hashes.Sha256(await pipeline.ReadAsync(image.Key)));
        }

        var catalog = pipeline.Services.GetRequiredService<ListCatalog>();
        foreach (var missing in new[] { "full/2026-10", "verified/2026-10/v2", "verified/2026-09", "day/2026-09-30" })
        {
            Assert.True(ListReference.TryParse(missing, out var reference));
            Assert.Null(await catalog.FindOrNullAsync(reference, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task LeftOut_DuplicateConflictAndWithdrawn_AreListedWithWhatWasKept()
    {
        await using var pipeline = await StartAsync(Backend.Embedded);
        await pipeline.Predictions.AddAsync(20, s_noon.AddHours(1), "Aristocratic", isVerified: false, "user1/photo.jpg");
        await pipeline.Predictions.AddAsync(21, s_noon.AddHours(2), "Fire", isVerified: false, "user3/photo.jpg");
        await pipeline.BuildAsync(s_october, DatasetKind.Full);
        var manifest = await pipeline.DatasetAsync(s_october, DatasetKind.Full);
        var leftOut = pipeline.Services.GetRequiredService<LeftOutQueries>();

        Assert.Equal(
            new Dictionary<string, long> { ["duplicate"] = 1, ["conflict"] = 1 }, await leftOut.CountAsync(manifest, TestContext.Current.CancellationToken));
        var page = await leftOut.PageAsync(manifest, "conflict", 0, 60, TestContext.Current.CancellationToken);
        var conflict = Assert.Single(page.Images);
        Assert.Equal((1, "Fire", TestPredictions.Id(21)), (page.Total, conflict.Class, conflict.PredictionId));
        Assert.StartsWith("Aristocratic/", conflict.Kept, StringComparison.Ordinal);
        Assert.Equal(conflict.Sha256, Hashes.Sha256(await pipeline.ReadAsync(conflict.Key)));
        Assert.Equal(conflict.Sha256, Hashes.Sha256(await pipeline.ReadAsync(ObjectKeys.DatasetPrefix(DatasetKind.Full, s_october) + conflict.Kept)));
    }

    [Fact]
    public async Task Export_TextsThatAreFormulasAndMarkup_AreHarmlessInCsvAndWholeInJson()
    {
        string[] texts = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "a,\"b\"\nc", "<script>", "plain"];
        await using var pipeline = await TestPipeline.StartAsync(Backend.Embedded);
        foreach (var (number, text) in texts.Index())
        {
            await pipeline.PutPhotoAsync($"user/{number}.jpg", TestImages.Jpeg(number));
            await pipeline.Predictions.AddAsync(number, s_noon.AddMinutes(number), "Queen", $"[\"user/{number}.jpg\"]", isVerified: true, initial: text);
        }

        await pipeline.BuildAsync(s_october, DatasetKind.Full);
        var list = await OpenAsync(pipeline, "full/2026-10");
        var export = pipeline.Services.GetRequiredService<ImageListExport>();
        using var json = new MemoryStream();
        await export.WriteJsonLinesAsync(list, json, TestContext.Current.CancellationToken);
        using var csv = new MemoryStream();
        await export.WriteCsvAsync(list, csv, TestContext.Current.CancellationToken);

        var lines = Encoding.UTF8.GetString(json.ToArray()).TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(texts.Order(StringComparer.Ordinal), lines.Select(line => line.GetProperty("initial_prediction").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(lines, line => Assert.Equal("Queen", line.GetProperty("class").GetString()));
        var written = Encoding.UTF8.GetString(csv.ToArray());
        Assert.StartsWith("path,split,origin,class,class_index,fold,day,file,prediction_id,", written, StringComparison.Ordinal);
        foreach (var cell in new[] { ",'=1+1,", ",'+1,", ",'-1,", ",'@SUM(A1),", ",'\t=1,", ",\"a,\"\"b\"\"\nc\",", ",<script>,", ",plain," })
        {
            Assert.Contains(cell, written, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Preview_RelabelledDeletedAndUncollected_SaysWhatTheBuildThenDoesAndWritesNothing(Backend backend)
    {
        await using var pipeline = await StartAsync(backend);
        await pipeline.BuildAsync(s_october, DatasetKind.Verified);
        await pipeline.Predictions.RelabelAsync(1, "Queen");
        await pipeline.Predictions.RelabelAsync(2, "Fire");
        await pipeline.Predictions.DeleteAsync(4);
        var objects = await pipeline.ListAsync("");
        var build = pipeline.Services.GetRequiredService<MonthBuild>();

        var preview = await build.PreviewAsync(s_october, DatasetKind.Verified, new RunProgress(pipeline.Time), TestContext.Current.CancellationToken);

        Assert.Equal(objects, await pipeline.ListAsync(""));
        Assert.Equal((BuildOutcome.Built, "2026-10-v1", 14L, 1L), (preview.Outcome, preview.Current.ToString(), preview.Images, preview.Withdrawn));
        Assert.Equal(new DatasetChanges(Added: 1, Removed: 1, Relabelled: 1), preview.Changes);
        Assert.Equal([new("Aristocratic", 6, 5, 0, 0, 0, 1), new("Business", 4, 3, 0, 1, 0, 0), new("Fire", 2, 3, 1, 0, 0, 0), new("Queen", 2, 3, 0, 0, 1, 0)], preview.Classes.Where(item => item.Before > 0));

        // One prediction fewer: the day will be collected first.
        Assert.Equal([new DateOnly(2026, 10, 5)], preview.DaysToCollect);
        await pipeline.BuildAsync(s_october, DatasetKind.Verified);
        Assert.Equal(preview.Changes, (await pipeline.DatasetAsync(s_october, DatasetKind.Verified)).Changes);
        Assert.Equal(BuildOutcome.Unchanged, (await build.PreviewAsync(s_october, DatasetKind.Verified, new RunProgress(pipeline.Time), TestContext.Current.CancellationToken)).Outcome);
    }

    [Fact]
    public async Task Preview_WouldDropMost_IsBlockedButForAPersonsWord()
    {
        await using var pipeline = await StartAsync(Backend.Embedded);
        await pipeline.BuildAsync(s_october, DatasetKind.Full);
        for (var number = 1; number <= 6; number++)
        {
            await pipeline.Predictions.DeleteAsync(number);
        }

        var preview = await pipeline.Services.GetRequiredService<MonthBuild>()
            .PreviewAsync(s_october, DatasetKind.Full, new RunProgress(pipeline.Time), TestContext.Current.CancellationToken);

        Assert.Equal((BuildOutcome.Blocked, true, 6L), (preview.Outcome, preview.NeedsConsent, preview.Changes.Removed));
    }

    [Fact]
    public async Task Evaluate_SomePredictionsCorrected_CountsPredictionsByBothClasses()
    {
        await using var pipeline = await TestPipeline.StartAsync(Backend.Embedded);
        for (var number = 1; number <= 10; number++)
        {
            await pipeline.PutPhotoAsync($"user{number}/a.jpg", TestImages.Jpeg(number * 2));
            await pipeline.PutPhotoAsync($"user{number}/b.jpg", TestImages.Jpeg((number * 2) + 1));
            await pipeline.Predictions.AddAsync(
                number, s_noon.AddMinutes(number), number <= 6 ? "Queen" : "Fire", $"[\"user{number}/a.jpg\", \"user{number}/b.jpg\"]", isVerified: number != 10, number, number <= 4 ? "Queen" : "Fire");
        }

        await pipeline.BuildAsync(s_october, DatasetKind.Verified);
        var evaluator = pipeline.Services.GetRequiredService<ModelEvaluator>();

        foreach (var evaluation in new[]
        {
            await evaluator.EvaluateOrNullAsync(ListReference.Of(DatasetKind.Verified, s_october), TestContext.Current.CancellationToken),
            await evaluator.EvaluateOrNullAsync(ListReference.Of(new DateOnly(2026, 10, 5)), TestContext.Current.CancellationToken),
            await evaluator.EvaluateDaysAsync(s_october, TestContext.Current.CancellationToken),
            await evaluator.EvaluateDaysAsync(null, TestContext.Current.CancellationToken),
        })
        {
            Assert.NotNull(evaluation);
            Assert.Equal([new("Fire", "Fire", 3), new("Queen", "Fire", 2), new("Queen", "Queen", 4)], evaluation.Cells);
            Assert.Equal((9, 7), (evaluation.Predictions, evaluation.Correct));
            Assert.Equal(new ClassScore("Queen", 6, 4, 4), evaluation.Of("Queen"));
            Assert.Equal(new ConfidenceBin(0.7, 7, 2), evaluation.Confidence[7]);
            Assert.Equal(10, evaluation.Confidence.Count);
        }

        foreach (var month in new Month?[] { s_october, null })
        {
            var (list, images) = Assert.Single(await evaluator.DaysOfCellAsync(month, "Queen", "Fire", TestContext.Current.CancellationToken));
            Assert.Equal((new DateOnly(2026, 10, 5), 4), (list.Reference.Day, images));
            Assert.Empty(await evaluator.DaysOfCellAsync(month, "Fire", "Queen", TestContext.Current.CancellationToken));
        }
    }

    private static async Task<BrowsedList> OpenAsync(TestPipeline pipeline, string text)
    {
        Assert.True(ListReference.TryParse(text, out var reference));
        return Assert.IsType<BrowsedList>(await pipeline.Services.GetRequiredService<ListCatalog>().FindOrNullAsync(reference, TestContext.Current.CancellationToken));
    }

    // Twelve predictions, 1 to 12, of one photo each, all but 2 and 12 verified; two gold images each of Queen and Fire.
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
}
