using DatasetAdmin.Core.Building;
using DatasetAdmin.Core.Classes;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.ImageLists;

namespace DatasetAdmin.Tests.Building;

public sealed class BuildPlanTests : IDisposable
{
    private static readonly FaceClasses s_classes = new([new(0, "Queen", ["Queen"], []), new(1, "Soft", ["Soft"], []), new(2, "Warm", ["Warm"], [])]);

    private readonly string _scratch = Directory.CreateTempSubdirectory("datasetadmin-").FullName;

    [Fact]
    public async Task Decide_MoreRowsThanAreSortedAtOnce_HasEachOnceInTheOrderOfPaths()
    {
        // Two ranges of sorted rows and a part of a third; each prediction has four photos, the last of which repeats the first.
        const int PerDay = 80_000;
        using var database = ListDatabase.Create(_scratch, new ImageListOptions());
        var plan = new BuildPlan(database, DatasetKind.Full, s_classes);
        plan.Create();
        for (var number = 0; number < 2; number++)
        {
            var day = new DateOnly(2026, 10, 1 + number);
            plan.AddDay(day, WriteDay(database, day, number * PerDay / 4, PerDay));
        }

        await plan.AddLabelsAsync(Predictions(2 * PerDay / 4).ToAsyncEnumerable(), TestContext.Current.CancellationToken);
        plan.Decide(1, []);

        var paths = database.Rows("SELECT path FROM plan", row => row.GetString(0)).ToList();
        Assert.Equal(2 * PerDay * 3 / 4, paths.Count);
        Assert.Equal(paths.Distinct().Order(StringComparer.Ordinal), paths);
        Assert.Equal(2 * PerDay / 4, database.Count("SELECT count(*) FROM left_out WHERE reason = 'duplicate'"));
        Assert.Equal(0, database.Count("SELECT count(*) FROM plan p JOIN candidates c USING (sha256) WHERE p.prediction_id <> c.prediction_id OR p.class <> split_part(p.path, '/', 1)"));
    }

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    private static string WriteDay(ListDatabase database, DateOnly day, int firstPrediction, int photos)
    {
        var path = Path.Combine(database.Folder, $"{day:yyyy-MM-dd}.parquet");
        database.Execute($"CREATE OR REPLACE TABLE day_list ({ImageColumns.Definition(ImageColumns.Day)})");
        database.Execute($"""
            INSERT INTO day_list BY NAME SELECT format('Queen/{"{}_{}_{}.jpg"}', id, photo, substr(sha256, 1, 8)) AS file, 'Queen' AS class, id AS prediction_id, photo AS photo_index,
                'jpeg' AS format, []::VARCHAR[] AS flags, sha256, md5(sha256) AS etag, 1::BIGINT AS bytes
            FROM (SELECT format('p{"{:06d}"}', {firstPrediction} + n // 4) AS id, (n % 4)::INTEGER AS photo, sha256(format('{"{}-{}"}', {firstPrediction} + n // 4, n % 4 % 3)) AS sha256
                FROM range({photos}) t(n))
            """);
        database.WriteParquet("SELECT * FROM day_list", path);
        return path;
    }

    private static IEnumerable<Prediction> Predictions(int count) => Enumerable.Range(0, count).Select(number => new Prediction(
        $"p{number:000000}", $"user-{number}", null, null, s_classes.All[number % 3].Name, "Queen", IsVerified: false, null, null,
        new DateTime(2026, 10, 1, 0, 0, 0, DateTimeKind.Utc), null, null));
}
