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
        plan.List();

        var paths = database.Rows("SELECT path FROM plan", row => row.GetString(0)).ToList();
        Assert.Equal(2 * PerDay * 3 / 4, paths.Count);
        Assert.Equal(paths.Distinct().Order(StringComparer.Ordinal), paths);
        Assert.Equal(2 * PerDay / 4, database.Count("SELECT count(*) FROM left_out WHERE reason = 'duplicate'"));
        Assert.Equal(0, database.Count("SELECT count(*) FROM plan p JOIN candidates c USING (sha256) WHERE p.prediction_id <> c.prediction_id OR p.class <> split_part(p.path, '/', 1)"));
    }

    /// <summary>
    /// Any month, built, with changes of every kind after it: what is taken from the list of the version before is what the days' lists and
    /// the labels would have given.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task List_DaysUnchangedSinceTheVersionBefore_HasTheRowsOfAPlanThatKnowsOfNone(int seed)
    {
        var random = new Random(seed);
        var days = Enumerable.Range(1, 4).Select(number => new DateOnly(2026, 10, number)).ToArray();
        var labels = Enumerable.Range(0, days.Length * 25).Select(number => RandomLabel(random, number, days[number / 25])).ToList();
        using var files = ListDatabase.Create(_scratch, new ImageListOptions());
        var lists = days.ToDictionary(day => day, day => WriteRandomDay(files, random, day));
        using var first = await DecideAsync(1, labels, lists, head: null, []);
        var head = Path.Combine(files.Folder, "head.parquet");
        // As of a store that gives copies other ETags.
        first.WriteParquet($"SELECT {ImageColumns.Names(ImageColumns.Dataset)} FROM (SELECT * REPLACE (etag || '-copy' AS etag) FROM plan)", head);

        // A day is collected again; some predictions are gone, some are relabelled, verified or changed in what decides nothing.
        lists[days[1]] = WriteRandomDay(files, random, days[1]);
        labels = [.. labels.Where(_ => random.Next(20) > 0).Select(label => random.Next(4) > 0 ? label : Relabel(random, label, days[0]))];
        using var kept = await DecideAsync(2, labels, lists, head, [days[0], days[2], days[3]]);
        using var whole = await DecideAsync(2, labels, lists, head, []);

        Assert.Equal(Rows(whole, "plan"), Rows(kept, "plan"));
        Assert.Equal(Rows(whole, "left_out ORDER BY ALL"), Rows(kept, "left_out ORDER BY ALL"));
        var (keptRows, rows) = (kept.Count("SELECT count(*) FROM placed WHERE kept"), kept.Count("SELECT count(*) FROM placed"));
        Assert.InRange(keptRows, rows / 4, rows - 1);
        Assert.Equal(0, whole.Count("SELECT count(*) FROM placed WHERE kept"));
        Assert.NotEqual(0, kept.Count("SELECT count(*) FROM removed"));
    }

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    private static Prediction RandomLabel(Random random, int number, DateOnly day) =>
        Relabel(random, new($"p{number:000}", null, null, null, null, null, false, null, null, day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc), null, null), day);

    private static Prediction Relabel(Random random, Prediction label, DateOnly verified) => label with
    {
        UserId = random.Next(5) == 0 ? null : $"user-{random.Next(40)}",
        StyleId = random.Next(10) == 0 ? "no class of ours" : s_classes.All[random.Next(3)].Name,
        InitialPrediction = random.Next(3) == 0 ? null : s_classes.All[random.Next(3)].Name,
        IsVerified = random.Next(2) == 0,
        VerifiedBy = random.Next(2) == 0 ? null : "admin",
        VerifiedAt = random.Next(2) == 0 ? null : verified.ToDateTime(new TimeOnly(random.Next(24), 0), DateTimeKind.Utc),
        Confidence = random.Next(4) == 0 ? null : random.NextDouble(),
    };

    // Four photos of each of the day's 25 predictions; some are bytes that other days have too.
    private static string WriteRandomDay(ListDatabase files, Random random, DateOnly day)
    {
        var path = Path.Combine(files.Folder, $"{Guid.NewGuid():n}.parquet");
        files.Execute($"CREATE OR REPLACE TABLE day_list ({ImageColumns.Definition(ImageColumns.Day)})");
        for (var number = 0; number < 100; number++)
        {
            var content = random.Next(8) == 0 ? $"shared {random.Next(10)}" : $"{day} {number}";
            files.Execute(
                """
                INSERT INTO day_list BY NAME SELECT format('Queen/{}_{}_{}.jpg', id, photo, substr(sha256, 1, 8)) AS file, 'Queen' AS class, id AS prediction_id, photo AS photo_index,
                        CASE WHEN photo = 3 THEN 'webp' ELSE 'jpeg' END AS format, CASE WHEN photo = 1 THEN ['small'] ELSE []::VARCHAR[] END AS flags, sha256, md5(sha256) AS etag,
                        bytes, 100 + photo AS width, bytes / 7.0 AS sharpness, 'then' AS user_id
                    FROM (SELECT format('p{:03d}', $prediction::INTEGER) AS id, $photo::INTEGER AS photo, sha256($content::VARCHAR) AS sha256, $bytes::BIGINT AS bytes)
                """,
                ("prediction", ((day.Day - 1) * 25) + (number / 4)), ("photo", number % 4), ("content", content), ("bytes", random.NextInt64(1, 1_000_000)));
        }

        files.WriteParquet("SELECT * FROM day_list", path);
        return path;
    }

    private async Task<ListDatabase> DecideAsync(int version, IEnumerable<Prediction> labels, Dictionary<DateOnly, string> days, string? head, IEnumerable<DateOnly> unchangedDays)
    {
        var database = ListDatabase.Create(_scratch, new ImageListOptions());
        var plan = new BuildPlan(database, DatasetKind.Full, s_classes);
        plan.Create();
        foreach (var (day, list) in days.OrderBy(item => item.Key))
        {
            plan.AddDay(day, list);
        }

        await plan.AddLabelsAsync(labels.ToAsyncEnumerable(), TestContext.Current.CancellationToken);
        if (head is not null)
        {
            plan.AddHead(head, [head], unchangedDays);
        }

        plan.Decide(version, []);
        plan.List();
        return database;
    }

    private static List<string> Rows(ListDatabase database, string from) => [.. database.Rows($"SELECT r::VARCHAR FROM (FROM {from}) r", row => row.GetString(0))];

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
