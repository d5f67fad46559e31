using DatasetAdmin.Core.Datasets;

namespace DatasetAdmin.Benchmarks.Scenarios;

/// <summary>
/// A month on an S3 server, built, built again unchanged, and built after 100 images got another class. A month of a
/// hundred images goes before each, unmeasured.
/// </summary>
internal static class RebuildScenario
{
    private const int PhotosPerPrediction = 4;
    private static readonly Month s_month = new(2025, 10);

    public static async Task<IReadOnlyList<Figure>> RunAsync(int size)
    {
        using var workplace = await Workplace.OnS3Async();
        var photos = Photos.Small();
        var perDay = (size + 4) / 5;
        for (var day = 0; day < 5; day++)
        {
            var first = day * perDay;
            await workplace.AddDayAsync(s_month.FirstDay.AddDays(day), Math.Min(perDay, size - first), number => photos.Get(first + number));
        }

        await workplace.AddDayAsync(s_month.Previous.FirstDay, Math.Min(100, size), number => photos.Get(1_000_000 + number));
        var settings = workplace.Settings("artifacts");
        await workplace.WriteTableAsync(settings);

        // All days, the empty ones too, so that the first build doesn't have to.
        await ChildProcess.MeasureAsync("collect", new(settings, string.Join(',', s_month.Previous.Days.Concat(s_month.Days).Select(day => $"{day:yyyy-MM-dd}"))));
        var order = new Order(settings, $"{s_month}", $"{s_month.Previous}");
        var built = await ChildProcess.MeasureAsync("build", order);
        var unchanged = await ChildProcess.MeasureAsync("build", order);
        var relabelled = Math.Min(100 / PhotosPerPrediction, size / 20);
        await Workplace.RelabelAsync(settings, s_month.FirstDay, relabelled);
        var rebuilt = await ChildProcess.MeasureAsync("build", order);
        return
        [
            new("first", size, built),
            new("unchanged", size, unchanged, "first", built),
            new($"{relabelled * PhotosPerPrediction} relabelled", size, rebuilt, "first", built),
        ];
    }
}
