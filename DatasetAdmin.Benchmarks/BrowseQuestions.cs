using System.Diagnostics;
using DatasetAdmin.Benchmarks.Scenarios;
using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Comparing;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Benchmarks;

/// <summary>What people ask of a dataset's list and of two of them.</summary>
internal static class BrowseQuestions
{
    public const string All = "all of these in one process";
    public const string Distribution = "distribution";
    public const string FirstComparison = "comparison, for the first time";
    public const string Comparison = "comparison";
    private const int Times = 20;

    private static readonly (string Name, Func<Lists, Task> Ask)[] s_questions =
    [
        (Distribution, lists => lists.Images.DistributionAsync(lists.Left, ImageFilter.All, CancellationToken.None)),
        ("first page of all", lists => lists.PageAsync(ImageFilter.All, ImageOrder.Listed, 0)),
        ("a page in the middle of all", lists => lists.PageAsync(ImageFilter.All, ImageOrder.Listed, lists.Left.Rows / 2)),
        ("a page of a class", lists => lists.PageAsync(new() { Class = "Queen" }, ImageOrder.Listed, lists.Left.Rows / 30)),
        ("a page of a class, filtered", lists => lists.PageAsync(
            new() { Class = "Warm", Verified = true, Relabelled = true, Format = "jpeg", MinBytes = 250_000 }, ImageOrder.Listed, lists.Left.Rows / 900)),
        ("a page of a class, newest first", lists => lists.PageAsync(new() { Class = "Fire" }, ImageOrder.Newest, lists.Left.Rows / 30)),
        ("a page of all, filtered", lists => lists.PageAsync(
            new() { Verified = true, Relabelled = true, Format = "jpeg", MinBytes = 250_000 }, ImageOrder.Listed, lists.Left.Rows / 100)),
        ("a page of all, newest first", lists => lists.PageAsync(ImageFilter.All, ImageOrder.Newest, 0)),
        ("the images of a prediction", lists => lists.PageAsync(new() { Search = "00000100" }, ImageOrder.Listed, 0)),
        (FirstComparison, lists => lists.CompareAnewAsync()),
        (Comparison, lists => lists.Comparer.CompareAsync(lists.Left, lists.Right, CancellationToken.None)),
        ("a page of the relabelled", lists => lists.Comparer.PageAsync(lists.Left, lists.Right, ComparisonPart.Relabelled, null, null, 60, 60, CancellationToken.None)),
        ("a page of only left, one class", lists => lists.Comparer.PageAsync(lists.Left, lists.Right, ComparisonPart.OnlyLeft, "Queen", null, 60, 60, CancellationToken.None)),
    ];

    public static IEnumerable<string> Names => s_questions.Select(question => question.Name);

    /// <summary>Asks one question, or all, twenty times after a few unmeasured ones; the time is the median, or of all their sum.</summary>
    public static async Task<Measured> RunAsync(Order order)
    {
        await using var app = await ProgramSteps.StartAsync(order.Settings);
        var services = app.Services;
        var catalog = services.GetRequiredService<ListCatalog>();
        var lists = new Lists(
            await OpenAsync(catalog, BrowseScenario.Left),
            await OpenAsync(catalog, BrowseScenario.Right),
            services.GetRequiredService<ImageQueries>(),
            services.GetRequiredService<DatasetComparer>(),
            services.GetRequiredService<DataFolder>());
        double seconds = 0;
        var whole = await ChildProcess.TimeAsync(async () =>
        {
            foreach (var (_, ask) in s_questions.Where(question => order.Target == All || question.Name == order.Target))
            {
                seconds += await MedianAsync(() => ask(lists));
            }
        });
        return whole with { Seconds = seconds };
    }

    private static async Task<BrowsedList> OpenAsync(ListCatalog catalog, Month month) =>
        await catalog.FindOrNullAsync(ListReference.Of(DatasetKind.Full, month), CancellationToken.None) ?? throw new InvalidOperationException($"{month} has no dataset.");

    private static async Task<double> MedianAsync(Func<Task> ask)
    {
        List<double> times = [];
        for (var time = -3; time < Times; time++)
        {
            var watch = Stopwatch.StartNew();
            await ask();
            if (time >= 0)
            {
                times.Add(watch.Elapsed.TotalSeconds);
            }
        }

        return times.Order().Skip(Times / 2).First();
    }

    private sealed record Lists(BrowsedList Left, BrowsedList Right, ImageQueries Images, DatasetComparer Comparer, DataFolder Data)
    {
        public Task PageAsync(ImageFilter filter, ImageOrder order, long skip) => Images.PageAsync(Left, filter, order, skip, 60, CancellationToken.None);

        // Without the file that an earlier comparison left.
        public Task CompareAnewAsync()
        {
            foreach (var file in Directory.EnumerateFiles(Data.Make("cache", "lists"), "pairs*"))
            {
                File.Delete(file);
            }

            return Comparer.CompareAsync(Left, Right, CancellationToken.None);
        }
    }
}
