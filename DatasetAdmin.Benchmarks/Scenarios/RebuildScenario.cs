namespace DatasetAdmin.Benchmarks.Scenarios;

/// <summary>
/// A month of small objects on the file store, built, built again unchanged, and built after 100 images got another class. Each is
/// a process of its own.
/// </summary>
internal static class RebuildScenario
{
    private const int PhotosPerPrediction = 4;

    public static async Task<IReadOnlyList<Figure>> RunAsync(int size)
    {
        using var workplace = Workplace.OnFiles();
        var settings = workplace.Settings("artifacts");
        await GeneratedMonth.WriteAsync(workplace, settings, size, hasFiles: true);
        var order = new Order(settings, $"{GeneratedMonth.Month}");
        var built = await ChildProcess.MeasureAsync("build", order);
        var unchanged = await ChildProcess.MeasureAsync("build", order);
        var day = GeneratedMonth.Month.FirstDay;
        var relabelled = Math.Clamp(workplace.Keys[day].Count / PhotosPerPrediction, 1, 100 / PhotosPerPrediction);
        await Workplace.RelabelAsync(settings, day, relabelled);
        var rebuilt = await ChildProcess.MeasureAsync("build", order);
        var last = new Figure($"{relabelled * PhotosPerPrediction} relabelled", size, rebuilt, "first", built);
        return
        [
            new("first", size, built),
            new("unchanged", size, unchanged, "first", built),
            last with { Goals = size < 200_000 ? [] : [Goal.AtMost(0.05, last.Ratio, " of the first"), Goal.AtMost(250, rebuilt.Writes, " writes")] },
        ];
    }
}
