using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Benchmarks.Scenarios;

/// <summary>Lists of many images, which no objects belong to: how long what people ask of them takes, each question the median of twenty, warm.</summary>
internal static class BrowseScenario
{
    public static Month Left { get; } = new(2025, 10);

    public static Month Right { get; } = new(2025, 11);

    public static async Task<IReadOnlyList<Figure>> RunAsync(int size)
    {
        using var workplace = Workplace.OnFiles();
        var settings = workplace.Settings("artifacts");
        size = (size + 899) / 900 * 900;

        // Room to sort the rows that are made up; whoever is measured has what the program has.
        await using (var app = await ProgramSteps.StartAsync(new Dictionary<string, string>(settings) { ["ImageLists:MemoryMegabytes"] = "2048" }))
        {
            var (lists, buckets) = (app.Services.GetRequiredService<ImageListStore>(), app.Services.GetRequiredService<Buckets>());
            await new GeneratedDataset(Left, size).StoreAsync(lists, buckets, CancellationToken.None);
            await new GeneratedDataset(Right, size, First: size / 900 * 9, Relabelled: 200).StoreAsync(lists, buckets, CancellationToken.None);
        }

        List<Figure> figures = [];
        foreach (var question in BrowseQuestions.Names.Append(BrowseQuestions.All))
        {
            var asked = await ChildProcess.MeasureAsync("browse", new(settings, question));
            figures.Add(new(question, size, asked) { Goals = size < 1_200_000 ? [] : Goals(question, asked) });
        }

        return figures;
    }

    private static Goal[] Goals(string question, Measured asked) => question switch
    {
        BrowseQuestions.All => [Goal.AtMost(512, asked.PeakMegabytes, " MB")],
        BrowseQuestions.Distribution => [Goal.AtMost(0.05, asked.Seconds, " s")],
        BrowseQuestions.Comparison or BrowseQuestions.FirstComparison => [Goal.AtMost(0.4, asked.Seconds, " s")],
        _ => [Goal.AtMost(0.08, asked.Seconds, " s")],
    };
}
