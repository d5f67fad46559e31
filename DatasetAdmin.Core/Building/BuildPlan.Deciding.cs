using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.ImageLists;

namespace DatasetAdmin.Core.Building;

// The decisions, one table after the other. No step holds all images' rows in memory.
internal sealed partial class BuildPlan
{
    // Within a class and between classes alike: gold, then verified, then the older.
    private const string Order = "(origin = 'gold') DESC, coalesce(is_verified, false) DESC, created_at NULLS FIRST, id";

    // A candidate's id is its row in the table of candidates; those of gold come after them all. The rows were added in the
    // order of day and file, so that ids decide the same way each time.
    private const string FirstGoldId = "1_000_000_000_000";

    /// <summary>
    /// Computes which images there will be and where: <c>copies</c> says what each is a copy of. And <c>left_out</c>, <c>added</c> and <c>removed</c>.
    /// </summary>
    /// <param name="version">The number that the version would get.</param>
    public void Decide(int version, IReadOnlyList<string> leftOutFormats)
    {
        // Decided are ids and what decides; what an image's row says is looked up by List. Sorting or ranking whole rows
        // would take all the memory that there is.
        Pool(leftOutFormats);
        Choose();
        ForbidSharedPaths();
        Place(version);
        Compare();
        LeaveOut();
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
            CREATE TABLE eligible AS SELECT concat_ws('/', split, class, name) AS base, id, day, sha256
                FROM pool LEFT JOIN ranked r USING (id) WHERE reason IS NULL AND (r.place IS NULL OR r.place = 1)
            """);

        // By hash, so that not all the paths have to be held at once.
        database.Execute("CREATE TABLE shared AS SELECT hash(base) AS base_hash FROM eligible GROUP BY base_hash HAVING count(*) > 1");
        database.Execute("""
            CREATE TABLE chosen AS
                SELECT base, id, day, sha256, sha256 AS other_sha256 FROM eligible WHERE hash(base) NOT IN (FROM shared)
                UNION ALL
                SELECT base, min(id), arg_min(day, id), min(sha256), max(sha256) FROM eligible WHERE hash(base) IN (FROM shared) GROUP BY base
            """);
        database.Execute("DROP TABLE eligible");
    }

    /// <summary>The path that each has, or gets: none that an earlier version has spent. And whose row is kept as the version before has it.</summary>
    private void Place(int version)
    {
        database.Execute($"""CREATE TABLE names AS SELECT path, day, etag, sha256, regexp_replace(path, '{GenerationPattern}', '\1') AS base FROM head""");
        database.Execute("""
            CREATE TABLE held AS SELECT c.id, c.base, c.day, h.path, h.etag, coalesce(h.day = c.day, false) AS same_day
                FROM chosen c LEFT JOIN names h ON h.base = c.base AND h.sha256 = c.sha256
            """);
        database.Execute($"""
            CREATE TABLE placed AS SELECT c.id, c.day, c.etag, CASE
                    WHEN c.path IS NOT NULL THEN c.path
                    WHEN u.path IS NOT NULL THEN regexp_replace(c.base, '(\.[a-z]+)$', '-g{version}\1')
                    ELSE c.base END AS path,
                    c.same_day AND c.day IN (FROM unchanged_days) AND c.path NOT IN (FROM outdated) AS kept
                FROM held c LEFT JOIN used u ON u.path = c.base
            """);
        database.Execute("DROP TABLE names; DROP TABLE held");
        database.Execute($"""
            CREATE VIEW copies AS
                SELECT p.path, c.day, c.file, c.etag AS from_etag, c.bytes, coalesce(p.etag, c.etag) AS etag, c.sha256 FROM placed p JOIN candidates c ON c.rowid = p.id
                UNION ALL
                SELECT p.path, NULL, g.file, g.etag, g.bytes, coalesce(p.etag, g.etag), g.sha256 FROM placed p JOIN gold g ON {FirstGoldId} + g.rowid = p.id
            """);
    }

    private void Compare()
    {
        database.Execute("CREATE TABLE added AS SELECT path, sha256, class FROM placed ANTI JOIN head USING (path) JOIN pool USING (id)");
        database.Execute("CREATE TABLE removed AS SELECT path, sha256, class FROM head ANTI JOIN placed USING (path)");
    }

    /// <summary>Who isn't in the dataset, and what each lost to.</summary>
    private void LeaveOut()
    {
        database.Execute("""
            CREATE TABLE left_out AS
                WITH lost AS (SELECT p.*, CASE WHEN reason IS NOT NULL THEN reason WHEN class = r.winning_class THEN 'duplicate' ELSE 'conflict' END AS why
                    FROM pool p LEFT JOIN ranked r USING (id) WHERE reason <> 'unverified' OR (reason IS NULL AND r.place > 1))
                SELECT why AS reason, origin, class, day, file, prediction_id, photo_index, sha256, kept
                FROM lost LEFT JOIN (SELECT sha256, min(path) AS kept FROM placed JOIN pool USING (id) SEMI JOIN lost USING (sha256) GROUP BY sha256) USING (sha256)
                UNION ALL
                SELECT 'withdrawn', 'candidate', class, day, file, prediction_id, photo_index, sha256, NULL FROM candidates ANTI JOIN labels USING (prediction_id)
            """);
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
}
