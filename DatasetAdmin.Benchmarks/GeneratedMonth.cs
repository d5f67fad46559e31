using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Benchmarks;

/// <summary>
/// A month of many candidates on the file store: their lists and manifests are written by the program's own writers with
/// made-up facts, and the candidates are links to a tiny file for each day, or aren't there at all.
/// </summary>
internal static class GeneratedMonth
{
    public static Month Month { get; } = new(2025, 10);

    /// <summary>Writes the month's days and its predictions.</summary>
    /// <param name="hasFiles">Whether there are files that could be copied.</param>
    public static async Task WriteAsync(Workplace workplace, IReadOnlyDictionary<string, string> settings, int size, bool hasFiles)
    {
        var days = Month.Days.ToList();
        await using (var app = await ProgramSteps.StartAsync(settings))
        {
            var prediction = 0;
            foreach (var (index, day) in days.Index())
            {
                var photos = (int)((size * (index + 1L) / days.Count) - (size * (long)index / days.Count));
                workplace.AddPredictions(day, photos);
                await WriteDayAsync(app, Path.Combine(settings["DataFolder"], "store"), day, prediction, photos, hasFiles);
                prediction += (photos + 3) / 4;
            }
        }

        await workplace.WriteTableAsync(settings);
    }

    private static async Task WriteDayAsync(WebApplication app, string root, DateOnly day, int firstPrediction, int photos, bool hasFiles)
    {
        var lists = app.Services.GetRequiredService<ImageListStore>();
        var artifacts = app.Services.GetRequiredService<Buckets>().Artifacts;
        using var database = lists.CreateDatabase();
        var candidate = await PutAsync(artifacts, $"metadata/benchmark/{day:yyyy-MM-dd}");
        MakeTables(database, day, firstPrediction, photos, candidate.ETag, candidate.Size);

        var folder = Path.Combine(root, artifacts.Bucket);
        foreach (var file in database.Rows(hasFiles ? "SELECT file FROM images" : "SELECT file FROM images LIMIT 0", row => row.GetString(0)))
        {
            var path = Path.Combine(folder, ObjectKeys.DayPrefix(day) + file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            FileLinks.TryLinkOrCopy(Path.Combine(folder, candidate.Key), path);
        }

        var manifest = Manifest(
            day,
            (photos + 3) / 4,
            photos,
            await StoreAsync(lists, artifacts, database, "images", ObjectKeys.DayImages(day, "benchmark"), photos),
            await StoreAsync(lists, artifacts, database, "rejected", ObjectKeys.DayRejected(day, "benchmark"), 0));
        var json = Path.Combine(database.Folder, "manifest.json");
        await CandidateManifestWriter.WriteAsync(json, manifest, database, CancellationToken.None);
        await using var content = File.OpenRead(json);
        await artifacts.PutAsync(ObjectKeys.DayManifest(day), content, ContentTypes.Json, CancellationToken.None);
    }

    private static async Task<StoredObject> PutAsync(IObjectStore artifacts, string key)
    {
        using var content = new MemoryStream("a candidate"u8.ToArray());
        return await artifacts.PutAsync(key, content, ContentTypes.Text, CancellationToken.None);
    }

    private static async Task<ImagesFile> StoreAsync(ImageListStore lists, IObjectStore artifacts, ListDatabase database, string table, string key, long rows)
    {
        var path = Path.Combine(database.Folder, $"{table}.parquet");
        database.WriteParquet($"SELECT * FROM {table}", path);
        return await lists.StoreAsync(artifacts, path, key, rows, CancellationToken.None);
    }

    /// <summary>Makes the tables <c>images</c> and <c>rejected</c> of a day, all of whose images have this ETag and size.</summary>
    public static void MakeTables(ListDatabase database, DateOnly day, int firstPrediction, int photos, string etag, long bytes)
    {
        database.Execute($"""
            CREATE TABLE predictions (number INTEGER, id VARCHAR, class VARCHAR);
            CREATE TABLE images ({ImageColumns.Definition(ImageColumns.Day)});
            CREATE TABLE rejected (prediction_id VARCHAR, photo_index INTEGER, source_url VARCHAR, reason VARCHAR, detail VARCHAR,
                source_key VARCHAR, source_etag VARCHAR, created_at TIMESTAMPTZ);
            """);
        using (var predictions = database.Append("predictions"))
        {
            for (var number = 0; number < (photos + 3) / 4; number++)
            {
                var prediction = firstPrediction + number;
                predictions.CreateRow().AppendValue((int?)number).AppendValue(Workplace.Id(prediction)).AppendValue(Workplace.Faces[prediction % Workplace.Faces.Length]).EndRow();
            }
        }

        database.Execute($"""
            INSERT INTO images BY NAME
            SELECT format('{"{}/{}_{}_{}.jpg"}', class, id, n % 4, substr(sha256, 1, 8)) AS file, class, id AS prediction_id, 'user-' || (number // 2) AS user_id,
                (n % 4)::INTEGER AS photo_index, key AS source_url, key AS source_key, class AS initial_prediction, false AS is_verified,
                TIMESTAMPTZ '{day:yyyy-MM-dd} 06:00:00Z' AS created_at, 0.75 AS confidence, md5(sha256) AS source_etag, []::VARCHAR[] AS flags, sha256,
                '{etag}' AS etag, {bytes}::BIGINT AS bytes, 1600 AS width, 1200 AS height, 'jpeg' AS format, 1 AS exif_orientation,
                'RGB' AS color_mode, substr(sha256, 9, 16) AS phash, 0.5 AS brightness, 100.0 + n AS sharpness
            FROM (SELECT n, sha256(id || '-' || n) AS sha256, format('{"user-{}/photo-{}.jpg"}', number, n) AS key, id, class, number
                FROM range({photos}) t(n) JOIN predictions p ON p.number = n // 4)
            ORDER BY prediction_id, photo_index
            """);
    }

    public static CandidateManifest Manifest(DateOnly day, int predictions, int photos, ImagesFile images, ImagesFile rejected)
    {
        var from = day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        return new()
        {
            CollectionDate = day,
            CreatedAt = from.AddDays(1),
            TotalImages = photos,
            VerifiedImages = 0,
            UnverifiedImages = photos,
            ClassDistribution = new Dictionary<string, long>(),
            SchemaVersion = 1,
            Window = new(from, from.AddDays(1)),
            RunId = "benchmark",
            Source = new("photos", "user_styles"),
            Totals = new(predictions, photos, photos, 0, 0, 0, 0),
            Classes = [],
            Rejections = new Dictionary<string, long>(),
            ImagesFile = images,
            RejectedFile = rejected,
        };
    }
}
