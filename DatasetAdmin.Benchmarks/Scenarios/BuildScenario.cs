using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Benchmarks.Scenarios;

/// <summary>
/// A month's first build on an S3 server, beside rclone making the same server-side copies from the candidates' prefix to another one of
/// the same bucket, sixteen at once: alternately three times, each time in a bucket of its own. Our time has planning, checking and
/// documents in it, rclone's its start.
/// </summary>
internal static class BuildScenario
{
    private const int Days = 5;
    private const string Concurrency = "16";
    private static readonly Month s_month = new(2025, 10);

    public static async Task<IReadOnlyList<Figure>> RunAsync(int size)
    {
        using var workplace = await Workplace.OnS3Async();
        var photos = Photos.Small();
        var perDay = (size + Days - 1) / Days;
        for (var day = 0; day < Days; day++)
        {
            var first = day * perDay;
            await workplace.AddDayAsync(s_month.FirstDay.AddDays(day), Math.Clamp(size - first, 0, perDay), number => photos.Get(first + number));
        }

        await workplace.AddDayAsync(s_month.Previous.FirstDay, Math.Min(100, size), number => photos.Get(1_000_000 + number));
        return await Rounds.AlternateAsync(
            size,
            round => ChildProcess.MeasureAsync("build", new(workplace.Settings($"build{round}"), $"{s_month}", $"{s_month.Previous}")),
            "rclone copy",
            async round =>
            {
                // All days, the empty ones too, so that the build doesn't have to.
                var settings = workplace.Settings($"build{round}");
                await workplace.WriteTableAsync(settings);
                await ChildProcess.MeasureAsync("collect", new(settings, string.Join(',', s_month.Previous.Days.Concat(s_month.Days).Select(day => $"{day:yyyy-MM-dd}"))));
                return await CopyAsync(settings);
            },
            median => [Goal.AtMost(1, median.Ratio, " times rclone's time"), Goal.AtMost(1.2, median.RequestsPerObject, " requests each, listings included")]);
    }

    // What rclone would ask beyond listing and copying is left out: whether the bucket is there, the times that it keeps in its own
    // metadata, and what lies at the target, which is empty.
    private static Task<Measured> CopyAsync(Dictionary<string, string> settings) => PeerProcess.RunAsync(
        "rclone",
        "rclone",
        [
            "copy", $"bench:{settings["Buckets:Artifacts"]}/{ObjectKeys.Candidates}", $"bench:{settings["Buckets:Artifacts"]}/copies/",
            "--include", $"{s_month}-*/*/*.jpg", "--transfers", Concurrency, "--checkers", Concurrency, "--fast-list", "--no-traverse", "--no-check-dest", "--size-only", "--config", "/dev/null",
        ],
        new Dictionary<string, string>
        {
            ["RCLONE_CONFIG_BENCH_TYPE"] = "s3",
            ["RCLONE_CONFIG_BENCH_PROVIDER"] = "Ceph",
            ["RCLONE_CONFIG_BENCH_ENDPOINT"] = $"http://{settings["Minio:Endpoint"]}",
            ["RCLONE_CONFIG_BENCH_REGION"] = settings["Minio:Region"],
            ["RCLONE_CONFIG_BENCH_ACCESS_KEY_ID"] = settings["Minio:AccessKey"],
            ["RCLONE_CONFIG_BENCH_SECRET_ACCESS_KEY"] = settings["Minio:SecretKey"],
            ["RCLONE_CONFIG_BENCH_NO_CHECK_BUCKET"] = "true",
            ["RCLONE_CONFIG_BENCH_NO_HEAD"] = "true",

            // One that the machine sets for https is more than this rclone can do, and there is no https here.
            ["AWS_CA_BUNDLE"] = "",
        });
}
