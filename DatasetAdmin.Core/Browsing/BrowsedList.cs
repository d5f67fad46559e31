using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Core.Browsing;

/// <summary>
/// A list of images on local disk, ready to be asked. It stays what it is while a rebuild or a recollection goes on, so that
/// somebody who pages through it sees one version.
/// </summary>
public sealed class BrowsedList
{
    /// <summary>What orders and filters need of every list, whatever it is a list of.</summary>
    internal const string FilterColumns = "class, split, origin, is_verified, format, bytes, created_at, confidence, sharpness";

    private readonly string _keyPrefix;

    internal BrowsedList(ListReference reference, string sha256, string rowsPath, string keysPath, ListColumns columns, string keyPrefix, long rows)
    {
        (Reference, Sha256, RowsPath, KeysPath, Columns, Rows, _keyPrefix) = (reference, sha256, rowsPath, keysPath, columns, rows, keyPrefix);
    }

    /// <summary>What was asked for; of a dataset the version is always set.</summary>
    public ListReference Reference { get; }

    /// <summary>How many images it has.</summary>
    public long Rows { get; }

    /// <summary>Of the list's Parquet file.</summary>
    public string Sha256 { get; }

    internal string RowsPath { get; }

    /// <summary>The narrow columns of the same rows, with <c>row</c>, <c>key_high</c>, <c>key_low</c> (128 bits of the content's hash) and <c>is_first</c>.</summary>
    internal string KeysPath { get; }

    internal ListColumns Columns { get; }

    internal string KeysSql => $"read_parquet('{ListDatabase.Quote(KeysPath)}')";

    /// <summary>All columns of <see cref="ImageColumns.Dataset"/>, and <c>row</c>.</summary>
    internal string RowsSql => Columns.Select(RowsPath);

    /// <summary>The key in the artifacts bucket of an image of this list.</summary>
    internal string KeyOf(string path, DateOnly? day, string file) => Reference switch
    {
        { IsGold: true } => ObjectKeys.Gold + file,
        { Day: { } own } => ObjectKeys.DayPrefix(own) + file,

        // What a version dropped is only where it came from.
        _ when _keyPrefix.Length == 0 => (day is { } from ? ObjectKeys.DayPrefix(from) : ObjectKeys.Gold) + file,
        _ => _keyPrefix + path,
    };
}

/// <summary>How the columns of one form of list become those of a dataset's list.</summary>
internal sealed record ListColumns(string Name, Func<string, string> Select)
{
    private static readonly string s_prediction = ImageColumns.Names(ImageColumns.Prediction);
    private static readonly string s_facts = ImageColumns.Names(ImageColumns.Facts);

    public static ListColumns Dataset { get; } = new(
        "dataset", path => $"(SELECT file_row_number AS row, {ImageColumns.Names(ImageColumns.Dataset)} FROM {Read(path)})");

    /// <param name="day">The day that the list is of.</param>
    public static ListColumns OfDay(DateOnly day) => new(
        "day",
        path => $"""
            (SELECT file_row_number AS row, file AS path, NULL::VARCHAR AS split, 'candidate' AS origin, class, DATE '{ObjectKeys.DayText(day)}' AS day, file, {s_prediction}, {s_facts}
            FROM {Read(path)})
            """);

    /// <param name="day">A day that the earlier system collected: its index knows files and facts, and the names say the rest.</param>
    public static ListColumns OfEarlierDay(DateOnly day) => new(
        "earlier",
        path => $"""
            (SELECT file_row_number AS row, file AS path, NULL::VARCHAR AS split, 'candidate' AS origin, split_part(file, '/', 1) AS class, DATE '{ObjectKeys.DayText(day)}' AS day, file,
                regexp_extract(file, '_pred_([^/]+)_img_[0-9]+\.', 1) AS prediction_id, regexp_extract(file, '/user_([^/]+)_pred_', 1) AS user_id,
                regexp_extract(file, '_img_([0-9]+)\.', 1)::INTEGER AS photo_index, {Unknown("source_url", "source_key", "initial_prediction")}, NULL::BOOLEAN AS is_verified,
                NULL::VARCHAR AS verified_by, {UnknownTimes}, NULL::DOUBLE AS confidence, NULL::VARCHAR AS source_etag, []::VARCHAR[] AS flags, {s_facts}
            FROM {Read(path)} WHERE reason IS NULL)
            """);

    /// <param name="classOf">SQL that gives a file's class, null where its folder belongs to none by now: such files are left out.</param>
    /// <param name="splitOf">SQL that gives a file's split, or null.</param>
    public static ListColumns OfGold(string classOf, string splitOf) => new(
        $"gold-{Hashes.Sha256(classOf + splitOf)[..8]}",
        path => $"""
            (SELECT file_row_number AS row, file AS path, {splitOf} AS split, 'gold' AS origin, {classOf} AS class, NULL::DATE AS day, file,
                {Unknown("prediction_id", "user_id")}, NULL::INTEGER AS photo_index, {Unknown("source_url", "source_key", "initial_prediction")}, NULL::BOOLEAN AS is_verified,
                NULL::VARCHAR AS verified_by, {UnknownTimes}, NULL::DOUBLE AS confidence, NULL::VARCHAR AS source_etag, []::VARCHAR[] AS flags, {s_facts}
            FROM {Read(path)} WHERE reason IS NULL AND ({classOf}) IS NOT NULL)
            """);

    private static string UnknownTimes => "NULL::TIMESTAMPTZ AS verified_at, NULL::TIMESTAMPTZ AS created_at, NULL::TIMESTAMPTZ AS source_modified_at";

    private static string Unknown(params string[] columns) => string.Join(", ", columns.Select(column => $"NULL::VARCHAR AS {column}"));

    private static string Read(string path) => $"read_parquet('{ListDatabase.Quote(path)}', file_row_number = true)";
}
