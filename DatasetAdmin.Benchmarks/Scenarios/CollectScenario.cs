namespace DatasetAdmin.Benchmarks.Scenarios;

/// <summary>
/// Photos of 400 KB from an S3 server, sixteen at once, beside <see cref="BareLoop"/> on the same keys: alternately three
/// times, each time in fresh processes and a fresh artifacts bucket, and once where it only shows that it works. Both move 300
/// other photos before the clock runs.
/// </summary>
internal static class CollectScenario
{
    private static readonly DateOnly s_warmUp = new(2025, 10, 5);
    private static readonly DateOnly s_day = new(2025, 10, 6);

    public static async Task<IReadOnlyList<Figure>> RunAsync(int size)
    {
        using var workplace = await Workplace.OnS3Async();
        var photos = Photos.Large();
        await workplace.AddDayAsync(s_warmUp, Math.Min(300, size), number => photos.Get(number));
        await workplace.AddDayAsync(s_day, size, number => photos.Get(1_000_000 + number));
        List<Measured> ours = [], bare = [];
        List<Figure> figures = [];
        for (var round = 1; round <= (size < 100 ? 1 : 3); round++)
        {
            bare.Add(await BareAsync(workplace, $"bare{round}"));
            var settings = workplace.Settings($"ours{round}");
            await workplace.WriteTableAsync(settings);
            ours.Add(await ChildProcess.MeasureAsync("collect", new(settings, $"{s_day:yyyy-MM-dd}", $"{s_warmUp:yyyy-MM-dd}")));
            figures.Add(new($"round {round}", size, ours[^1], "bare loop", bare[^1]));
        }

        figures.Add(new("median", size, Median(ours), "bare loop", Median(bare)));
        return figures;
    }

    private static async Task<Measured> BareAsync(Workplace workplace, string name)
    {
        var settings = workplace.Settings(name);
        var lists = new[] { s_day, s_warmUp }.ToDictionary(day => day, day => Path.Combine(settings["DataFolder"], $"{day:MMdd}.txt"));
        foreach (var (day, path) in lists)
        {
            await File.WriteAllLinesAsync(path, workplace.Keys[day]);
        }

        return await ChildProcess.MeasureAsync("bare", new(settings, lists[s_day], lists[s_warmUp]));
    }

    private static Measured Median(List<Measured> measured) => measured.OrderBy(item => item.Seconds).ElementAt(measured.Count / 2);
}
