using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Tests.Candidates;

public class CandidateImagesTests
{
    private static readonly DateOnly s_day = new(2026, 10, 5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Backend.Embedded)]
    [InlineData(Backend.Servers)]
    public async Task Queries_ACollectedDayThatWasBuilt_AnswerFromItsLists(Backend backend)
    {
        await using var pipeline = await TestPipeline.StartAsync(backend);
        var noon = s_day.ToDateTime(new TimeOnly(12, 0), DateTimeKind.Utc);
        for (var number = 1; number <= 6; number++)
        {
            await pipeline.PutPhotoAsync($"user/{number}.jpg", number == 3 ? TestImages.Png(number, 600, 700) : TestImages.Jpeg(number));
            await pipeline.Predictions.AddAsync(number, noon.AddMinutes(-number), number < 4 ? "Queen" : "Fire", $"[\"user/{number}.jpg\"]", isVerified: number % 2 == 0, user: number, initial: number == 4 ? "Queen" : null);
        }

        await pipeline.PutPhotoAsync("user/7.jpg", TestImages.TruncatedJpeg());
        await pipeline.Predictions.AddAsync(7, noon, "Queen", isVerified: false, "user/7.jpg");
        await pipeline.Predictions.AddAsync(8, noon, "Queen", isVerified: false, "user/nothing.jpg");
        await pipeline.CollectAsync(s_day);
        await pipeline.BuildAsync(Month.Of(s_day), DatasetKind.Full);
        await pipeline.BuildAsync(Month.Of(s_day), DatasetKind.Verified);
        var images = pipeline.Services.GetRequiredService<CandidateImages>();
        var queries = pipeline.Services.GetRequiredService<ImageQueries>();
        var day = await pipeline.Services.GetRequiredService<CandidateQueries>().DayAsync(s_day, Token);
        var list = (await pipeline.Services.GetRequiredService<ListCatalog>().FindOrNullAsync(ListReference.Of(s_day), Token))!;

        // Oldest first: number 6 is the oldest.
        Assert.Equal([6, 5, 4, 3, 2, 1], await NumbersAsync(ImageFilter.All));
        Assert.Equal([3, 2, 1], await NumbersAsync(new() { Class = "Queen" }));
        Assert.Equal([4], await NumbersAsync(new() { Relabelled = true }));
        Assert.Equal([6, 4], await NumbersAsync(new() { Verified = true, Class = "Fire" }));
        Assert.Equal([3], await NumbersAsync(new() { Format = "png" }));
        Assert.Equal([5], await NumbersAsync(new() { Search = TestPredictions.Id(5)[..8].ToUpperInvariant() }));
        Assert.Equal([5], await NumbersAsync(new() { Search = TestPredictions.Id(1_000_005) }));
        Assert.Empty(await NumbersAsync(new() { Search = "' OR 1=1 --" }));
        Assert.Equal([1, 2, 3, 4, 5, 6], await NumbersAsync(ImageFilter.All, ImageOrder.Newest));

        var image = (await queries.PageAsync(list, new() { Relabelled = true }, ImageOrder.Listed, 0, 1, Token)).Images[0];
        Assert.Equal(("Fire", "Queen", true), (image.Class, image.InitialPrediction, image.IsVerified));
        Assert.Equal(image with { Flags = [] }, await queries.FindOrNullAsync(list, image.Path, Token) is { } found ? found with { Flags = [] } : null);
        Assert.Equal(TestImages.Jpeg(4), await pipeline.ReadAsync(image.Key));
        Assert.Equal(2, await queries.PositionOrNullAsync(list, ImageFilter.All, ImageOrder.Listed, image.Row, Token));
        Assert.Equal(3, await queries.PositionOrNullAsync(list, ImageFilter.All, ImageOrder.Newest, image.Row, Token));
        Assert.Null(await queries.PositionOrNullAsync(list, new() { Class = "Queen" }, ImageOrder.Listed, image.Row, Token));
        Assert.Null(await queries.FindOrNullAsync(list, "Queen/nothing.jpg", Token));

        var uses = await images.UsesAsync(s_day, image.Path, Token);
        Assert.Equal(["verified 2026-10-v1", "full 2026-10-v1"], uses.Select(use => $"{use.Kind.Name()} {use.Version}"));

        var rejected = await images.RejectedAsync(day.Manifest!, null, 0, 10, Token);
        Assert.Equal(["corrupt_image", "missing_object"], rejected.Select(photo => photo.Reason).Order());
        var missing = Assert.Single(await images.RejectedAsync(day.Manifest!, "missing_object", 0, 10, Token));
        Assert.Equal((TestPredictions.Id(8), "user/nothing.jpg"), (missing.PredictionId, missing.SourceUrl));

        async Task<IReadOnlyList<int>> NumbersAsync(ImageFilter filter, ImageOrder order = ImageOrder.Listed)
        {
            var page = await queries.PageAsync(list, filter, order, 0, 100, Token);
            Assert.Equal(page.Images.Count, page.Total);
            var numbers = Enumerable.Range(1, 6).ToDictionary(TestPredictions.Id);
            return [.. page.Images.Select(item => numbers[item.PredictionId!])];
        }
    }

    [Fact]
    public async Task Day_CollectedAgainAfterAChange_IsReadAnew()
    {
        await using var pipeline = await TestPipeline.StartAsync(Backend.Embedded);
        var queries = pipeline.Services.GetRequiredService<CandidateQueries>();
        var noon = s_day.ToDateTime(new TimeOnly(12, 0), DateTimeKind.Utc);
        Assert.True((await queries.DayAsync(s_day, Token)).IsMissing);
        for (var number = 1; number <= 3; number++)
        {
            await pipeline.PutPhotoAsync($"user/{number}.jpg", TestImages.Jpeg(number));
            await pipeline.Predictions.AddAsync(number, noon, "Queen", isVerified: true, $"user/{number}.jpg");
            await pipeline.CollectAsync(s_day);

            Assert.Equal(number, (await queries.DayAsync(s_day, Token)).Manifest!.Totals.Images);
            Assert.Equal(number, (await queries.DayAsync(s_day, Token)).Manifest!.Totals.Images);
        }
    }
}
