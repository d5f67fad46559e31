using System.Data.Common;
using System.Globalization;
using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Classes;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Core.Comparing;

/// <summary>Compares any two lists of images: datasets, versions of them, days, gold.</summary>
/// <remarks>
/// A list never changes, so neither does how two of them differ: the images that differ are found once, which for two lists of a
/// million takes ten times as long as a later look, and kept in a file beside the lists, which every later question reads.
/// </remarks>
public sealed class DatasetComparer(ListBrowser browser, ImageListStore lists, FaceClasses classes)
{
    // To be raised when the columns of the file change, so that no older file is taken for one of them.
    private const string Form = "pairs1";

    public async Task<ListComparison> CompareAsync(BrowsedList left, BrowsedList right, CancellationToken cancellationToken)
    {
        var pairsSql = await PairsSqlAsync(left, right, cancellationToken);
        return await browser.AskAsync(
            question =>
            {
                var leftImages = CountByClass(question, left);
                var rightImages = CountByClass(question, right);
                var pairs = question.Rows(
                    $"SELECT part, left_class, right_class, count(*) FROM {pairsSql} GROUP BY ALL",
                    row => (Part: (ComparisonPart)row.GetInt32(0), Left: TextOrNull(row, 1), Right: TextOrNull(row, 2), Images: row.GetInt64(3)));
                var moved = pairs.Where(pair => pair.Part == ComparisonPart.Relabelled).ToList();
                ClassComparison[] compared =
                [
                    .. leftImages.Keys.Union(rightImages.Keys).OrderBy(Index).ThenBy(name => name, StringComparer.Ordinal).Select(name => new ClassComparison(
                        name,
                        leftImages.GetValueOrDefault(name).All,
                        rightImages.GetValueOrDefault(name).All,
                        pairs.Where(pair => pair.Part == ComparisonPart.OnlyLeft && pair.Left == name).Sum(pair => pair.Images),
                        pairs.Where(pair => pair.Part == ComparisonPart.OnlyRight && pair.Right == name).Sum(pair => pair.Images),
                        moved.Where(pair => pair.Left == name).Sum(pair => pair.Images),
                        moved.Where(pair => pair.Right == name).Sum(pair => pair.Images))),
                ];
                return new ListComparison(
                    left,
                    right,
                    compared,
                    [.. moved.OrderByDescending(pair => pair.Images).ThenBy(pair => pair.Left, StringComparer.Ordinal).ThenBy(pair => pair.Right, StringComparer.Ordinal)
                        .Select(pair => new Relabelling(pair.Left!, pair.Right!, pair.Images))],
                    leftImages.Values.Sum(images => images.Distinct) - pairs.Where(pair => pair.Part != ComparisonPart.OnlyRight).Sum(pair => pair.Images));
            },
            cancellationToken);
    }

    /// <summary>A page of the images that differ, in the order of their list.</summary>
    /// <param name="from">The class on the left, or null for all; it says nothing about images that only the right side has.</param>
    /// <param name="to">The class on the right, or null for all; it says nothing about images that only the left side has.</param>
    /// <param name="take">At most <see cref="ImageQueries.LargestPage"/>.</param>
    public async Task<ComparedPage> PageAsync(
        BrowsedList left, BrowsedList right, ComparisonPart part, string? from, string? to, long skip, int take, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(skip);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(take, ImageQueries.LargestPage);
        var (sql, values) = Select(await PairsSqlAsync(left, right, cancellationToken), part, from, to);
        return await browser.AskAsync(
            question =>
            {
                var total = question.Count($"SELECT count(*) FROM {sql}", values);
                var rows = question.Rows(
                    string.Create(CultureInfo.InvariantCulture, $"SELECT left_row, right_row FROM {sql} LIMIT {take} OFFSET {skip}"),
                    row => (Left: NumberOrNull(row, 0), Right: NumberOrNull(row, 1)),
                    values);
                var lefts = ImageQueries.Fetch(question, left, [.. rows.Select(row => row.Left).OfType<long>()]);
                var rights = ImageQueries.Fetch(question, right, [.. rows.Select(row => row.Right).OfType<long>()]);
                return new ComparedPage([.. rows.Select((_, index) => new ComparedImage(lefts.ElementAtOrDefault(index), rights.ElementAtOrDefault(index)))], total);
            },
            cancellationToken);
    }

    /// <summary>The place, from 0, of an image among those that a page is taken of, or null where it isn't among them.</summary>
    /// <param name="row">In the right list, but of images that only the left has.</param>
    public async Task<long?> PositionOrNullAsync(
        BrowsedList left, BrowsedList right, ComparisonPart part, string? from, string? to, long row, CancellationToken cancellationToken)
    {
        var (sql, values) = Select(await PairsSqlAsync(left, right, cancellationToken), part, from, to);
        return await browser.AskAsync(
            question =>
            {
                var places = question.Rows(
                    $"""
                    SELECT place FROM (SELECT *, row_number() OVER () - 1 AS place FROM {sql}) WHERE {(part == ComparisonPart.OnlyLeft ? "left_row" : "right_row")} = $row
                    """,
                    found => found.GetInt64(0),
                    [.. values, ("row", row)]);
                return places.Count == 0 ? (long?)null : places[0];
            },
            cancellationToken);
    }

    // The pairs that a part is made of, in their order.
    private static (string Sql, (string, object?)[] Values) Select(string pairsSql, ComparisonPart part, string? from, string? to)
    {
        List<(string Column, string Name, string Value)> wanted = [];
        if (part != ComparisonPart.OnlyRight && from is not null)
        {
            wanted.Add(("left_class", "from", from));
        }

        if (part != ComparisonPart.OnlyLeft && to is not null)
        {
            wanted.Add(("right_class", "to", to));
        }

        return (
            $"(FROM {pairsSql} WHERE part = {(int)part}{string.Concat(wanted.Select(item => $" AND {item.Column} = ${item.Name}"))})",
            [.. wanted.Select(item => (item.Name, (object?)item.Value))]);
    }

    private static Dictionary<string, (long All, long Distinct)> CountByClass(ListQuestion question, BrowsedList list) => question.Rows(
        $"SELECT class, count(*), count(*) FILTER (is_first) FROM {list.KeysSql} GROUP BY class",
        row => (Class: row.GetString(0), All: row.GetInt64(1), Distinct: row.GetInt64(2))).ToDictionary(row => row.Class, row => (row.All, row.Distinct));

    /// <summary>
    /// What differs, part by part in the order of the lists: <c>part</c>, <c>left_row</c>, <c>right_row</c>, <c>left_class</c>,
    /// <c>right_class</c>, null on the side that hasn't the image.
    /// </summary>
    private async Task<string> PairsSqlAsync(BrowsedList left, BrowsedList right, CancellationToken cancellationToken)
    {
        var name = $"{Form}-{Hashes.Sha256($"{Path.GetFileName(left.KeysPath)} {Path.GetFileName(right.KeysPath)}")}";
        var path = await lists.DeriveAsync(name, path => browser.AskAsync(question => Write(question, left, right, path), cancellationToken), cancellationToken);
        return $"read_parquet('{ListDatabase.Quote(path)}')";
    }

    private static int Write(ListQuestion question, BrowsedList left, BrowsedList right, string path)
    {
        question.GiveMemoryBack();
        return question.Execute($"""
            COPY (
                SELECT
                    CASE WHEN r.row IS NULL THEN {(int)ComparisonPart.OnlyLeft} WHEN l.row IS NULL THEN {(int)ComparisonPart.OnlyRight} ELSE {(int)ComparisonPart.Relabelled} END AS part,
                    l.row AS left_row, r.row AS right_row, l.class AS left_class, r.class AS right_class
                FROM (FROM {left.KeysSql} WHERE is_first) l FULL JOIN (FROM {right.KeysSql} WHERE is_first) r ON l.key_high = r.key_high AND l.key_low = r.key_low
                WHERE l.class IS DISTINCT FROM r.class
                ORDER BY part, coalesce(l.row, r.row)
            ) TO '{ListDatabase.Quote(path)}' (FORMAT parquet, COMPRESSION lz4_raw)
            """);
    }

    private int Index(string name) => classes.TryGet(name, out var face) ? face.Index : int.MaxValue;

    private static long? NumberOrNull(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    private static string? TextOrNull(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
