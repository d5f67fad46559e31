namespace DatasetAdmin.Benchmarks.Scenarios;

/// <summary>A month of many candidates on the file store: how much memory its first build takes at its peak.</summary>
internal static class BuildMemoryScenario
{
    public static async Task<IReadOnlyList<Figure>> RunAsync(int size)
    {
        using var workplace = Workplace.OnFiles();
        var settings = workplace.Settings("artifacts");
        await GeneratedMonth.WriteAsync(workplace, settings, size, hasFiles: true);
        var built = await ChildProcess.MeasureAsync("build", new(settings, $"{GeneratedMonth.Month}"));
        return [new("first build, files", size, built) { Goals = size < 200_000 ? [] : [Goal.AtMost(400, built.PeakMegabytes, " MB")] }];
    }
}
