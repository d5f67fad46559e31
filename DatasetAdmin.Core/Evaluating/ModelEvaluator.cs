using System.Collections.Concurrent;
using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Datasets;

namespace DatasetAdmin.Core.Evaluating;

/// <summary>Evaluates the model on the verified predictions of a list, of days, or of all days.</summary>
public sealed class ModelEvaluator(ListBrowser browser, ListCatalog catalog, DatasetQueries datasets, TimeProvider time)
{
    private const int MostKept = 4000;

    // A list never changes under its hash, so what was counted of it is right for good.
    private readonly ConcurrentDictionary<string, IReadOnlyList<Counted>> _counted = new();

    /// <summary>On one list, or null where there is none. Labels are those of the list.</summary>
    public async Task<ModelEvaluation?> EvaluateOrNullAsync(ListReference reference, CancellationToken cancellationToken) =>
        await catalog.FindOrNullAsync(reference, cancellationToken) is { } list ? Sum(await CountAsync(list, cancellationToken)) : null;

    /// <summary>On the candidates of these days, with the labels that they had when they were last collected.</summary>
    /// <param name="month">Null for all days.</param>
    public async Task<ModelEvaluation> EvaluateDaysAsync(Month? month, CancellationToken cancellationToken) =>
        Sum([.. (await CountDaysAsync(month, cancellationToken)).SelectMany(day => day.Counted)]);

    /// <summary>The days, in order, that have images of verified predictions with this label and this initial prediction, and how many.</summary>
    /// <param name="month">Null for all days.</param>
    public async Task<IReadOnlyList<(BrowsedList List, long Images)>> DaysOfCellAsync(Month? month, string verified, string predicted, CancellationToken cancellationToken)
    {
        List<(BrowsedList, long)> found = [];
        foreach (var (list, counted) in await CountDaysAsync(month, cancellationToken))
        {
            if (counted.Any(item => item.Verified == verified && item.Predicted == predicted))
            {
                found.Add((list, await browser.AskAsync(
                    question => question.Count(
                        $"SELECT count(*) FROM {list.KeysSql} WHERE is_verified AND class = $class AND initial_prediction = $initial", ("class", verified), ("initial", predicted)),
                    cancellationToken)));
            }
        }

        return found;
    }

    private async Task<IReadOnlyList<(BrowsedList List, IReadOnlyList<Counted> Counted)>> CountDaysAsync(Month? month, CancellationToken cancellationToken)
    {
        if ((month ?? await datasets.FirstMonthOrNullAsync(cancellationToken)) is not { } first)
        {
            return [];
        }

        var last = month?.LastDay ?? DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var days = new ConcurrentDictionary<DateOnly, (BrowsedList, IReadOnlyList<Counted>)>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Math.Max(0, last.DayNumber - first.FirstDay.DayNumber + 1)),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken },
            async (offset, token) =>
            {
                var day = first.FirstDay.AddDays(offset);
                if (await catalog.FindOrNullAsync(ListReference.Of(day), token) is { } list)
                {
                    days[day] = (list, await CountAsync(list, token));
                }
            });
        return [.. days.OrderBy(item => item.Key).Select(item => item.Value)];
    }

    private async Task<IReadOnlyList<Counted>> CountAsync(BrowsedList list, CancellationToken cancellationToken)
    {
        if (_counted.TryGetValue(list.Sha256, out var known))
        {
            return known;
        }

        // A prediction's photos share its label: it counts once however many it has.
        var counted = await browser.AskAsync(
            question => question.Rows(
                $"""
                SELECT class, initial_prediction, least(floor(confidence * 10), 9)::INTEGER, count(DISTINCT prediction_search)
                FROM {list.KeysSql} WHERE is_verified GROUP BY ALL
                """,
                row => new Counted(
                    row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.IsDBNull(2) ? null : row.GetInt32(2), row.GetInt64(3))),
            cancellationToken);
        if (_counted.Count >= MostKept)
        {
            _counted.Clear();
        }

        return _counted[list.Sha256] = counted;
    }

    private static ModelEvaluation Sum(IReadOnlyCollection<Counted> counted)
    {
        var known = counted.Where(item => item.Predicted is not null).ToList();
        ConfusionCell[] cells =
        [
            .. known.GroupBy(item => (item.Verified, Predicted: item.Predicted!), item => item.Predictions)
                .OrderBy(group => group.Key)
                .Select(group => new ConfusionCell(group.Key.Verified, group.Key.Predicted, group.Sum())),
        ];
        var confident = known.Where(item => item.Bin is not null).ToList();
        ConfidenceBin[] bins =
        [
            .. Enumerable.Range(0, confident.Count == 0 ? 0 : 10).Select(bin => new ConfidenceBin(
                bin / 10.0,
                confident.Where(item => item.Bin == bin && item.Verified == item.Predicted).Sum(item => item.Predictions),
                confident.Where(item => item.Bin == bin && item.Verified != item.Predicted).Sum(item => item.Predictions))),
        ];
        return new(counted.Where(item => item.Predicted is null).Sum(item => item.Predictions), cells, bins);
    }

    private sealed record Counted(string Verified, string? Predicted, int? Bin, long Predictions);
}
