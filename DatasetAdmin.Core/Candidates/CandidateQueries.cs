using System.Collections.Concurrent;
using DatasetAdmin.Core.ImageLists;
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
public sealed class CandidateQueries(Buckets buckets, ImageListStore lists)
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

    /// <summary>
    /// A day's manifest with the local path of its list, or null where it isn't collected. A collection may replace both in
    /// between: then the new ones are read.
    /// </summary>
    /// <exception cref="CandidateManifestException">The manifest can't be read.</exception>
    /// <exception cref="ImageListException">The list that the manifest names is missing or was changed.</exception>
    public async Task<(CandidateManifest Manifest, string List)?> ListOrNullAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var manifest = await CandidateManifest.ReadOrNullAsync(buckets.Artifacts, day, cancellationToken);
        while (manifest is not null)
        {
            try
            {
                return (manifest, await lists.FetchAsync(manifest.ImagesFile, cancellationToken));
            }
            catch (ImageListException)
            {
                var again = await CandidateManifest.ReadOrNullAsync(buckets.Artifacts, day, cancellationToken);
                if (again?.ETag == manifest.ETag)
                {
                    throw;
                }

                manifest = again;
            }
        }

        return null;
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
