namespace DatasetAdmin.Core.ImageLists;

/// <summary>The columns of the image lists, in their order: those of a day's manifest, and what a dataset's list has more.</summary>
public static class ImageColumns
{
    /// <summary>What is known of the prediction that a photo belongs to.</summary>
    public static IReadOnlyList<Column> Prediction { get; } =
    [
        new("prediction_id", "VARCHAR"),
        new("user_id", "VARCHAR"),
        new("photo_index", "INTEGER"),
        new("source_url", "VARCHAR"),
        new("source_key", "VARCHAR"),
        new("initial_prediction", "VARCHAR"),
        new("is_verified", "BOOLEAN"),
        new("verified_by", "VARCHAR"),
        new("verified_at", "TIMESTAMPTZ"),
        new("created_at", "TIMESTAMPTZ"),
        new("confidence", "DOUBLE"),
        new("source_modified_at", "TIMESTAMPTZ"),
        new("source_etag", "VARCHAR"),
        new("flags", "VARCHAR[]"),
    ];

    /// <summary>What is known of a stored image.</summary>
    public static IReadOnlyList<Column> Facts { get; } =
    [
        new("sha256", "VARCHAR"),
        new("etag", "VARCHAR"),
        new("bytes", "BIGINT"),
        new("width", "INTEGER"),
        new("height", "INTEGER"),
        new("format", "VARCHAR"),
        new("exif_orientation", "INTEGER"),
        new("color_mode", "VARCHAR"),
        new("phash", "VARCHAR"),
        new("brightness", "DOUBLE"),
        new("sharpness", "DOUBLE"),
    ];

    /// <summary>A day's list. <c>file</c> is relative to the day's folder.</summary>
    public static IReadOnlyList<Column> Day { get; } = [new("file", "VARCHAR"), new("class", "VARCHAR"), .. Prediction, .. Facts];

    /// <summary>
    /// The list of a folder of files that nobody's manifest describes: gold, or a day of the earlier system. <c>file</c> is
    /// relative to the folder, <c>name</c> what the image is called in a dataset.
    /// </summary>
    public static IReadOnlyList<Column> Folder { get; } = [new("file", "VARCHAR"), new("name", "VARCHAR"), .. Facts];

    /// <summary>
    /// A dataset's list. <c>path</c> is relative to the dataset's folder; <c>day</c> and <c>file</c> say where the image was
    /// copied from, <c>day</c> being null for gold.
    /// </summary>
    public static IReadOnlyList<Column> Dataset { get; } =
    [
        new("path", "VARCHAR"),
        new("split", "VARCHAR"),
        new("origin", "VARCHAR"),
        new("class", "VARCHAR"),
        new("class_index", "INTEGER"),
        new("fold", "INTEGER"),
        new("day", "DATE"),
        new("file", "VARCHAR"),
        .. Prediction,
        .. Facts,
    ];

    /// <summary><c>a, b, c</c>, each behind <paramref name="prefix"/>.</summary>
    public static string Names(IEnumerable<Column> columns, string prefix = "") => string.Join(", ", columns.Select(column => prefix + column.Name));

    /// <summary><c>a INTEGER, b VARCHAR</c>: the body of a CREATE TABLE.</summary>
    public static string Definition(IEnumerable<Column> columns) => string.Join(", ", columns.Select(column => $"{column.Name} {column.Type}"));
}

/// <summary>A column of an image list with its DuckDB type.</summary>
public sealed record Column(string Name, string Type);
