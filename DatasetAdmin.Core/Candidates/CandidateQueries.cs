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

    /// <summary>Whether it has a manifest that can be read, ours or the earlier system's.</summary>
    public bool IsCollected => Manifest is not null || IsEarlier;
}

/// <summary>Reads what was collected.</summary>
public sealed class CandidateQueries(Buckets buckets, ImageListStore lists)
{
    private readonly ConcurrentDictionary<DateOnly, (string ETag, CandidateDay Day)> _read = new();

    /// <summary>The days from <paramref name="first"/> to <paramref name="last"/>, in order, collected or not.</summary>
    public Task<IReadOnlyList<CandidateDay>> DaysAsync(DateOnly first, DateOnly last, CancellationToken cancellationToken) =>
        DaysAsync(Enumerable.Range(0, Math.Max(0, last.DayNumber - first.DayNumber + 1)).Select(first.AddDays), cancellationToken);

    /// <summary>The given days, in order, collected or not.</summary>
    public async Task<IReadOnlyList<CandidateDay>> DaysAsync(IEnumerable<DateOnly> days, CancellationToken cancellationToken)
    {
        var found = new ConcurrentBag<CandidateDay>();
        await Parallel.ForEachAsync(
            days,
            new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellationToken },
            async (day, token) => found.Add(await DayAsync(day, token)));
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

    /// <summary>What is known of a day.</summary>
    public async Task<CandidateDay> DayAsync(DateOnly day, CancellationToken cancellationToken)
    {
        // A manifest of some kilobytes is read once; after that the store is only asked whether it is still the same.
        var stored = await buckets.Artifacts.FindOrNullAsync(ObjectKeys.DayManifest(day), cancellationToken);
        if (stored is not null && _read.TryGetValue(day, out var known) && known.ETag == stored.ETag)
        {
            return known.Day;
        }

        try
        {
            if (await EarlierDays.IsEarlierAsync(buckets.Artifacts, day, cancellationToken))
            {
                return Keep(new(day, null, true, null), stored?.ETag);
            }

            var manifest = await CandidateManifest.ReadOrNullAsync(buckets.Artifacts, day, cancellationToken);
            return Keep(new(day, manifest, false, null), manifest?.ETag);
        }
        catch (CandidateManifestException exception)
        {
            return new(day, null, false, exception.Message);
        }
    }

    private CandidateDay Keep(CandidateDay day, string? etag)
    {
        // A day without a manifest has nothing that would tell that it is still so.
        if (etag is not null)
        {
            _read[day.Day] = (etag, day);
        }

        return day;
    }
}
