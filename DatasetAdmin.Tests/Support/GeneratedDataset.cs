using System.Globalization;
using System.Text;
using System.Text.Json;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Tests.Support;

/// <summary>
/// A dataset of any size that has a manifest and a list and no images: rows are made by DuckDB from their numbers, so that every
/// answer can be told from the numbers too.
/// </summary>
/// <param name="Size">How many images; a multiple of 900, so that classes are equal.</param>
/// <param name="First">The number of the first image: two datasets hold the same images where their numbers are the same.</param>
/// <param name="Relabelled">Of the images whose number is 7 modulo this, the class is the next one; 0 for none.</param>
public sealed record GeneratedDataset(Month Month, int Size, int First = 0, int Relabelled = 0)
{
    public static IReadOnlyList<string> Classes { get; } =
        ["Aristocratic", "Business", "Fire", "Fragile", "Heroin", "Inferno", "Melting", "Queen", "Renaissance", "Serious", "Soft", "Strong", "Sunny", "Vintage", "Warm"];

    public IEnumerable<int> Numbers => Enumerable.Range(First, Size);

    public string ClassOf(int number) => Classes[(Home(number) + (Relabelled > 0 && number % Relabelled == 7 ? 1 : 0)) % Classes.Count];

    public string InitialOf(int number) => Classes[(Home(number) + (number / 4 % 10 == 2 ? 3 : 0)) % Classes.Count];

    public static bool IsGold(int number) => number % 60 == 1;

    public static bool IsVerified(int number) => !IsGold(number) && number / 4 % 3 == 0;

    public static string FormatOf(int number) => number % 40 == 0 ? "png" : "jpeg";

    public static long BytesOf(int number) => 200_000 + (number * 7919L % 400_000);

    public static string PredictionOf(int number) => string.Create(CultureInfo.InvariantCulture, $"{number / 4:00000000}-prediction-of-a-user");

    /// <summary>Stores list and manifest as a build would.</summary>
    public async Task StoreAsync(ImageListStore lists, Buckets buckets, CancellationToken cancellationToken)
    {
        using var database = lists.CreateDatabase();
        var version = new DatasetVersion(Month, 1);
        var images = await StoreAsync(lists, buckets, database, Rows(), ObjectKeys.VersionImages(version, DatasetKind.Full, "generated"), Size, cancellationToken);
        var leftOut = await StoreAsync(
            lists,
            buckets,
            database,
            "SELECT '' AS reason, '' AS origin, '' AS class, NULL::DATE AS day, '' AS file, '' AS prediction_id, 0 AS photo_index, '' AS sha256, '' AS kept WHERE false",
            ObjectKeys.VersionLeftOut(version, DatasetKind.Full, "generated"),
            0,
            cancellationToken);
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(Manifest(version, images, leftOut), ManifestJson.Options)));
        await buckets.Artifacts.PutAsync(ObjectKeys.DatasetManifest(DatasetKind.Full, Month), content, ContentTypes.Json, cancellationToken);
    }

    private static async Task<ImagesFile> StoreAsync(
        ImageListStore lists, Buckets buckets, ListDatabase database, string select, string key, long rows, CancellationToken cancellationToken)
    {
        var path = Path.Combine(database.Folder, "list.parquet");
        database.WriteParquet(select, path);
        return await lists.StoreAsync(buckets.Artifacts, path, key, rows, cancellationToken);
    }

    // 900 numbers in a row are 60 of each class, and a prediction's four are of one.
    private static int Home(int number) => number % 900 / 60;

    private string Rows()
    {
        var names = $"[{string.Join(", ", Classes.Select(name => $"'{name}'"))}]";
        var relabelled = Relabelled > 0 ? $"+ (CASE WHEN n % {Relabelled} = 7 THEN 1 ELSE 0 END)" : "";
        return $"""
            SELECT {ImageColumns.Names(ImageColumns.Dataset)} FROM (
                SELECT *, printf('%s/%08d_%d_%s.jpg', class, n // 4, n % 4, substr(sha256, 1, 8)) AS path, NULL::VARCHAR AS split,
                    CASE WHEN n % 60 = 1 THEN 'gold' ELSE 'candidate' END AS origin, (n % 10)::INTEGER AS fold,
                    CASE WHEN n % 60 <> 1 THEN DATE '{Month}-01' + (n % 28)::INTEGER END AS day, class || '/' || n || '.jpg' AS file,
                    printf('%08d-prediction-of-a-user', n // 4) AS prediction_id, 'user-' || substr(md5('user' || n // 8), 1, 30) AS user_id, (n % 4)::INTEGER AS photo_index,
                    '/files/photos/' || md5('user' || n // 8) || '/photo (' || n || ').jpg' AS source_url, md5('user' || n // 8) || '/photo (' || n || ').jpg' AS source_key,
                    {names}[(home + (CASE WHEN n // 4 % 10 = 2 THEN 3 ELSE 0 END)) % 15 + 1] AS initial_prediction,
                    CASE WHEN n % 60 <> 1 THEN n // 4 % 3 = 0 END AS is_verified, CASE WHEN n // 4 % 3 = 0 THEN '7' END AS verified_by,
                    CASE WHEN n // 4 % 3 = 0 THEN TIMESTAMPTZ '{Month}-28 12:00:00Z' + INTERVAL (n) SECOND END AS verified_at,
                    TIMESTAMPTZ '{Month}-01 00:00:00Z' + INTERVAL (n * 2) SECOND AS created_at, (n // 4 * 37 % 1000) / 1000.0::DOUBLE AS confidence,
                    NULL::TIMESTAMPTZ AS source_modified_at, md5(sha256) AS source_etag, []::VARCHAR[] AS flags, md5('etag' || sha256) AS etag,
                    200000 + n::BIGINT * 7919 % 400000 AS bytes, 1600 AS width, 1200 AS height, CASE WHEN n % 40 = 0 THEN 'png' ELSE 'jpeg' END AS format,
                    1 AS exif_orientation, 'RGB' AS color_mode, substr(sha256, 9, 16) AS phash, 0.5::DOUBLE AS brightness, 100.0::DOUBLE + n % 977 AS sharpness
                FROM (SELECT n, sha256('image ' || n) AS sha256, home, (home {relabelled}) % 15 AS class_index, {names}[(home {relabelled}) % 15 + 1] AS class
                    FROM (SELECT range::INTEGER AS n, (range % 900 // 60)::INTEGER AS home FROM range({First}, {First + Size}))))
            ORDER BY path
            """;
    }

    private DatasetManifest Manifest(DatasetVersion version, ImagesFile images, ImagesFile leftOut) => new()
    {
        DatasetType = DatasetKind.Full.Name(),
        Version = version.ToString(),
        CreatedAt = Month.Next.FirstDay.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc),
        Year = Month.Year,
        Month = Month.Number,
        TotalImages = Size,
        GoldImages = Size / 60,
        NewImages = Size - (Size / 60),
        CollectionDates = [],
        ClassDistribution = Classes.ToDictionary(name => name, _ => (long)Size / 15),
        GoldDistribution = Classes.ToDictionary(name => name, _ => (long)Size / 900),
        CandidateDistribution = Classes.ToDictionary(name => name, _ => (long)(Size - (Size / 60)) / 15),
        SchemaVersion = 1,
        RunId = "generated",
        Status = DatasetManifest.Stable,
        PreviousVersion = null,
        ContentDigest = "",
        Totals = new(Size, Size / 60, Size - (Size / 60), 0, 0, 0, 0, 0, 0, 0),
        Classes = [.. Classes.Select((name, index) => new DatasetClass(index, name, Size / 15, Size / 900, (Size / 15) - (Size / 900), 0))],
        Splits = null,
        Collections = [],
        MissingDays = [],
        EmptyDays = [],
        DaysToCome = [],
        Rejections = new Dictionary<string, long>(),
        Gold = new(Size / 60, "", [], 0),
        Changes = new(Size, 0, 0),
        ImagesFile = images,
        LeftOutFile = leftOut,
    };
}
