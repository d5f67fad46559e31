using System.Text.Json;
using DatasetAdmin.Core.ImageLists;

namespace DatasetAdmin.Core.Candidates;

/// <summary>Writes a day's <c>manifest.json</c>: the head, then images and rejections row by row, to a local file.</summary>
internal static class CandidateManifestWriter
{
    // The manifest names an image's index in two ways: the earlier system's readers know image_index.
    private static readonly string s_imageColumns = string.Join(
        ", ",
        ImageColumns.Day.Select(column => column.Name == "photo_index" ? "photo_index, photo_index AS image_index" : column.Name));

    /// <summary>The tables <c>images</c> and <c>rejected</c> of <paramref name="database"/> are what the manifest lists.</summary>
    public static async Task WriteAsync(string path, CandidateManifest head, ListDatabase database, CancellationToken cancellationToken)
    {
        await using var file = File.Create(path);
        await using var writer = new Utf8JsonWriter(file, JsonRows.WriterOptions);
        writer.WriteStartObject();
        writer.WriteHead(head);
        await writer.WriteArrayAsync(
            "images", database, $"SELECT {s_imageColumns} FROM images ORDER BY created_at, prediction_id, photo_index", cancellationToken);
        await writer.WriteArrayAsync(
            "rejected",
            database,
            "SELECT prediction_id, photo_index, source_url, reason, detail FROM rejected ORDER BY created_at, prediction_id, photo_index",
            cancellationToken);
        writer.WriteEndObject();
    }
}
