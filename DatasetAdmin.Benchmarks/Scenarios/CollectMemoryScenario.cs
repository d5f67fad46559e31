namespace DatasetAdmin.Benchmarks.Scenarios;

/// <summary>A day of many small photos on each store: how much memory the program takes at its peak, from its start on.</summary>
internal static class CollectMemoryScenario
{
    private static readonly DateOnly s_day = new(2025, 10, 6);

    public static async Task<IReadOnlyList<Figure>> RunAsync(int size)
    {
        var photos = Photos.Small();
        using var server = await Workplace.OnS3Async();
        using var files = Workplace.OnFiles();
        List<Figure> figures = [];
        foreach (var (name, workplace) in new[] { ("S3 server", server), ("files", files) })
        {
            await workplace.AddDayAsync(s_day, size, photos.Get);
            var settings = workplace.Settings("artifacts");
            await workplace.WriteTableAsync(settings);
            figures.Add(new(name, size, await ChildProcess.MeasureAsync("collect", new(settings, $"{s_day:yyyy-MM-dd}"))));
        }

        return figures;
    }
}
