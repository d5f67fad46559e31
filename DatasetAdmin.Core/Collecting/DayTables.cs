using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Classes;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Storage;
using DuckDB.NET.Data;

namespace DatasetAdmin.Core.Collecting;

/// <summary>
/// A day as tables: the photos that the source names now, what an earlier collection knew of them, what the stores hold,
/// and what follows: which photos stay, which must be read, what the manifest will say. Memory stays flat, however
/// many photos a day has.
/// </summary>
internal sealed class DayTables(ListDatabase database, DateOnly day)
{
    private const string RejectedColumns = "prediction_id, photo_index, source_url, reason, detail, source_key, source_etag, created_at";

    // What only the bytes or their absence can tell; the other reasons come from the row itself and are found anew each time.
    private static readonly string s_reasonsOfBytes = string.Join(", ", new[]
    {
        RejectionReason.MissingObject, RejectionReason.EmptyObject, RejectionReason.TooLarge, RejectionReason.TooManyPixels, RejectionReason.TooSmall,
        RejectionReason.UnsupportedFormat, RejectionReason.CorruptImage, RejectionReason.AnimatedImage,
    }.Select(reason => $"'{reason.Name()}'"));

    public ListDatabase Database => database;

    /// <summary>Makes the tables; the lists are local paths, null where nothing was collected before.</summary>
    public void Create(string? imagesList, string? rejectedList)
    {
        database.Execute($"""
            CREATE TABLE photos (seq BIGINT, prediction_id VARCHAR, user_id VARCHAR, photo_index INTEGER, source_url VARCHAR, class VARCHAR,
                initial_prediction VARCHAR, is_verified BOOLEAN, verified_by VARCHAR, verified_at TIMESTAMPTZ, created_at TIMESTAMPTZ,
                confidence DOUBLE, keys VARCHAR[], reason VARCHAR, detail VARCHAR);
            CREATE TABLE source (key VARCHAR, etag VARCHAR, bytes BIGINT, modified_at TIMESTAMPTZ);
            CREATE TABLE stored (file VARCHAR, bytes BIGINT, etag VARCHAR);
            CREATE TABLE fetched (seq BIGINT, source_key VARCHAR, source_etag VARCHAR, source_modified_at TIMESTAMPTZ, reason VARCHAR, detail VARCHAR,
                file VARCHAR, {ImageColumns.Definition(ImageColumns.Facts)});
            CREATE TABLE moved (seq BIGINT, file VARCHAR);
            CREATE TABLE before ({ImageColumns.Definition(ImageColumns.Day)});
            CREATE TABLE before_rejected (prediction_id VARCHAR, photo_index INTEGER, source_url VARCHAR, reason VARCHAR, detail VARCHAR,
                source_key VARCHAR, source_etag VARCHAR, created_at TIMESTAMPTZ);
            """);
        if (imagesList is not null)
        {
            database.Execute($"INSERT INTO before BY NAME SELECT {ImageColumns.Names(ImageColumns.Day)} FROM read_parquet('{ListDatabase.Quote(imagesList)}')");
        }

        if (rejectedList is not null)
        {
            database.Execute($"INSERT INTO before_rejected SELECT {RejectedColumns} FROM read_parquet('{ListDatabase.Quote(rejectedList)}')");
        }
    }

    /// <summary>Reads the day's predictions into photos; returns how many there are.</summary>
    public async Task<long> AddPredictionsAsync(
        IAsyncEnumerable<Prediction> predictions, FaceClasses classes, string photoBucket, CancellationToken cancellationToken)
    {
        long count = 0, seq = 0;
        using var photos = database.Append("photos");
        await foreach (var prediction in predictions.WithCancellation(cancellationToken))
        {
            count++;
            var face = classes.FindOrNull(prediction.StyleId);
            foreach (var entry in PhotoUrls.Parse(prediction.PhotoUrls, prediction.PhotoUrl))
            {
                var location = entry.Rejection is null ? PhotoUrl.Map(entry.Url, photoBucket) : null;
                var rejection = entry.Rejection ?? location?.Rejection;
                if (entry.Index >= CollectingOptions.PhotosPerPrediction)
                {
                    rejection = new(RejectionReason.TooManyPhotos, $"A prediction counts {CollectingOptions.PhotosPerPrediction} photos at most; this is number {entry.Index + 1}.");
                }
                else if (rejection is null && face is null)
                {
                    rejection = new(RejectionReason.UnknownClass, $"'{prediction.StyleId}' is no class that the configuration knows.");
                }

                photos.CreateRow()
                    .AppendValue(seq++)
                    .AppendValue(prediction.Id)
                    .AppendValue(prediction.UserId)
                    .AppendValue((int?)entry.Index)
                    .AppendValue(WithoutSignature(entry.Url))
                    .AppendValue(face?.Name)
                    .AppendValue(classes.FindOrNull(prediction.InitialPrediction)?.Name ?? prediction.InitialPrediction)
                    .AppendValue((bool?)prediction.IsVerified)
                    .AppendValue(prediction.VerifiedBy)
                    .AppendValue(prediction.VerifiedAt)
                    .AppendValue((DateTime?)prediction.CreatedAt)
                    .AppendValue(prediction.Confidence)
                    .AppendValue(location?.Keys ?? [])
                    .AppendValue(rejection?.Reason.Name())
                    .AppendValue(rejection?.Detail)
                    .EndRow();
            }
        }

        return count;
    }

    /// <summary>
    /// Pairs the photos with what an earlier collection knew of them: the n-th photo of a prediction with a key is the
    /// n-th that it had, wherever in the row it stands now.
    /// </summary>
    public void MatchEarlier() => database.Execute($"""
        CREATE TABLE p AS SELECT *, row_number() OVER (PARTITION BY prediction_id, keys[1] ORDER BY photo_index) AS nth
            FROM photos WHERE len(keys) > 0 AND (reason IS NULL OR reason = 'unknown_class');
        CREATE TABLE matched AS SELECT p.seq, b.* EXCLUDE (nth) FROM p JOIN (
                SELECT *, row_number() OVER (PARTITION BY prediction_id, source_key ORDER BY photo_index) AS nth FROM before) b
            ON b.prediction_id = p.prediction_id AND b.nth = p.nth AND list_contains(p.keys, b.source_key)
            QUALIFY row_number() OVER (PARTITION BY p.seq ORDER BY list_position(p.keys, b.source_key)) = 1;
        CREATE TABLE matched_rejected AS SELECT p.seq, p.keys, r.* FROM p JOIN (
                SELECT * FROM before_rejected WHERE reason IN ({s_reasonsOfBytes})) r
            ON r.prediction_id = p.prediction_id AND r.photo_index = p.photo_index AND (r.source_key IS NULL OR list_contains(p.keys, r.source_key))
            WHERE p.reason IS NULL AND r.source_url IS NOT DISTINCT FROM p.source_url AND p.seq NOT IN (SELECT seq FROM matched);
        """);

    /// <summary>The keys whose present state decides whether a photo must be read again, sorted.</summary>
    public IReadOnlyList<string> KeysToLookUp() =>
    [
        .. database.Rows(
            """
            SELECT DISTINCT key FROM (SELECT source_key AS key FROM matched UNION ALL SELECT unnest(keys) FROM matched_rejected) ORDER BY key
            """,
            row => row.GetString(0)),
    ];

    /// <summary>Decides what stays as it is, given what the stores hold.</summary>
    public void Decide() => database.Execute("""
        CREATE TABLE kept AS SELECT m.*, s.etag AS source_etag_now FROM matched m
            JOIN stored st ON st.file = m.file AND st.etag = m.etag AND st.bytes = m.bytes
            LEFT JOIN source s ON s.key = m.source_key;
        CREATE TABLE kept_rejected AS SELECT r.* FROM matched_rejected r
            LEFT JOIN source s ON s.key = r.source_key
            WHERE CASE WHEN r.source_key IS NULL
                THEN r.seq NOT IN (SELECT w.seq FROM (SELECT seq, unnest(keys) AS key FROM matched_rejected) w JOIN source USING (key))
                ELSE s.etag = r.source_etag END;
        CREATE TABLE to_fetch AS SELECT seq, prediction_id, photo_index, class, keys FROM photos WHERE reason IS NULL
            AND seq NOT IN (SELECT seq FROM kept) AND seq NOT IN (SELECT seq FROM kept_rejected);
        CREATE TABLE to_move AS SELECT k.seq, k.file, k.etag, p.class, p.prediction_id, k.photo_index, k.sha256 FROM kept k JOIN photos p USING (seq)
            WHERE p.class IS NOT NULL AND p.class <> split_part(k.file, '/', 1);
        """);

    /// <summary>The photos to read, in the day's order.</summary>
    public IEnumerable<PhotoToFetch> ToFetch() => database.Pages(
        "seq, prediction_id, photo_index, class, keys",
        "to_fetch",
        "seq",
        row => new PhotoToFetch(row.GetInt64(0), row.GetString(1), row.GetInt32(2), row.GetString(3), row.GetFieldValue<List<string>>(4)));

    /// <summary>The candidates whose prediction has another class by now.</summary>
    public IReadOnlyList<CandidateToMove> ToMove() =>
    [
        .. database.Rows(
            "SELECT seq, file, etag, class, prediction_id, photo_index, sha256 FROM to_move ORDER BY seq",
            row => new CandidateToMove(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetInt32(5), row.GetString(6))),
    ];

    /// <summary>Puts together what the day's manifest will say.</summary>
    public void Conclude(int uploadGraceMinutes) => database.Execute($"""
        CREATE TABLE images AS
        SELECT {ImageColumns.Names(ImageColumns.Day)} FROM (
            SELECT coalesce(v.file, k.file) AS file, coalesce(p.class, k.class) AS class, p.prediction_id, p.user_id, p.photo_index, p.source_url, k.source_key,
                p.initial_prediction, p.is_verified, p.verified_by, p.verified_at, p.created_at, p.confidence, k.source_modified_at, k.source_etag,
                {Flags("k.source_etag_now IS NOT NULL AND k.source_etag_now <> k.source_etag", "k.source_etag_now IS NULL", "p.class IS NULL", "k.source_modified_at", uploadGraceMinutes)},
                {ImageColumns.Names(ImageColumns.Facts, "k.")}
            FROM kept k JOIN photos p USING (seq) LEFT JOIN moved v USING (seq)
            UNION ALL
            SELECT f.file, p.class, p.prediction_id, p.user_id, p.photo_index, p.source_url, f.source_key,
                p.initial_prediction, p.is_verified, p.verified_by, p.verified_at, p.created_at, p.confidence, f.source_modified_at, f.source_etag,
                {Flags("false", "false", "false", "f.source_modified_at", uploadGraceMinutes)},
                {ImageColumns.Names(ImageColumns.Facts, "f.")}
            FROM fetched f JOIN photos p USING (seq) WHERE f.reason IS NULL)
        ORDER BY created_at, prediction_id, photo_index;
        CREATE TABLE rejected AS
        SELECT {RejectedColumns} FROM (
            SELECT seq, prediction_id, photo_index, source_url, reason, detail, NULL AS source_key, NULL AS source_etag, created_at FROM photos
                WHERE reason IS NOT NULL AND seq NOT IN (SELECT seq FROM kept)
            UNION ALL
            SELECT p.seq, p.prediction_id, p.photo_index, p.source_url, f.reason, f.detail, f.source_key, f.source_etag, p.created_at FROM fetched f JOIN photos p USING (seq)
                WHERE f.reason IS NOT NULL
            UNION ALL
            SELECT p.seq, p.prediction_id, p.photo_index, p.source_url, r.reason, r.detail, r.source_key, r.source_etag, p.created_at FROM kept_rejected r JOIN photos p USING (seq))
        ORDER BY created_at, prediction_id, photo_index;
        """);

    /// <summary>Whether the lists say the same as those before, whatever the order of equal times.</summary>
    public bool SameAsBefore() => database.Count($"""
        SELECT count(*) FROM (
            (SELECT * FROM images EXCEPT ALL SELECT * FROM before) UNION ALL (SELECT * FROM before EXCEPT ALL SELECT * FROM images)) d
        """) == 0 && database.Count($"""
        SELECT count(*) FROM (
            (SELECT {RejectedColumns} FROM rejected EXCEPT ALL SELECT {RejectedColumns} FROM before_rejected)
            UNION ALL (SELECT {RejectedColumns} FROM before_rejected EXCEPT ALL SELECT {RejectedColumns} FROM rejected)) d
        """) == 0;

    /// <summary>Totals of the day; <paramref name="predictions"/> isn't known here.</summary>
    public DayTotals Totals(long predictions) => database.Rows(
        """
        SELECT (SELECT count(*) FROM photos), count(*), count(*) FILTER (is_verified), (SELECT count(*) FROM rejected),
            coalesce(sum(bytes), 0)::BIGINT, count(*) FILTER (len(flags) > 0) FROM images
        """,
        row => new DayTotals(predictions, row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5))).Single();

    /// <summary>Images and verified ones of each class that has any.</summary>
    public IReadOnlyDictionary<string, (long Images, long Verified)> ByClass() => database.Rows(
        "SELECT class, count(*), count(*) FILTER (is_verified) FROM images GROUP BY class",
        row => (Name: row.GetString(0), Images: row.GetInt64(1), Verified: row.GetInt64(2)))
        .ToDictionary(row => row.Name, row => (row.Images, row.Verified));

    /// <summary>Rejected photos by reason, in the order of their names.</summary>
    public IReadOnlyDictionary<string, long> ByReason() => database.Rows(
        "SELECT reason, count(*) FROM rejected GROUP BY reason ORDER BY reason",
        row => (Reason: row.GetString(0), Photos: row.GetInt64(1))).ToDictionary(row => row.Reason, row => row.Photos);

    /// <summary>The stored files that the new manifest doesn't name.</summary>
    public IReadOnlyList<string> FilesToDrop() =>
        [.. database.Rows("SELECT file FROM stored WHERE file NOT IN (SELECT file FROM images) ORDER BY file", row => row.GetString(0))];

    /// <summary>Photos = images + rejected, or the program is wrong and nothing may be committed.</summary>
    public void CheckConservation()
    {
        var totals = Totals(0);
        if (totals.Photos != totals.Images + totals.Rejected)
        {
            throw new InvalidOperationException(
                $"{ObjectKeys.DayText(day)}: {totals.Photos} photos, but {totals.Images} images and {totals.Rejected} rejected. Nothing was committed.");
        }
    }

    public static void Append(DuckDBAppender fetched, FetchedPhoto photo)
    {
        fetched.CreateRow()
            .AppendValue((long?)photo.Seq)
            .AppendValue(photo.SourceKey)
            .AppendValue(photo.SourceETag)
            .AppendValue(photo.SourceModifiedAt)
            .AppendValue(photo.Rejection?.Reason.Name())
            .AppendValue(photo.Rejection?.Detail)
            .AppendValue(photo.File)
            .AppendFacts(photo.Facts, photo.ETag)
            .EndRow();
    }

    // A presigned URL opens the photo to whoever reads the manifest while it lasts: its signature isn't kept.
    private static string? WithoutSignature(string? url)
    {
        var query = url?.IndexOf('?', StringComparison.Ordinal) ?? -1;
        return query >= 0 && url!.IndexOf("Signature=", query, StringComparison.OrdinalIgnoreCase) > 0 ? url[..query] : url;
    }

    private static string Flags(string changed, string missing, string unknownClass, string modifiedAt, int graceMinutes) => $"""
        list_filter([
            CASE WHEN {changed} THEN 'source_changed' END,
            CASE WHEN {missing} THEN 'source_missing' END,
            CASE WHEN {modifiedAt} > p.created_at + INTERVAL {graceMinutes} MINUTE THEN 'uploaded_after_prediction' END,
            CASE WHEN {unknownClass} THEN 'unknown_class' END], lambda flag: flag IS NOT NULL) AS flags
        """;
}

/// <summary>A candidate that goes to another class's folder.</summary>
internal sealed record CandidateToMove(long Seq, string File, string ETag, string Class, string PredictionId, int PhotoIndex, string Sha256);
