using System.Globalization;

namespace DatasetAdmin.Core.Browsing;

/// <summary>Answers what people ask about one list of images.</summary>
public sealed class ImageQueries(ListBrowser browser)
{
    /// <summary>The most images of one page.</summary>
    public const int LargestPage = 500;

    /// <summary>Images by class, in no order that matters; classes without images are left out.</summary>
    public Task<IReadOnlyList<ClassCount>> DistributionAsync(BrowsedList list, ImageFilter filter, CancellationToken cancellationToken)
    {
        var (where, values) = filter.ToSql();
        return browser.AskAsync(
            question => question.Rows(
                $"""
                SELECT class, count(*), count(*) FILTER (origin = 'gold'), count(*) FILTER (is_verified), coalesce(sum(bytes), 0)::BIGINT
                FROM {list.KeysSql} WHERE {where} GROUP BY class ORDER BY class
                """,
                row => new ClassCount(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4)),
                [.. values]),
            cancellationToken);
    }

    /// <summary>A page of the images that a filter leaves, with how many those are.</summary>
    /// <param name="take">At most <see cref="LargestPage"/>.</param>
    public Task<ImagePage> PageAsync(BrowsedList list, ImageFilter filter, ImageOrder order, long skip, int take, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(skip);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(take, LargestPage);
        var (where, values) = filter.ToSql();
        return browser.AskAsync(
            question =>
            {
                var page = string.Create(CultureInfo.InvariantCulture, $"{order.Sql()} LIMIT {take} OFFSET {skip}");
                if (filter.Search is { Length: > 0 })
                {
                    // Ids are long to read and few match: one pass for the page and the count.
                    var found = question.Rows(
                        $"SELECT row, count(*) OVER () FROM {list.KeysSql} WHERE {where} AND {IdSearch.Narrow(question, list, filter.Search)} {(order == ImageOrder.Listed ? "ORDER BY row" : "")} {page}",
                        row => (Row: row.GetInt64(0), Total: row.GetInt64(1)),
                        [.. values]);
                    if (found.Count > 0 || skip == 0)
                    {
                        return new ImagePage(Fetch(question, list, [.. found.Select(item => item.Row)]), found.Count == 0 ? 0 : found[0].Total);
                    }
                }

                var total = question.Count($"SELECT count(*) FROM {list.KeysSql} WHERE {where}", [.. values]);
                var rows = question.Rows($"SELECT row FROM {list.KeysSql} WHERE {where} {page}", row => row.GetInt64(0), [.. values]);
                return new ImagePage(Fetch(question, list, rows), total);
            },
            cancellationToken);
    }

    /// <summary>The image with a path, or null where the list has none.</summary>
    public Task<ListedImage?> FindOrNullAsync(BrowsedList list, string path, CancellationToken cancellationToken) => browser.AskAsync(
        question => question.Rows($"SELECT {ListedImage.Columns} FROM {list.RowsSql} WHERE path = $path LIMIT 1", row => ListedImage.Read(row, list), ("path", path)) is [var found, ..] ? found : null,
        cancellationToken);

    /// <summary>The place, from 0, of the image at a row of the list among those that a filter leaves; null where it isn't among them.</summary>
    public Task<long?> PositionOrNullAsync(BrowsedList list, ImageFilter filter, ImageOrder order, long row, CancellationToken cancellationToken)
    {
        var (where, values) = filter.ToSql();
        var window = order == ImageOrder.Listed ? "ORDER BY row" : order.Sql();
        return browser.AskAsync<long?>(
            question => question.Rows(
                $"SELECT place FROM (SELECT row, row_number() OVER ({window}) - 1 AS place FROM {list.KeysSql} WHERE {where}) WHERE row = $row",
                found => found.GetInt64(0),
                [.. values, ("row", row)]) is [var place, ..] ? place : null,
            cancellationToken);
    }

    /// <summary>The formats that a list holds, in order.</summary>
    public Task<IReadOnlyList<string>> FormatsAsync(BrowsedList list, CancellationToken cancellationToken) => browser.AskAsync(
        question => question.Rows($"SELECT DISTINCT format FROM {list.KeysSql} ORDER BY 1", row => row.GetString(0)), cancellationToken);

    /// <summary>The images at these places of a list, in the order in which they are asked for.</summary>
    internal static IReadOnlyList<ListedImage> Fetch(ListQuestion question, BrowsedList list, IReadOnlyList<long> rows)
    {
        if (rows.Count == 0)
        {
            return [];
        }

        var places = string.Join(", ", rows.Select(row => row.ToString(CultureInfo.InvariantCulture)));
        var images = question.Rows(
            string.Create(CultureInfo.InvariantCulture, $"SELECT {ListedImage.Columns} FROM {list.RowsSql} WHERE row BETWEEN {rows.Min()} AND {rows.Max()} AND row IN ({places})"),
            row => ListedImage.Read(row, list)).ToDictionary(image => image.Row);
        return [.. rows.Select(row => images[row])];
    }
}
