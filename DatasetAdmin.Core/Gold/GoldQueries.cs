using System.Data.Common;
using System.Globalization;
using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Classes;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Core.Gold;

/// <summary>Says what gold holds.</summary>
public sealed class GoldQueries(Buckets buckets, ListCatalog catalog, ListBrowser browser, FaceClasses classes)
{
    // Nobody reads more of them on a page.
    private const int MostListed = 200;

    /// <summary>Reads the index, and the folders as they are: a request to the store for each of them.</summary>
    /// <exception cref="ImageListException">The index's list is missing or was changed.</exception>
    public async Task<GoldSummary> SummaryAsync(CancellationToken cancellationToken)
    {
        var list = await catalog.FindOrNullAsync(ListReference.Gold, cancellationToken);
        var indexedAt = (await buckets.Artifacts.FindOrNullAsync(ObjectKeys.GoldIndex, cancellationToken))?.LastModified;
        var (folders, loose) = await FoldersAsync(cancellationToken);
        var known = list is null
            ? new Known([], [], 0)
            : await browser.AskAsync(question => Read(question, list), cancellationToken);
        var isSplit = known.Counts.Any(item => item.Split is not null);
        return new(
            list,
            indexedAt,
            isSplit,
            [.. classes.All.Select(face => Describe(face, folders, known.Counts, isSplit))],
            [.. folders.Where(folder => FindOrNull(folder) is null)],
            loose,
            known.LeftOut,
            known.LeftOutTotal);
    }

    private GoldClass Describe(FaceClass face, IReadOnlyList<string> folders, IReadOnlyList<Count> counts, bool isSplit)
    {
        List<Count> own = [.. counts.Where(item => item.Class == face.Name && item.Split is not null == isSplit)];
        string?[] splits = isSplit ? [.. GoldSet.Splits] : [null];
        return new(
            face.Name,
            [.. folders.Where(folder => FindOrNull(folder) == face)],
            [.. splits.Select(split => own.Where(item => item.Split == split).Sum(item => item.Images))],
            own.Sum(item => item.Bytes));
    }

    private FaceClass? FindOrNull(string folder) => classes.FindByGoldFolderOrNull(folder[(folder.LastIndexOf('/') + 1)..]);

    private static Known Read(ListQuestion question, BrowsedList list)
    {
        var counts = question.Rows(
            $"SELECT class, split, count(*), sum(bytes)::BIGINT FROM {list.KeysSql} GROUP BY ALL",
            row => new Count(row.IsDBNull(0) ? null : row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetInt64(2), row.GetInt64(3)));
        var besideSplits = counts.Any(item => item.Split is not null) ? "true" : "false";
        var leftOut = $"""
            (SELECT file, reason, detail, bytes FROM read_parquet('{ListDatabase.Quote(list.RowsPath)}') WHERE reason IS NOT NULL
            UNION ALL SELECT file, '{GoldLeftOut.BesideSplits}', 'Gold is split, and this file lies beside train, val and test.', bytes
                FROM {list.RowsSql} WHERE {besideSplits} AND split IS NULL
            UNION ALL SELECT file, '{GoldLeftOut.SameBytes}', 'It has the same bytes as ' || first || '; a dataset takes them once.', bytes
                FROM (SELECT file, bytes, min(file) OVER (PARTITION BY sha256) AS first FROM {list.RowsSql} WHERE NOT ({besideSplits} AND split IS NULL)) WHERE file <> first)
            """;
        return new(
            counts,
            question.Rows(string.Create(CultureInfo.InvariantCulture, $"SELECT file, reason, detail, bytes FROM {leftOut} ORDER BY file LIMIT {MostListed}"), LeftOut),
            question.Count($"SELECT count(*) FROM {leftOut}"));

        static GoldLeftOut LeftOut(DbDataReader row) => new(row.GetString(0), row.GetString(1), row.IsDBNull(2) ? "" : row.GetString(2), row.GetInt64(3));
    }

    /// <summary>The folders in gold and in its splits, relative to gold, and the first files that lie beside them.</summary>
    private async Task<(IReadOnlyList<string> Folders, IReadOnlyList<string> Loose)> FoldersAsync(CancellationToken cancellationToken)
    {
        List<string> folders = [], loose = [];
        foreach (var folder in await ListAsync("", loose, cancellationToken))
        {
            if (GoldSet.Splits.Contains(folder))
            {
                folders.AddRange((await ListAsync($"{folder}/", loose, cancellationToken)).Select(inner => $"{folder}/{inner}"));
            }
            else
            {
                folders.Add(folder);
            }
        }

        return (folders, loose);
    }

    // From folder to folder: what lies in one is skipped by asking for what comes after it.
    private async Task<IReadOnlyList<string>> ListAsync(string within, List<string> loose, CancellationToken cancellationToken)
    {
        const char AfterSlash = '0';
        var prefix = ObjectKeys.Gold + within;
        List<string> folders = [];
        string? after = null, folder;
        do
        {
            folder = null;
            await foreach (var item in buckets.Artifacts.ListAsync(prefix, after, cancellationToken))
            {
                var name = item.Key[prefix.Length..];
                if (name.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash)
                {
                    folder = name[..slash];
                    folders.Add(folder);
                    after = prefix + folder + AfterSlash;
                    break;
                }

                if (loose.Count < MostListed)
                {
                    loose.Add(within + name);
                }
            }
        }
        while (folder is not null);
        return folders;
    }

    private sealed record Count(string? Class, string? Split, long Images, long Bytes);

    private sealed record Known(IReadOnlyList<Count> Counts, IReadOnlyList<GoldLeftOut> LeftOut, long LeftOutTotal);
}
