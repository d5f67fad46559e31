namespace DatasetAdmin.Benchmarks.Scenarios;

/// <summary>The same day twice, in two processes: the second time no photo may be read and little asked.</summary>
internal static class RecollectScenario
{
    private static readonly DateOnly s_warmUp = new(2025, 10, 5);
    private static readonly DateOnly s_day = new(2025, 10, 6);

    public static async Task<IReadOnlyList<Figure>> RunAsync(int size)
    {
        using var workplace = await Workplace.OnS3Async();
        var photos = Photos.Small();
        await workplace.AddDayAsync(s_warmUp, Math.Min(100, size), number => photos.Get(number));
        await workplace.AddDayAsync(s_day, size, number => photos.Get(1_000_000 + number));
        var settings = workplace.Settings("artifacts");
        await workplace.WriteTableAsync(settings);
        var order = new Order(settings, $"{s_day:yyyy-MM-dd}", $"{s_warmUp:yyyy-MM-dd}");
        var first = await ChildProcess.MeasureAsync("collect", order);
        var again = await ChildProcess.MeasureAsync("collect", order);
        var unchanged = new Figure("unchanged", size, again, "first", first);
        return
        [
            new("first", size, first),
            unchanged with { Goals = size < 20_000 ? [] : [Goal.AtMost(0.03, unchanged.Ratio, " of the first"), Goal.AtMost(0, again.PhotosRead, " photos read")] },
        ];
    }
}
