using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Comparing;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using static DatasetAdmin.Tests.Support.GeneratedDataset;

namespace DatasetAdmin.Tests.Browsing;

/// <summary>Two datasets of 1.2 million images, of which only the lists are there.</summary>
public sealed class MillionImages : IAsyncLifetime
{
    public GeneratedDataset LeftData { get; } = new(new(2026, 8), 1_200_600);

    public GeneratedDataset RightData { get; } = new(new(2026, 9), 1_200_600, First: 9000, Relabelled: 200);

    public TestPipeline Pipeline { get; private set; } = null!;

    public BrowsedList Left { get; private set; } = null!;

    public BrowsedList Right { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Pipeline = await TestPipeline.StartAsync(Backend.Embedded, settings: new Dictionary<string, string> { ["ImageLists:MemoryMegabytes"] = "1024" });
        var lists = Pipeline.Services.GetRequiredService<ImageListStore>();
        await LeftData.StoreAsync(lists, Pipeline.Buckets, CancellationToken.None);
        await RightData.StoreAsync(lists, Pipeline.Buckets, CancellationToken.None);
        var catalog = Pipeline.Services.GetRequiredService<ListCatalog>();
        Left = (await catalog.FindOrNullAsync(ListReference.Of(DatasetKind.Full, LeftData.Month), CancellationToken.None))!;
        Right = (await catalog.FindOrNullAsync(ListReference.Of(DatasetKind.Full, RightData.Month), CancellationToken.None))!;
    }

    public ValueTask DisposeAsync() => Pipeline.DisposeAsync();
}

public class MillionImagesTests(MillionImages million) : IClassFixture<MillionImages>
{
    private GeneratedDataset Data => million.LeftData;

    private ImageQueries Images => million.Pipeline.Services.GetRequiredService<ImageQueries>();

    private DatasetComparer Comparer => million.Pipeline.Services.GetRequiredService<DatasetComparer>();

    [Fact]
    public async Task DistributionAsync_All_CountsEveryImageOfEachClass()
    {
        var expected = Data.Numbers.GroupBy(Data.ClassOf).Select(group => new ClassCount(
            group.Key, group.LongCount(), group.LongCount(IsGold), group.LongCount(IsVerified), group.Sum(BytesOf))).OrderBy(item => item.Class, StringComparer.Ordinal);

        Assert.Equal(expected, await Images.DistributionAsync(million.Left, ImageFilter.All, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(null, null, null, null, 0)]
    [InlineData(null, null, null, null, 1_200_540)]
    [InlineData("Queen", null, null, null, 40_000)]
    [InlineData("Warm", true, true, "jpeg", 1000)]
    [InlineData("Aristocratic", false, null, "png", 0)]
    [InlineData(null, true, true, "png", 500)]
    [InlineData("Soft", null, false, null, 1_000_000)]
    public async Task PageAsync_AnyClassUnderAnyFilter_HoldsTheRightImagesInTheListsOrder(string? face, bool? verified, bool? relabelled, string? format, int skip)
    {
        var filter = new ImageFilter { Class = face, Verified = verified, Relabelled = relabelled, Format = format, MinBytes = 210_000 };
        var expected = Data.Numbers
            .Where(number => (face is null || Data.ClassOf(number) == face)
                && (verified is null || (!IsGold(number) && IsVerified(number) == verified))
                && (relabelled is null || (Data.ClassOf(number) != Data.InitialOf(number)) == relabelled)
                && (format is null || FormatOf(number) == format)
                && BytesOf(number) >= 210_000)
            .OrderBy(Data.ClassOf, StringComparer.Ordinal).ThenBy(number => number).ToList();

        var page = await Images.PageAsync(million.Left, filter, ImageOrder.Listed, skip, 60, TestContext.Current.CancellationToken);

        Assert.Equal(expected.Count, page.Total);
        Assert.Equal(expected.Skip(skip).Take(60).Select(BytesOf), page.Images.Select(image => image.Bytes));
        Assert.Equal(expected.Skip(skip).Take(60).Select(PredictionOf), page.Images.Select(image => image.PredictionId));
        Assert.All(page.Images, image => Assert.Equal($"datasets/full/2026-08/{image.Path}", image.Key));
    }

    [Fact]
    public async Task PageAsync_NewestFirst_BeginsWithTheLastAndGoesOnWithoutAGap()
    {
        List<string?> found = [];
        for (var skip = 0; skip < 180; skip += 60)
        {
            found.AddRange((await Images.PageAsync(million.Left, new() { Class = "Fire" }, ImageOrder.Newest, skip, 60, TestContext.Current.CancellationToken)).Images.Select(image => image.PredictionId));
        }

        Assert.Equal(Data.Numbers.Where(number => Data.ClassOf(number) == "Fire").OrderDescending().Take(180).Select(PredictionOf), found);
    }

    [Theory]
    [InlineData("00012345-PREDICTION", 4)]
    [InlineData("0001234", 40)]
    [InlineData("000123", 400)]
    [InlineData("0001", 40_000)]
    [InlineData("00012345-predictions", 0)]
    [InlineData("User-", 1_200_600)]
    [InlineData("anything else", 0)]
    public async Task PageAsync_BeginningOfAnIdInAnyLetters_FindsItsImages(string search, int expected)
    {
        var page = await Images.PageAsync(million.Left, new() { Search = search }, ImageOrder.Listed, 0, 60, TestContext.Current.CancellationToken);

        Assert.Equal((expected, Math.Min(expected, 60)), ((int)page.Total, page.Images.Count));
        Assert.All(page.Images, image => Assert.True($"{image.PredictionId} {image.UserId}".Contains(search, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public async Task CompareAsync_TwoMillions_CountsEveryDifference()
    {
        var comparison = await Comparer.CompareAsync(million.Left, million.Right, TestContext.Current.CancellationToken);

        var both = Data.Numbers.Skip(9000).ToList();
        var relabelled = both.Where(number => Data.ClassOf(number) != million.RightData.ClassOf(number)).ToList();
        Assert.Equal((9000, 9000, relabelled.Count, both.Count - relabelled.Count), (comparison.OnlyLeft, comparison.OnlyRight, comparison.RelabelledImages, comparison.Same));
        Assert.Equal(
            relabelled.GroupBy(number => (From: Data.ClassOf(number), To: million.RightData.ClassOf(number))).Select(group => new Relabelling(group.Key.From, group.Key.To, group.LongCount()))
                .OrderByDescending(item => item.Images).ThenBy(item => item.From, StringComparer.Ordinal).ThenBy(item => item.To, StringComparer.Ordinal),
            comparison.Relabelled);
        Assert.Equal(GeneratedDataset.Classes, comparison.Classes.Select(item => item.Class));
        Assert.All(comparison.Classes, item => Assert.Equal((600, item.Left + item.OnlyRight + item.MovedHere - item.OnlyLeft - item.MovedAway), (item.OnlyLeft, item.Right)));
    }

    [Theory]
    [InlineData(ComparisonPart.OnlyLeft, "Queen", null, 540)]
    [InlineData(ComparisonPart.OnlyRight, null, "Fire", 0)]
    [InlineData(ComparisonPart.Relabelled, "Warm", "Aristocratic", 60)]
    [InlineData(ComparisonPart.Relabelled, null, null, 5000)]
    [InlineData(ComparisonPart.OnlyLeft, null, null, 8990)]
    [InlineData(ComparisonPart.OnlyLeft, null, null, 90_000)]
    public async Task PageAsync_AnyPartOfADifference_HoldsTheRightImages(ComparisonPart part, string? from, string? to, int skip)
    {
        var (left, right) = (million.LeftData, million.RightData);
        var expected = part switch
        {
            ComparisonPart.OnlyLeft => left.Numbers.Except(right.Numbers).Where(number => from is null || left.ClassOf(number) == from).OrderBy(left.ClassOf, StringComparer.Ordinal),
            ComparisonPart.OnlyRight => right.Numbers.Except(left.Numbers).Where(number => to is null || right.ClassOf(number) == to).OrderBy(right.ClassOf, StringComparer.Ordinal),
            _ => left.Numbers.Skip(9000).Where(number => left.ClassOf(number) != right.ClassOf(number) && (from is null || left.ClassOf(number) == from) && (to is null || right.ClassOf(number) == to))
                .OrderBy(left.ClassOf, StringComparer.Ordinal),
        };
        var numbers = expected.ThenBy(number => number).ToList();

        var page = await Comparer.PageAsync(million.Left, million.Right, part, from, to, skip, 60, TestContext.Current.CancellationToken);

        Assert.Equal(numbers.Count, page.Total);
        Assert.Equal(numbers.Skip(skip).Take(60).Select(BytesOf), page.Images.Select(image => (image.Left ?? image.Right)!.Bytes));
        Assert.All(page.Images, image => Assert.Equal((part != ComparisonPart.OnlyRight, part != ComparisonPart.OnlyLeft), (image.Left is not null, image.Right is not null)));
        Assert.All(page.Images.Where(image => image.Left is not null && image.Right is not null), image => Assert.Equal(image.Left!.Sha256, image.Right!.Sha256));
    }

    [Fact]
    public async Task AskAsync_FortyAtOnce_AllAreAnswered()
    {
        var pages = await Task.WhenAll(Enumerable.Range(0, 40).Select(number =>
            Images.PageAsync(million.Left, new() { Class = GeneratedDataset.Classes[number % 15] }, ImageOrder.Listed, number * 1000, 60, TestContext.Current.CancellationToken)));

        Assert.All(pages, page => Assert.Equal((80_040, 60), (page.Total, page.Images.Count)));
    }

    [Fact]
    public async Task AskAsync_CancelledWhileItRuns_StopsAndTheConnectionGoesOnAnswering()
    {
        var browser = million.Pipeline.Services.GetRequiredService<ListBrowser>();
        using var stop = new CancellationTokenSource();
        var asked = new TaskCompletionSource();
        var endless = browser.AskAsync(
            question =>
            {
                asked.SetResult();
                return question.Count("SELECT sum(a.range * b.range)::BIGINT % 7 FROM range(10_000_000) a, range(10_000_000) b");
            },
            stop.Token);
        await asked.Task;
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => endless);
        Assert.Equal(1, await browser.AskAsync(question => question.Count("SELECT 1"), TestContext.Current.CancellationToken));
    }
}
