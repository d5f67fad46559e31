using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DatasetAdmin.Core.Classes;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.ImageLists;

namespace DatasetAdmin.Core.Building;

/// <summary>
/// What a dataset should hold and how that differs from what it holds, as set arithmetic over gold, candidates, the labels
/// of this moment and the version before. The same input gives the same plan.
/// </summary>
internal sealed class BuildPlan(ListDatabase database, DatasetKind kind, FaceClasses classes)
{
    // Within a class and between classes alike: gold, then verified, then the older.
    private const string Order = "(origin = 'gold') DESC, coalesce(is_verified, false) DESC, created_at NULLS FIRST, id";

    // A candidate's id is its row in the table of candidates; those of gold come after them all. The rows were added in the
    // order of day and file, so that ids decide the same way each time.
    private const string FirstGoldId = "1_000_000_000_000";
    private const string GenerationPattern = @"-g[0-9]+(\.[a-z]+)$";

    private static readonly string s_facts = ImageColumns.Names(ImageColumns.Facts);

    public ListDatabase Database => database;

    /// <summary>Whether gold is split, and the dataset with it. Known once gold was added.</summary>
    public bool IsSplit { get; private set; }

    public void Create()
    {
        database.Execute($"""
            CREATE TABLE gold (split VARCHAR, class VARCHAR, class_index INTEGER, name VARCHAR, file VARCHAR, reason VARCHAR, {ImageColumns.Definition(ImageColumns.Facts)});
            CREATE TABLE gold_folders (folder VARCHAR, class VARCHAR, class_index INTEGER);
            CREATE TABLE candidates (day DATE, name VARCHAR, {ImageColumns.Definition(ImageColumns.Day)});
            CREATE TABLE labels (prediction_id VARCHAR, user_id VARCHAR, class VARCHAR, class_index INTEGER, initial_prediction VARCHAR,
                is_verified BOOLEAN, verified_by VARCHAR, verified_at TIMESTAMPTZ, created_at TIMESTAMPTZ, confidence DOUBLE);
            CREATE TABLE head ({ImageColumns.Definition(ImageColumns.Dataset)});
            CREATE TABLE used (path VARCHAR);
            """);
        using var folders = database.Append("gold_folders");
        foreach (var item in classes.All)
        {
            foreach (var folder in item.GoldFolders.Prepend(item.Name).Select(folder => folder.ToLowerInvariant()).Distinct())
            {
                folders.CreateRow().AppendValue(folder).AppendValue(item.Name).AppendValue((int?)item.Index).EndRow();
            }
        }
    }

    /// <summary>Adds gold from its index. In a split gold, class folders beside the splits count as unmapped.</summary>
    public void AddGold(string list, SortedSet<string> unmappedFolders)
    {
        var splits = string.Join(", ", GoldSet.Splits.Select(split => $"'{split}'"));
        database.Execute($"""
            INSERT INTO gold SELECT l.split, f.class, f.class_index, l.name, l.file, l.reason, {ImageColumns.Names(ImageColumns.Facts, "l.")} FROM (
                    SELECT *, CASE WHEN split_part(file, '/', 3) <> '' AND split_part(file, '/', 1) IN ({splits}) THEN split_part(file, '/', 1) END AS split
                    FROM read_parquet('{ListDatabase.Quote(list)}')) l
                JOIN gold_folders f ON f.folder = lower(split_part(l.file, '/', CASE WHEN l.split IS NULL THEN 1 ELSE 2 END))
                ORDER BY l.file
            """);
        IsSplit = database.Count("SELECT count(*) FROM gold WHERE split IS NOT NULL") > 0;
        if (IsSplit)
        {
            unmappedFolders.UnionWith(database.Rows("SELECT DISTINCT split_part(file, '/', 1) FROM gold WHERE split IS NULL", row => row.GetString(0)));
            database.Execute("DELETE FROM gold WHERE split IS NULL");
        }
    }

    /// <summary>Adds a day that this program collected.</summary>
    public void AddDay(DateOnly day, string list) => database.Execute(
        $"""
        INSERT INTO candidates BY NAME SELECT $day AS day, regexp_replace(split_part(file, '/', 2), '{GenerationPattern}', '\1') AS name, *
            FROM read_parquet('{ListDatabase.Quote(list)}')
        """,
        ("day", day));

    /// <summary>Adds a day that the earlier system collected; what its files' names don't say comes from the labels.</summary>
    public void AddEarlierDay(DateOnly day, string list) => database.Execute(
        $"""
        INSERT INTO candidates BY NAME SELECT $day AS day, name, file, split_part(file, '/', 1) AS class,
                regexp_extract(file, '_pred_([^/]+)_img_[0-9]+\.', 1) AS prediction_id, regexp_extract(file, '/user_([^/]+)_pred_', 1) AS user_id,
                regexp_extract(file, '_img_([0-9]+)\.', 1)::INTEGER AS photo_index, []::VARCHAR[] AS flags, {s_facts}
            FROM read_parquet('{ListDatabase.Quote(list)}') WHERE reason IS NULL
        """,
        ("day", day));

    /// <summary>Adds predictions as they are now.</summary>
    public async Task AddLabelsAsync(IAsyncEnumerable<Prediction> predictions, CancellationToken cancellationToken)
    {
        using var labels = database.Append("labels");
        await foreach (var prediction in predictions.WithCancellation(cancellationToken))
        {
            var face = classes.FindOrNull(prediction.StyleId);
            labels.CreateRow()
                .AppendValue(prediction.Id)
                .AppendValue(prediction.UserId)
                .AppendValue(face?.Name)
                .AppendValue(face?.Index)
                .AppendValue(classes.FindOrNull(prediction.InitialPrediction)?.Name ?? prediction.InitialPrediction)
                .AppendValue((bool?)prediction.IsVerified)
                .AppendValue(prediction.VerifiedBy)
                .AppendValue(prediction.VerifiedAt)
                .AppendValue((DateTime?)prediction.CreatedAt)
                .AppendValue(prediction.Confidence)
                .EndRow();
        }
    }

    /// <summary>The candidates' predictions that no label was added for.</summary>
    public IReadOnlyList<string> IdsWithoutLabel() =>
        [.. database.Rows("SELECT DISTINCT prediction_id FROM candidates WHERE prediction_id NOT IN (SELECT prediction_id FROM labels) ORDER BY 1", row => row.GetString(0))];

    /// <summary>Adds the version before: its list, and the lists of all archived versions, whose paths are spent.</summary>
    public void AddHead(string list, IReadOnlyList<string> archivedLists)
    {
        database.Execute($"INSERT INTO head BY NAME SELECT * FROM read_parquet('{ListDatabase.Quote(list)}')");
        if (archivedLists.Count > 0)
        {
            var files = string.Join(", ", archivedLists.Select(path => $"'{ListDatabase.Quote(path)}'"));
            database.Execute($"INSERT INTO used SELECT DISTINCT path FROM read_parquet([{files}])");
        }
    }

    /// <summary>Computes table <c>plan</c>, in the columns of a dataset's list, and table <c>left_out</c>.</summary>
    /// <param name="version">The number that the version would get.</param>
    public void Decide(int version, IReadOnlyList<string> leftOutFormats)
    {
        var formats = string.Join(", ", leftOutFormats.Select(format => $"'{ListDatabase.Quote(format)}'"));
        var unverified = kind == DatasetKind.Verified ? "WHEN origin = 'candidate' AND NOT is_verified THEN 'unverified'" : "";
        // Decided are ids and what decides; what an image's row says is looked up at the end. Sorting or ranking whole rows
        // would take all the memory that there is.
        database.Execute($"""
            CREATE TABLE reserved AS SELECT DISTINCT sha256 FROM gold WHERE reason IS NULL AND split IN ('val', 'test');
            CREATE TABLE pool AS SELECT *, coalesce(split, 'train') = 'train' AS trains, CASE
                {(formats.Length > 0 ? $"WHEN format IN ({formats}) THEN 'format'" : "")}
                WHEN class IS NULL THEN 'unknown_class'
                {unverified}
                WHEN coalesce(split, 'train') = 'train' AND sha256 IN (SELECT sha256 FROM reserved) THEN 'leaked' END AS reason FROM (
                SELECT {FirstGoldId} + rowid AS id, 'gold' AS origin, split, class, NULL::DATE AS day, file, name, NULL AS prediction_id, NULL::INTEGER AS photo_index,
                    sha256, format, NULL::BOOLEAN AS is_verified, NULL::TIMESTAMPTZ AS created_at FROM gold WHERE reason IS NULL
                UNION ALL
                SELECT c.rowid, 'candidate', {(IsSplit ? "'train'" : "NULL")}, l.class, c.day, c.file, c.name, c.prediction_id, c.photo_index,
                    c.sha256, c.format, l.is_verified, l.created_at FROM candidates c JOIN labels l ON l.prediction_id = c.prediction_id);
            CREATE TABLE ranked AS SELECT id, row_number() OVER same AS place, first_value(class) OVER same AS winning_class
                FROM pool SEMI JOIN (SELECT sha256 FROM pool WHERE reason IS NULL AND trains GROUP BY sha256 HAVING count(*) > 1) USING (sha256)
                WHERE reason IS NULL AND trains WINDOW same AS (PARTITION BY sha256 ORDER BY {Order});
            CREATE TABLE chosen AS SELECT concat_ws('/', split, class, name) AS base, min(id) AS id, min(sha256) AS sha256, max(sha256) AS other_sha256
                FROM pool LEFT JOIN ranked r USING (id) WHERE reason IS NULL AND (r.place IS NULL OR r.place = 1) GROUP BY base;
            """);
        ForbidSharedPaths();
        database.Execute($"""
            CREATE TABLE names AS SELECT path, etag, sha256, regexp_replace(path, '{GenerationPattern}', '\1') AS base FROM head;
            CREATE TABLE held AS SELECT c.id, c.base, h.path, h.etag FROM chosen c LEFT JOIN names h ON h.base = c.base AND h.sha256 = c.sha256;
            CREATE TABLE placed AS SELECT c.id, c.etag, CASE
                    WHEN c.path IS NOT NULL THEN c.path
                    WHEN u.path IS NOT NULL THEN regexp_replace(c.base, '(\.[a-z]+)$', '-g{version}\1')
                    ELSE c.base END AS path
                FROM held c LEFT JOIN used u ON u.path = c.base;
            CREATE TABLE plan AS SELECT {ImageColumns.Names(ImageColumns.Dataset)}, from_etag FROM (
                SELECT p.path, 'gold' AS origin, coalesce(p.etag, g.etag) AS etag, g.etag AS from_etag, {Fold("g.sha256")}, NULL::DATE AS day, NULL AS prediction_id, NULL AS user_id,
                    NULL AS photo_index, NULL AS source_url, NULL AS source_key, NULL AS initial_prediction, NULL::BOOLEAN AS is_verified, NULL AS verified_by,
                    NULL::TIMESTAMPTZ AS verified_at, NULL::TIMESTAMPTZ AS created_at, NULL::DOUBLE AS confidence, NULL::TIMESTAMPTZ AS source_modified_at,
                    NULL AS source_etag, []::VARCHAR[] AS flags, g.* EXCLUDE (etag, name, reason)
                FROM gold g JOIN placed p ON p.id = {FirstGoldId} + g.rowid
                UNION ALL BY NAME
                SELECT p.path, {(IsSplit ? "'train'" : "NULL")} AS split, 'candidate' AS origin, l.class, l.class_index, coalesce(p.etag, c.etag) AS etag, c.etag AS from_etag,
                    coalesce(l.user_id, c.user_id) AS user_id, {Fold("coalesce(l.user_id, c.user_id, c.sha256)")}, l.initial_prediction, l.is_verified, l.verified_by,
                    l.verified_at, l.created_at, l.confidence,
                    c.* EXCLUDE (etag, name, class, user_id, initial_prediction, is_verified, verified_by, verified_at, created_at, confidence)
                FROM candidates c JOIN placed p ON p.id = c.rowid JOIN labels l ON l.prediction_id = c.prediction_id);
            CREATE TABLE left_out AS
                WITH lost AS (SELECT p.*, CASE WHEN reason IS NOT NULL THEN reason WHEN class = r.winning_class THEN 'duplicate' ELSE 'conflict' END AS why
                    FROM pool p LEFT JOIN ranked r USING (id) WHERE reason <> 'unverified' OR (reason IS NULL AND r.place > 1))
                SELECT why AS reason, origin, class, day, file, prediction_id, photo_index, sha256, kept
                FROM lost LEFT JOIN (SELECT sha256, min(path) AS kept FROM plan SEMI JOIN lost USING (sha256) GROUP BY sha256) USING (sha256)
                UNION ALL
                SELECT 'withdrawn', 'candidate', class, day, file, prediction_id, photo_index, sha256, NULL FROM candidates ANTI JOIN labels USING (prediction_id);
            CREATE TABLE added AS SELECT path, sha256, class FROM plan ANTI JOIN head USING (path);
            CREATE TABLE removed AS SELECT path, sha256, class FROM head ANTI JOIN plan USING (path);
            """);
    }

    /// <summary>Whether the plan holds other images, or in other places, than the version before.</summary>
    public bool Differs() => database.Count("SELECT (SELECT count(*) FROM added) + (SELECT count(*) FROM removed)") > 0;

    public DatasetChanges Changes() => database.Rows(
        """
        SELECT (SELECT count(*) FROM added WHERE sha256 NOT IN (SELECT sha256 FROM head)),
            (SELECT count(*) FROM removed WHERE sha256 NOT IN (SELECT sha256 FROM plan)),
            (SELECT count(*) FROM added a WHERE EXISTS (FROM removed r WHERE r.sha256 = a.sha256 AND r.class <> a.class))
        """,
        row => new DatasetChanges(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2))).Single();

    /// <summary>SHA-256 over the sorted lines <c>path sha256</c> of the plan.</summary>
    public string ContentDigest() => Digest("SELECT path, sha256 FROM plan ORDER BY path");

    /// <summary>SHA-256 over the sorted lines <c>file sha256</c> of gold.</summary>
    public string GoldDigest() => Digest("SELECT file, sha256 FROM gold WHERE reason IS NULL ORDER BY file");

    private static string Fold(string user) => $"(('0x' || substr(sha256({user}), 1, 8))::UBIGINT % 10)::INTEGER AS fold";

    private string Digest(string select)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var line in database.Rows(select, row => string.Create(CultureInfo.InvariantCulture, $"{row.GetString(0)} {row.GetString(1)}\n")))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(line));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
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
