using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DatasetAdmin.Core.Classes;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Gold;
using DatasetAdmin.Core.ImageLists;

namespace DatasetAdmin.Core.Building;

/// <summary>
/// What a dataset should hold and how that differs from what it holds, as set arithmetic over gold, candidates, the labels
/// of this moment and the version before. The same input gives the same plan.
/// </summary>
internal sealed partial class BuildPlan(ListDatabase database, DatasetKind kind, FaceClasses classes)
{
    private const string GenerationPattern = @"-g[0-9]+(\.[a-z]+)$";

    private static readonly string s_facts = ImageColumns.Names(ImageColumns.Facts);

    // What a candidate's row says that is its prediction's, and can change.
    private static readonly string[] s_labelled =
        ["user_id", "class", "class_index", "initial_prediction", "is_verified", "verified_by", "verified_at", "created_at", "confidence"];

    // A day's whole rows stay where they are, and so do those of the version before: the tables hold what decides.
    private readonly Dictionary<DateOnly, string> _days = [];
    private string? _head;

    public ListDatabase Database => database;

    /// <summary>Whether gold is split, and the dataset with it. Known once gold was added.</summary>
    public bool IsSplit { get; private set; }

    public void Create()
    {
        database.Execute($"""
            CREATE TABLE gold (split VARCHAR, class VARCHAR, class_index INTEGER, name VARCHAR, file VARCHAR, reason VARCHAR, {ImageColumns.Definition(ImageColumns.Facts)});
            CREATE TABLE gold_folders (folder VARCHAR, class VARCHAR, class_index INTEGER);
            CREATE TABLE candidates (day DATE, name VARCHAR, file VARCHAR, class VARCHAR, prediction_id VARCHAR, photo_index INTEGER, sha256 VARCHAR, etag VARCHAR,
                bytes BIGINT, format VARCHAR);
            CREATE TABLE labels (prediction_id VARCHAR, user_id VARCHAR, class VARCHAR, class_index INTEGER, initial_prediction VARCHAR,
                is_verified BOOLEAN, verified_by VARCHAR, verified_at TIMESTAMPTZ, created_at TIMESTAMPTZ, confidence DOUBLE);
            CREATE TABLE head (path VARCHAR, class VARCHAR, day DATE, etag VARCHAR, sha256 VARCHAR);
            CREATE TABLE used (path VARCHAR);
            CREATE TABLE unchanged_days (day DATE);
            CREATE TABLE outdated (path VARCHAR);
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

    /// <summary>Adds a day that this program collected. Its list must stay until the images are listed.</summary>
    public void AddDay(DateOnly day, string list) => AddRows(
        day, $@"SELECT *, regexp_replace(split_part(file, '/', 2), '{GenerationPattern}', '\1') AS name FROM read_parquet('{ListDatabase.Quote(list)}')");

    /// <summary>Adds a day that the earlier system collected; what its files' names don't say comes from the labels.</summary>
    public void AddEarlierDay(DateOnly day, string list) => AddRows(
        day,
        $"""
        SELECT name, file, split_part(file, '/', 1) AS class, regexp_extract(file, '_pred_([^/]+)_img_[0-9]+\.', 1) AS prediction_id,
                regexp_extract(file, '/user_([^/]+)_pred_', 1) AS user_id, regexp_extract(file, '_img_([0-9]+)\.', 1)::INTEGER AS photo_index, []::VARCHAR[] AS flags, {s_facts}
            FROM read_parquet('{ListDatabase.Quote(list)}') WHERE reason IS NULL
        """);

    /// <summary>Adds predictions as they are now.</summary>
    public Task AddLabelsAsync(IAsyncEnumerable<Prediction> predictions, CancellationToken cancellationToken) => database.AppendAsync(
        "labels",
        predictions,
        (row, prediction) =>
        {
            var face = classes.FindOrNull(prediction.StyleId);
            row.AppendValue(prediction.Id)
                .AppendValue(prediction.UserId)
                .AppendValue(face?.Name)
                .AppendValue(face?.Index)
                .AppendValue(classes.FindOrNull(prediction.InitialPrediction)?.Name ?? prediction.InitialPrediction)
                .AppendValue((bool?)prediction.IsVerified)
                .AppendValue(prediction.VerifiedBy)
                .AppendValue(prediction.VerifiedAt)
                .AppendValue((DateTime?)prediction.CreatedAt)
                .AppendValue(prediction.Confidence);
        },
        cancellationToken);

    /// <summary>The candidates' predictions that no label was added for.</summary>
    public IReadOnlyList<string> IdsWithoutLabel() =>
        [.. database.Rows("SELECT DISTINCT prediction_id FROM candidates WHERE prediction_id NOT IN (SELECT prediction_id FROM labels) ORDER BY 1", row => row.GetString(0))];

    /// <summary>
    /// Adds the version before: its list, and the lists of all archived versions, whose paths are spent. Labels and days come first.
    /// The lists must stay until the images are listed.
    /// </summary>
    /// <param name="unchangedDays">Days whose lists are those that the version was built from: of their images, the rows whose labels are the same are taken from its list.</param>
    public void AddHead(string list, IReadOnlyList<string> archivedLists, IEnumerable<DateOnly> unchangedDays)
    {
        _head = $"read_parquet('{ListDatabase.Quote(list)}')";
        database.Execute($"INSERT INTO head SELECT path, class, day, etag, sha256 FROM {_head}");
        database.Execute($"""
            INSERT INTO outdated SELECT h.path FROM {_head} h JOIN labels l USING (prediction_id)
                WHERE {string.Join(" OR ", s_labelled.Select(column => $"h.{column} IS DISTINCT FROM l.{column}"))}
            """);
        using (var days = database.Append("unchanged_days"))
        {
            foreach (var day in unchangedDays)
            {
                days.CreateRow().AppendValue((DateOnly?)day).EndRow();
            }
        }

        if (archivedLists.Count > 0)
        {
            database.Execute($"INSERT INTO used SELECT DISTINCT path FROM read_parquet({FileList(archivedLists)})");
        }
    }

    /// <summary>How many images there will be. Known once it is decided.</summary>
    public long Images() => database.Count("SELECT count(*) FROM placed");

    /// <summary>Whether it has other images, or in other places, than the version before.</summary>
    public bool Differs() => database.Count("SELECT (SELECT count(*) FROM added) + (SELECT count(*) FROM removed)") > 0;

    public DatasetChanges Changes() => database.Rows(
        """
        SELECT (SELECT count(*) FROM added WHERE sha256 NOT IN (SELECT sha256 FROM head)),
            (SELECT count(*) FROM removed WHERE sha256 NOT IN (SELECT sha256 FROM chosen)),
            (SELECT count(*) FROM added a WHERE EXISTS (FROM removed r WHERE r.sha256 = a.sha256 AND r.class <> a.class))
        """,
        row => new DatasetChanges(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2))).Single();

    /// <summary>SHA-256 over the sorted lines <c>path sha256</c> of the plan, which is in that order.</summary>
    public string ContentDigest() => Digest("SELECT path, sha256 FROM plan");

    /// <summary>SHA-256 over the sorted lines <c>file sha256</c> of gold.</summary>
    public string GoldDigest() => Digest("SELECT file, sha256 FROM gold WHERE reason IS NULL ORDER BY file");

    private void AddRows(DateOnly day, string select)
    {
        _days.Add(day, select);
        database.Execute($"INSERT INTO candidates BY NAME SELECT $day AS day, name, file, class, prediction_id, photo_index, sha256, etag, bytes, format FROM ({select})", ("day", day));
    }

    private string Digest(string select)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var line in database.Rows(select, row => string.Create(CultureInfo.InvariantCulture, $"{row.GetString(0)} {row.GetString(1)}\n")))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(line));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
