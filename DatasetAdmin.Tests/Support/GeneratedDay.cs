using System.Text;
using System.Text.Json;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Tests.Support;

/// <summary>A day of any size that has a manifest and a list and no images.</summary>
internal static class GeneratedDay
{
    /// <summary>Stores what a collection would: image number n is Queen where n is even and Fire elsewhere, a second after the one before.</summary>
    public static async Task StoreAsync(ImageListStore lists, Buckets buckets, DateOnly day, int size, CancellationToken cancellationToken)
    {
        using var database = lists.CreateDatabase();
        var images = await StoreAsync(
            $"""
            SELECT {ImageColumns.Names(ImageColumns.Day)} FROM (
                SELECT printf('%s/%08d_0_%s.jpg', class, n, substr(sha256, 1, 8)) AS file, *, printf('prediction-%08d', n) AS prediction_id, 'user-' || md5('user' || n // 8) AS user_id,
                    0 AS photo_index, '/files/photos/' || n || '.jpg' AS source_url, n || '.jpg' AS source_key, class AS initial_prediction, n % 3 = 0 AS is_verified,
                    NULL::VARCHAR AS verified_by, NULL::TIMESTAMPTZ AS verified_at, TIMESTAMPTZ '{ObjectKeys.DayText(day)} 00:00:00Z' + INTERVAL (n) SECOND AS created_at, 0.5::DOUBLE AS confidence,
                    NULL::TIMESTAMPTZ AS source_modified_at, NULL::VARCHAR AS source_etag, []::VARCHAR[] AS flags, md5('e' || n) AS etag, (200000 + n)::BIGINT AS bytes, 800 AS width, 1000 AS height,
                    'jpeg' AS format, 1 AS exif_orientation, 'RGB' AS color_mode, NULL::VARCHAR AS phash, 0.5::DOUBLE AS brightness, 100::DOUBLE AS sharpness
                FROM (SELECT range::INTEGER AS n, CASE WHEN range % 2 = 0 THEN 'Queen' ELSE 'Fire' END AS class, md5('a' || range) || md5('b' || range) AS sha256 FROM range({size})))
            ORDER BY created_at, prediction_id, photo_index
            """,
            ObjectKeys.DayImages(day, "generated"),
            size);
        var rejected = await StoreAsync(
            "SELECT '' AS prediction_id, 0 AS photo_index, '' AS source_url, '' AS reason, '' AS detail, NULL::TIMESTAMPTZ AS created_at WHERE false", ObjectKeys.DayRejected(day, "generated"), 0);
        var manifest = TestManifests.Day(day, size, (size + 2) / 3, 0) with { ImagesFile = images, RejectedFile = rejected };
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(manifest, ManifestJson.Options)));
        await buckets.Artifacts.PutAsync(ObjectKeys.DayManifest(day), content, ContentTypes.Json, cancellationToken);

        async Task<ImagesFile> StoreAsync(string select, string key, long rows)
        {
            var path = Path.Combine(database.Folder, "list.parquet");
            database.WriteParquet(select, path);
            return await lists.StoreAsync(buckets.Artifacts, path, key, rows, cancellationToken);
        }
    }
}
