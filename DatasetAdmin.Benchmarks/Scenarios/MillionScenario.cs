using DatasetAdmin.Core.Building;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Classes;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.ImageLists;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Benchmarks.Scenarios;

/// <summary>
/// Plan and documents of a month of many images, from the Parquet lists of its days and the labels in its table: what a build does before
/// it moves the first object. Nothing is stored, and there are no objects.
/// </summary>
internal static class MillionScenario
{
    public static async Task<IReadOnlyList<Figure>> RunAsync(int size)
    {
        using var workplace = Workplace.OnFiles();
        var settings = workplace.Settings("artifacts");
        await GeneratedMonth.WriteAsync(workplace, settings, size, hasFiles: false);
        var planned = await ChildProcess.MeasureAsync("plan", new(settings, $"{GeneratedMonth.Month}"));
        return [new("plan and documents", size, planned) { Goals = size < 1_200_000 ? [] : [Goal.AtMost(60, planned.Seconds, " s"), Goal.AtMost(600, planned.PeakMegabytes, " MB")] }];
    }

    /// <summary>In a child.</summary>
    public static async Task<Measured> PlanAsync(Order order)
    {
        await using var app = await ProgramSteps.StartAsync(order.Settings);
        return await ChildProcess.TimeAsync(() => PlanAsync(app.Services, Month.Parse(order.Target)));
    }

    private static async Task PlanAsync(IServiceProvider services, Month month)
    {
        var (lists, candidates, classes) = (services.GetRequiredService<ImageListStore>(), services.GetRequiredService<CandidateQueries>(), services.GetRequiredService<FaceClasses>());
        using var database = lists.CreateDatabase();
        var plan = new BuildPlan(database, DatasetKind.Full, classes);
        plan.Create();
        List<(DateOnly, CandidateManifest?)> days = [];
        foreach (var day in month.Days)
        {
            var (manifest, list) = await candidates.ListOrNullAsync(day, CancellationToken.None) ?? throw new InvalidOperationException($"{day} has no list.");
            plan.AddDay(day, list);
            days.Add((day, manifest));
        }

        var source = services.GetRequiredService<IPredictionSource>();
        await plan.AddLabelsAsync(source.ReadDaysAsync(month.FirstDay, month.LastDay, CancellationToken.None), CancellationToken.None);
        plan.Decide(1, ["avif", "heic"]);
        plan.List();
        var (images, leftOut) = (Path.Combine(database.Folder, "images.parquet"), Path.Combine(database.Folder, "left_out.parquet"));
        database.WriteParquet($"SELECT {ImageColumns.Names(ImageColumns.Dataset)} FROM plan", images);
        database.WriteParquet("SELECT * FROM left_out ORDER BY reason, origin, day, file", leftOut);
        var described = BuildDocuments.Describe(
            plan, new(month, DatasetKind.Full, days, [], []), classes, new(month, 1), before: null, isClean: true, plan.ContentDigest(),
            new("images", plan.Images(), await Core.Storage.Hashes.Sha256OfFileAsync(images, CancellationToken.None)),
            new("left_out", database.Count("SELECT count(*) FROM left_out"), await Core.Storage.Hashes.Sha256OfFileAsync(leftOut, CancellationToken.None)),
            "benchmark", DateTime.UtcNow);
        await BuildDocuments.WriteAsync(Path.Combine(database.Folder, "manifest.json"), described, database, CancellationToken.None);
        if (described.Totals.Images == 0 || DatasetInfo.Write(described).Length == 0)
        {
            throw new InvalidOperationException("The plan is empty.");
        }
    }
}
