using System.Globalization;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Core.Building;

// What was decided, as rows. A row comes from its day's list or gold's, or from the list of the version before if it would be the same.
internal sealed partial class BuildPlan
{
    // Whole rows are sorted so many at a time, more or less: their paths are known by a sample.
    private const int SortedAtOnce = 50_000;
    private const int Sampled = 100;

    /// <summary>Makes <c>plan</c>: the rows of the dataset's list, in its columns and order.</summary>
    public void List()
    {
        // Whole rows go through files: in tables they would be written twice, and not in the order in which they are read.
        database.Execute($"""
            CREATE TABLE listed_columns ({ImageColumns.Definition(ImageColumns.Dataset)});
            CREATE TABLE day_columns (name VARCHAR, {ImageColumns.Definition(ImageColumns.Day)});
            """);
        List<string> files =
        [
            WriteRows(
                "gold",
                $"""
                SELECT p.path, 'gold' AS origin, coalesce(p.etag, g.etag) AS etag, {Fold("g.sha256")}, []::VARCHAR[] AS flags, g.* EXCLUDE (etag, name, reason)
                    FROM gold g JOIN placed p ON p.id = {FirstGoldId} + g.rowid
                """),
        ];

        // Day by day, so that no join has to hold all images; a day's ids follow one another. What is kept needs no row of its own.
        var days = database.Rows(
            "SELECT day, min(id), max(id) FROM placed WHERE day IS NOT NULL AND NOT kept GROUP BY day ORDER BY day",
            row => (Day: row.GetFieldValue<DateOnly>(0), First: row.GetInt64(1), Last: row.GetInt64(2))).ToList();
        foreach (var (day, first, last) in days)
        {
            var between = string.Create(CultureInfo.InvariantCulture, $"BETWEEN {first} AND {last}");
            files.Add(WriteRows(
                ObjectKeys.DayText(day),
                $"""
                SELECT p.path, {(IsSplit ? "'train'" : "NULL")} AS split, 'candidate' AS origin, l.class, l.class_index, DATE '{ObjectKeys.DayText(day)}' AS day,
                    coalesce(p.etag, c.etag) AS etag, coalesce(l.user_id, c.user_id) AS user_id, {Fold("coalesce(l.user_id, c.user_id, c.sha256)")},
                    l.initial_prediction, l.is_verified, l.verified_by, l.verified_at, l.created_at, l.confidence,
                    c.* EXCLUDE (etag, name, class, user_id, initial_prediction, is_verified, verified_by, verified_at, created_at, confidence)
                FROM (FROM day_columns UNION ALL BY NAME {_days[day]}) c
                    JOIN (SELECT rowid AS id, file FROM candidates WHERE rowid {between}) k ON k.file = c.file
                    JOIN (FROM placed WHERE id {between} AND NOT kept) p ON p.id = k.id
                    JOIN (FROM labels WHERE prediction_id IN (SELECT prediction_id FROM candidates WHERE rowid {between})) l ON l.prediction_id = c.prediction_id
                """));
        }

        Sort(files);
    }

    /// <summary>Makes <c>plan</c> of the rows in the order of their paths, a range of paths at a time.</summary>
    private void Sort(IReadOnlyList<string> files)
    {
        string?[] bounds =
        [
            null,
            .. database.Rows(
                $"SELECT path FROM (SELECT path, row_number() OVER (ORDER BY path) AS n FROM placed WHERE id % {Sampled} = 0) WHERE n % {SortedAtOnce / Sampled} = 0 ORDER BY path",
                row => row.GetString(0)),
            null,
        ];
        List<string> ranges = [];
        foreach (var (from, to) in bounds.Zip(bounds.Skip(1)))
        {
            var range = $"{(from is null ? "true" : $"path >= '{ListDatabase.Quote(from)}'")} AND {(to is null ? "true" : $"path < '{ListDatabase.Quote(to)}'")}";
            ranges.Add(Path.Combine(database.Folder, string.Create(CultureInfo.InvariantCulture, $"plan-{ranges.Count}.parquet")));
            database.WriteScratch($"FROM read_parquet({FileList(files)}) WHERE {range} {Kept(range)} ORDER BY path", ranges[^1]);
        }

        files.ToList().ForEach(File.Delete);
        database.Execute($"CREATE VIEW plan AS SELECT * FROM read_parquet({FileList(ranges)})");
    }

    // Rows that the version before has are as they were: there the whole list costs no more than it takes to sort it.
    private string Kept(string range) => _head is null
        ? ""
        : $"UNION ALL BY NAME (FROM (FROM {_head} WHERE {range}) SEMI JOIN (FROM placed WHERE kept AND {range}) USING (path))";

    // In the order of their paths, so that a range of paths is in few groups of each file's rows.
    private string WriteRows(string name, string select)
    {
        var path = Path.Combine(database.Folder, $"rows-{name}.parquet");
        database.WriteScratch($"SELECT * FROM (FROM listed_columns UNION ALL BY NAME {select}) ORDER BY path", path);
        return path;
    }

    private static string FileList(IEnumerable<string> files) => $"[{string.Join(", ", files.Select(file => $"'{ListDatabase.Quote(file)}'"))}]";

    private static string Fold(string user) => $"(('0x' || substr(sha256({user}), 1, 8))::UBIGINT % 10)::INTEGER AS fold";
}
