using System.Collections.Concurrent;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Core.Candidates;

/// <summary>What is known of a day.</summary>
/// <param name="Manifest">Null where it isn't collected or the earlier system collected it.</param>
/// <param name="Problem">Why its manifest can't be read; null where it can.</param>
public sealed record CandidateDay(DateOnly Day, CandidateManifest? Manifest, bool IsEarlier, string? Problem)
{
    public bool IsMissing => Manifest is null && !IsEarlier && Problem is null;
}

/// <summary>Reads what was collected.</summary>
public sealed class CandidateQueries(Buckets buckets)
{
    /// <summary>The days from <paramref name="first"/> to <paramref name="last"/>, in order, collected or not.</summary>
    public async Task<IReadOnlyList<CandidateDay>> DaysAsync(DateOnly first, DateOnly last, CancellationToken cancellationToken)
    {
        var found = new ConcurrentBag<CandidateDay>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Math.Max(0, last.DayNumber - first.DayNumber + 1)),
            new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellationToken },
            async (offset, token) => found.Add(await DayAsync(first.AddDays(offset), token)));
        return [.. found.OrderBy(day => day.Day)];
    }

    private async Task<CandidateDay> DayAsync(DateOnly day, CancellationToken cancellationToken)
    {
        try
        {
            return await EarlierDays.IsEarlierAsync(buckets.Artifacts, day, cancellationToken)
                ? new(day, null, true, null)
                : new(day, await CandidateManifest.ReadOrNullAsync(buckets.Artifacts, day, cancellationToken), false, null);
        }
        catch (CandidateManifestException exception)
        {
            return new(day, null, false, exception.Message);
        }
    }
}
