using System.Text.Json;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Classes;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Gold;
using DatasetAdmin.Core.ImageLists;

namespace DatasetAdmin.Core.Building;

/// <summary>What a build read beside images and labels: the month's days and gold.</summary>
/// <param name="Days">The collected days; the manifest is null for a day of the earlier system.</param>
/// <param name="ToCome">The days of the month that weren't over yet.</param>
internal sealed record BuildInputs(
    Month Month, DatasetKind Kind, IReadOnlyList<(DateOnly Day, CandidateManifest? Manifest)> Days, IReadOnlyList<DateOnly> ToCome, SortedSet<string> UnmappedFolders);

/// <summary>Makes a dataset's manifest from its plan.</summary>
internal static class BuildDocuments
{
    /// <param name="isClean">Whether the folder holds nothing of an abandoned build that must be dropped after the commit.</param>
    public static DatasetManifest Describe(
        BuildPlan plan, BuildInputs inputs, FaceClasses classes, DatasetVersion version, DatasetManifest? before, bool isClean, string digest,
        ImagesFile images, ImagesFile leftOut, string runId, DateTime now)
    {
        var database = plan.Database;
        // The earlier fields speak of the train split, as the earlier system's validator compares them with that folder.
        var train = plan.IsSplit ? "split = 'train'" : "true";
        var totals = Totals(database);
        var byDay = database.Rows(
            "SELECT c.day, count(*), (SELECT count(*) FROM plan p WHERE p.day = c.day) FROM candidates c GROUP BY c.day",
            row => (Day: row.GetFieldValue<DateOnly>(0), Images: row.GetInt64(1), Used: row.GetInt64(2)))
            .ToDictionary(row => row.Day);
        DatasetDay[] collections =
        [
            .. inputs.Days.Select(item => new DatasetDay(item.Day, byDay.GetValueOrDefault(item.Day).Images, byDay.GetValueOrDefault(item.Day).Used, item.Manifest?.ETag)),
        ];
        var collected = inputs.Days.Select(item => item.Day).ToHashSet();
        return new()
        {
            DatasetType = inputs.Kind.Name(),
            Version = version.ToString(),
            CreatedAt = now,
            Year = inputs.Month.Year,
            Month = inputs.Month.Number,
            TotalImages = database.Count($"SELECT count(*) FROM plan WHERE {train}"),
            GoldImages = database.Count($"SELECT count(*) FROM plan WHERE {train} AND origin = 'gold'"),
            NewImages = database.Count($"SELECT count(*) FROM plan WHERE {train} AND origin = 'candidate'"),
            CollectionDates = [.. collections.Where(day => day.Images > 0).Select(day => day.Date)],
            ClassDistribution = Distribution(database, train),
            GoldDistribution = Distribution(database, $"{train} AND origin = 'gold'"),
            CandidateDistribution = Distribution(database, $"{train} AND origin = 'candidate'"),
            SchemaVersion = DatasetManifest.CurrentSchema,
            RunId = runId,
            Status = before is null && isClean ? DatasetManifest.Stable : DatasetManifest.Updating,
            PreviousVersion = before?.Version,
            ContentDigest = digest,
            Totals = totals,
            Classes = Classes(database, classes),
            Splits = plan.IsSplit ? GoldSet.Splits.ToDictionary(split => split, split => database.Count("SELECT count(*) FROM plan WHERE split = $split", ("split", split))) : null,
            Collections = collections,
            MissingDays = [.. inputs.Month.Days.Where(day => !collected.Contains(day) && !inputs.ToCome.Contains(day))],
            EmptyDays = [.. collections.Where(day => day.Images == 0).Select(day => day.Date)],
            DaysToCome = inputs.ToCome,
            Rejections = inputs.Days.SelectMany(item => item.Manifest?.Rejections ?? new Dictionary<string, long>())
                .GroupBy(item => item.Key, item => item.Value).OrderBy(group => group.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Sum()),
            Gold = new(
                database.Count("SELECT count(*) FROM gold WHERE reason IS NULL"),
                plan.GoldDigest(),
                [.. inputs.UnmappedFolders],
                database.Count("SELECT count(*) FROM gold WHERE reason IS NOT NULL")),
            Changes = plan.Changes(),
            ImagesFile = images,
            LeftOutFile = leftOut,
        };
    }

    /// <summary>Writes the manifest with the conflicts' losers, to a local file.</summary>
    public static async Task WriteAsync(string path, DatasetManifest manifest, ListDatabase database, CancellationToken cancellationToken)
    {
        await using var file = File.Create(path);
        await using var writer = new Utf8JsonWriter(file, JsonRows.WriterOptions);
        writer.WriteStartObject();
        writer.WriteHead(manifest);
        await writer.WriteArrayAsync(
            "conflicts",
            database,
            "SELECT kept, class, origin, day, file, prediction_id, photo_index, sha256 FROM left_out WHERE reason = 'conflict' ORDER BY kept, origin, day, file",
            cancellationToken);
        writer.WriteEndObject();
    }

    private static DatasetTotals Totals(ListDatabase database)
    {
        long LeftOut(string reasons) => database.Count($"SELECT count(*) FROM left_out WHERE reason IN ({reasons})");
        return database.Rows(
            "SELECT count(*), count(*) FILTER (origin = 'gold'), count(*) FILTER (origin = 'candidate'), count(*) FILTER (is_verified), coalesce(sum(bytes), 0)::BIGINT FROM plan",
            row => new DatasetTotals(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), 0, 0, 0, 0, 0)).Single() with
        {
            Duplicates = LeftOut("'duplicate'"),
            Conflicts = LeftOut("'conflict'"),
            Withdrawn = LeftOut("'withdrawn'"),
            Leaked = LeftOut("'leaked'"),
            LeftOut = LeftOut("'format', 'unknown_class'"),
        };
    }

    private static Dictionary<string, long> Distribution(ListDatabase database, string where) => database.Rows(
        $"SELECT class, count(*) FROM plan WHERE {where} GROUP BY class, class_index ORDER BY class_index",
        row => (Name: row.GetString(0), Images: row.GetInt64(1))).ToDictionary(row => row.Name, row => row.Images);

    private static DatasetClass[] Classes(ListDatabase database, FaceClasses classes)
    {
        var counts = database.Rows(
            "SELECT class, count(*), count(*) FILTER (origin = 'gold'), count(*) FILTER (origin = 'candidate'), count(*) FILTER (is_verified) FROM plan GROUP BY class",
            row => (Name: row.GetString(0), Images: row.GetInt64(1), Gold: row.GetInt64(2), New: row.GetInt64(3), Verified: row.GetInt64(4)))
            .ToDictionary(row => row.Name);
        return [.. classes.All.Select(item => Class(item, counts.GetValueOrDefault(item.Name)))];

        static DatasetClass Class(FaceClass item, (string Name, long Images, long Gold, long New, long Verified) count) =>
            new(item.Index, item.Name, count.Images, count.Gold, count.New, count.Verified);
    }
}
