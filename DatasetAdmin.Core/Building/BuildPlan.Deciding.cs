using System.Globalization;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Core.Building;

// The decisions, one table after the other. No step holds all images' rows in memory.
internal sealed partial class BuildPlan
{
    // Within a class and between classes alike: gold, then verified, then the older.
    private const string Order = "(origin = 'gold') DESC, coalesce(is_verified, false) DESC, created_at NULLS FIRST, id";

    // A candidate's id is its row in the table of candidates; those of gold come after them all. The rows were added in the
    // order of day and file, so that ids decide the same way each time.
    private const string FirstGoldId = "1_000_000_000_000";

    // Whole rows are sorted so many at a time, more or less: their paths are known by a sample.
    private const int SortedAtOnce = 50_000;
    private const int Sampled = 100;

    /// <summary>Computes <c>plan</c>, in the columns and the order of a dataset's list, and tables <c>left_out</c>, <c>added</c> and <c>removed</c>.</summary>
    /// <param name="version">The number that the version would get.</param>
    public void Decide(int version, IReadOnlyList<string> leftOutFormats)
    {
        // Decided are ids and what decides; what an image's row says is looked up at the end. Sorting or ranking whole rows
        // would take all the memory that there is.
        Pool(leftOutFormats);
        Choose();
        ForbidSharedPaths();
        Place(version);
        List();
        Compare();
    }

    /// <summary>Who might be in the dataset, and the reason of those who won't be.</summary>
    private void Pool(IReadOnlyList<string> leftOutFormats)
    {
        var formats = string.Join(", ", leftOutFormats.Select(format => $"'{ListDatabase.Quote(format)}'"));
        var unverified = kind == DatasetKind.Verified ? "WHEN origin = 'candidate' AND NOT is_verified THEN 'unverified'" : "";
        database.Execute("CREATE TABLE reserved AS SELECT DISTINCT sha256 FROM gold WHERE reason IS NULL AND split IN ('val', 'test')");
        database.Execute($"""
            CREATE TABLE pool AS SELECT *, coalesce(split, 'train') = 'train' AS trains, CASE
                {(formats.Length > 0 ? $"WHEN format IN ({formats}) THEN 'format'" : "")}
                WHEN class IS NULL THEN 'unknown_class'
                {unverified}
                WHEN coalesce(split, 'train') = 'train' AND sha256 IN (SELECT sha256 FROM reserved) THEN 'leaked' END AS reason FROM (
                SELECT {FirstGoldId} + rowid AS id, 'gold' AS origin, split, class, NULL::DATE AS day, file, name, NULL AS prediction_id, NULL::INTEGER AS photo_index,
                    sha256, format, NULL::BOOLEAN AS is_verified, NULL::TIMESTAMPTZ AS created_at FROM gold WHERE reason IS NULL
                UNION ALL
                SELECT c.rowid, 'candidate', {(IsSplit ? "'train'" : "NULL")}, l.class, c.day, c.file, c.name, c.prediction_id, c.photo_index,
                    c.sha256, c.format, l.is_verified, l.created_at FROM candidates c JOIN labels l ON l.prediction_id = c.prediction_id)
            """);
    }

    /// <summary>One image of each content.</summary>
    private void Choose()
    {
        database.Execute($"""
            CREATE TABLE ranked AS SELECT id, row_number() OVER same AS place, first_value(class) OVER same AS winning_class
                FROM pool SEMI JOIN (SELECT sha256 FROM pool WHERE reason IS NULL AND trains GROUP BY sha256 HAVING count(*) > 1) USING (sha256)
                WHERE reason IS NULL AND trains WINDOW same AS (PARTITION BY sha256 ORDER BY {Order})
            """);
        database.Execute("""
            CREATE TABLE eligible AS SELECT concat_ws('/', split, class, name) AS base, id, sha256
                FROM pool LEFT JOIN ranked r USING (id) WHERE reason IS NULL AND (r.place IS NULL OR r.place = 1)
            """);

        // By hash, so that not all the paths have to be held at once.
        database.Execute("CREATE TABLE shared AS SELECT hash(base) AS base_hash FROM eligible GROUP BY base_hash HAVING count(*) > 1");
        database.Execute("""
            CREATE TABLE chosen AS
                SELECT base, id, sha256, sha256 AS other_sha256 FROM eligible WHERE hash(base) NOT IN (FROM shared)
                UNION ALL
                SELECT base, min(id), min(sha256), max(sha256) FROM eligible WHERE hash(base) IN (FROM shared) GROUP BY base
            """);
        database.Execute("DROP TABLE eligible");
    }

    /// <summary>The path that each has, or gets: none that an earlier version has spent.</summary>
    private void Place(int version)
    {
        database.Execute($"""CREATE TABLE names AS SELECT path, etag, sha256, regexp_replace(path, '{GenerationPattern}', '\1') AS base FROM head""");
        database.Execute("CREATE TABLE held AS SELECT c.id, c.base, h.path, h.etag FROM chosen c LEFT JOIN names h ON h.base = c.base AND h.sha256 = c.sha256");
        database.Execute($"""
            CREATE TABLE placed AS SELECT c.id, c.etag, CASE
                    WHEN c.path IS NOT NULL THEN c.path
                    WHEN u.path IS NOT NULL THEN regexp_replace(c.base, '(\.[a-z]+)$', '-g{version}\1')
                    ELSE c.base END AS path
                FROM held c LEFT JOIN used u ON u.path = c.base
            """);
    }

    /// <summary>The rows, in the order in which they are written.</summary>
    private void List()
    {
        // Whole rows go through files: in tables they would be written twice, and not in the order in which they are read.
        database.Execute($"""
            CREATE TABLE listed_columns ({ImageColumns.Definition(ImageColumns.Dataset)}, from_etag VARCHAR);
            CREATE TABLE day_columns (name VARCHAR, {ImageColumns.Definition(ImageColumns.Day)});
            """);
        List<string> files =
        [
            WriteRows(
                "gold",
                $"""
                SELECT p.path, 'gold' AS origin, coalesce(p.etag, g.etag) AS etag, g.etag AS from_etag, {Fold("g.sha256")}, []::VARCHAR[] AS flags, g.* EXCLUDE (etag, name, reason)
                    FROM gold g JOIN placed p ON p.id = {FirstGoldId} + g.rowid
                """),
        ];

        // Day by day, so that no join has to hold all images; a day's ids follow one another.
        var days = database.Rows(
            "SELECT day, min(rowid), max(rowid) FROM candidates GROUP BY day ORDER BY day",
            row => (Day: row.GetFieldValue<DateOnly>(0), First: row.GetInt64(1), Last: row.GetInt64(2))).ToList();
        foreach (var (day, first, last) in days)
        {
            var between = string.Create(CultureInfo.InvariantCulture, $"BETWEEN {first} AND {last}");
            files.Add(WriteRows(
                ObjectKeys.DayText(day),
                $"""
                SELECT p.path, {(IsSplit ? "'train'" : "NULL")} AS split, 'candidate' AS origin, l.class, l.class_index, DATE '{ObjectKeys.DayText(day)}' AS day,
                    coalesce(p.etag, c.etag) AS etag, c.etag AS from_etag, coalesce(l.user_id, c.user_id) AS user_id, {Fold("coalesce(l.user_id, c.user_id, c.sha256)")},
                    l.initial_prediction, l.is_verified, l.verified_by, l.verified_at, l.created_at, l.confidence,
                    c.* EXCLUDE (etag, name, class, user_id, initial_prediction, is_verified, verified_by, verified_at, created_at, confidence)
                FROM (FROM day_columns UNION ALL BY NAME {_days[day]}) c
                    JOIN (SELECT rowid AS id, file FROM candidates WHERE rowid {between}) k ON k.file = c.file
                    JOIN (FROM placed WHERE id {between}) p ON p.id = k.id
                    JOIN (FROM labels WHERE prediction_id IN (SELECT prediction_id FROM candidates WHERE rowid {between})) l ON l.prediction_id = c.prediction_id
                """));
        }

        Sort(files);
        database.Execute("""
            CREATE TABLE left_out AS
                WITH lost AS (SELECT p.*, CASE WHEN reason IS NOT NULL THEN reason WHEN class = r.winning_class THEN 'duplicate' ELSE 'conflict' END AS why
                    FROM pool p LEFT JOIN ranked r USING (id) WHERE reason <> 'unverified' OR (reason IS NULL AND r.place > 1))
                SELECT why AS reason, origin, class, day, file, prediction_id, photo_index, sha256, kept
                FROM lost LEFT JOIN (SELECT sha256, min(path) AS kept FROM plan SEMI JOIN lost USING (sha256) GROUP BY sha256) USING (sha256)
                UNION ALL
                SELECT 'withdrawn', 'candidate', class, day, file, prediction_id, photo_index, sha256, NULL FROM candidates ANTI JOIN labels USING (prediction_id)
            """);
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
            var (after, before) = (from is null ? "true" : $"path >= '{ListDatabase.Quote(from)}'", to is null ? "true" : $"path < '{ListDatabase.Quote(to)}'");
            ranges.Add(Path.Combine(database.Folder, string.Create(CultureInfo.InvariantCulture, $"plan-{ranges.Count}.parquet")));
            database.WriteScratch($"SELECT * FROM read_parquet({FileList(files)}) WHERE {after} AND {before} ORDER BY path", ranges[^1]);
        }

        files.ToList().ForEach(File.Delete);
        database.Execute($"CREATE VIEW plan AS SELECT * FROM read_parquet({FileList(ranges)})");
    }

    // In the order of their paths, so that a range of paths is in few groups of each file's rows.
    private string WriteRows(string name, string select)
    {
        var path = Path.Combine(database.Folder, $"rows-{name}.parquet");
        database.WriteScratch($"SELECT * FROM (FROM listed_columns UNION ALL BY NAME {select}) ORDER BY path", path);
        return path;
    }

    private static string FileList(IEnumerable<string> files) => $"[{string.Join(", ", files.Select(file => $"'{ListDatabase.Quote(file)}'"))}]";

    private void Compare()
    {
        database.Execute("CREATE TABLE added AS SELECT path, sha256, class FROM plan ANTI JOIN head USING (path)");
        database.Execute("CREATE TABLE removed AS SELECT path, sha256, class FROM head ANTI JOIN plan USING (path)");
    }

    // Two files of one stem whose hashes begin alike: one in four billion, and then neither may vanish unseen.
    private void ForbidSharedPaths()
    {
        var shared = database.Rows("SELECT base FROM chosen WHERE sha256 <> other_sha256 ORDER BY base LIMIT 1", row => row.GetString(0)).FirstOrDefault();
        if (shared is not null)
        {
            throw new BuildException($"Two different images would get the path {shared}. Rename one of the two files in gold.");
        }
    }

    private static string Fold(string user) => $"(('0x' || substr(sha256({user}), 1, 8))::UBIGINT % 10)::INTEGER AS fold";
}
