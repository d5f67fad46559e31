using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Datasets;

namespace DatasetAdmin.Web.Components.Comparing;

/// <summary>The lists of images that there are to compare.</summary>
/// <param name="Lists">Datasets, newest month first, each with its earlier versions; gold; the last days.</param>
/// <param name="NewestPair">The newest month of which both kinds are built, or null.</param>
internal sealed record ComparableLists(IReadOnlyList<ListReference> Lists, Month? NewestPair)
{
    private const int MonthsOffered = 24;
    private const int DaysOffered = 31;

    public static async Task<ComparableLists> FindAsync(DatasetQueries datasets, CandidateQueries candidates, DateOnly today, CancellationToken cancellationToken)
    {
        if (await datasets.FirstMonthOrNullAsync(cancellationToken) is not { } first)
        {
            return new([], null);
        }

        var now = Month.Of(today);
        var earliest = Month.Of(now.FirstDay.AddMonths(1 - MonthsOffered));
        var built = (await datasets.MonthsAsync(first > earliest ? first : earliest, now, cancellationToken)).Where(item => item.Manifest is not null).ToList();
        var days = await candidates.DaysAsync(today.AddDays(1 - DaysOffered), today, cancellationToken);
        return new(
            [
                .. built.SelectMany(item => Versions(item.Kind, item.Month, item.Manifest!.GetVersion().Number)),
                ListReference.Gold,
                .. days.Where(day => day.IsCollected).Select(day => ListReference.Of(day.Day)).Reverse(),
            ],
            built.GroupBy(item => item.Month).Where(month => month.Count() == DatasetKinds.All.Count).Select(month => (Month?)month.Key).FirstOrDefault());
    }

    // The newest needs no number: it is what the month's own name means.
    private static IEnumerable<ListReference> Versions(DatasetKind kind, Month month, int newest) =>
        Enumerable.Range(1, newest - 1).Reverse().Select(version => ListReference.Of(kind, month, version)).Prepend(ListReference.Of(kind, month));
}
