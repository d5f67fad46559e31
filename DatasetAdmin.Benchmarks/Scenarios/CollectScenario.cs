using DatasetAdmin.Tests.Support;

namespace DatasetAdmin.Benchmarks.Scenarios;

/// <summary>
/// Photos of 400 KB from an S3 server, sixteen at once, beside <see cref="BareLoop"/> on the same keys: alternately three
/// times, each time in fresh processes and a fresh artifacts bucket, and once where it only shows that it works. Both move 300
/// other photos before the clock runs.
/// </summary>
/// <remarks>
/// First on a server whose disk takes its time, as in production, so that the server is what both wait for; then on one that keeps
/// everything in memory, where what checking takes of the cores is taken from the server.
/// </remarks>
internal static class CollectScenario
{
    private static readonly DateOnly s_warmUp = new(2025, 10, 5);
    private static readonly DateOnly s_day = new(2025, 10, 6);

    public static async Task<IReadOnlyList<Figure>> RunAsync(int size)
    {
        List<Figure> figures = [];
        await using (var server = await StartAsync(diskSeconds: "0.002"))
        {
            using var slow = Workplace.On(server);
            figures.AddRange(await RunAsync(slow, size, "disk"));
        }

        using var memory = await Workplace.OnS3Async();
        figures.AddRange(await RunAsync(memory, size, "memory"));
        return figures;
    }

    private static async Task<S3Server> StartAsync(string diskSeconds)
    {
        const string Variable = "DATASETADMIN_CEPH_DISK_SECONDS";
        Environment.SetEnvironmentVariable(Variable, diskSeconds);
        try
        {
            return await TestServers.OwnCephAsync();
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    private static async Task<IReadOnlyList<Figure>> RunAsync(Workplace workplace, int size, string keptOn)
    {
        var photos = Photos.Large();
        await workplace.AddDayAsync(s_warmUp, Math.Min(300, size), number => photos.Get(number));
        await workplace.AddDayAsync(s_day, size, number => photos.Get(1_000_000 + number));
        var figures = await Rounds.AlternateAsync(
            size,
            async round =>
            {
                var settings = workplace.Settings($"ours{round}");
                await workplace.WriteTableAsync(settings);
                return await ChildProcess.MeasureAsync("collect", new(settings, $"{s_day:yyyy-MM-dd}", $"{s_warmUp:yyyy-MM-dd}"));
            },
            "bare loop",
            round => BareAsync(workplace, $"bare{round}"),
            median => [Goal.AtMost(1.15, median.Ratio, " times the loop"), Goal.AtMost(2.2, median.RequestsPerObject, " requests each")]);
        return [.. figures.Select(figure => figure with { What = $"{keptOn}, {figure.What}" })];
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
}
