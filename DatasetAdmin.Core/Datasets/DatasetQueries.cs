using System.Collections.Concurrent;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Core.Datasets;

/// <summary>What is known of a month's dataset of one kind.</summary>
/// <param name="Manifest">Null where it isn't built or can't be read.</param>
/// <param name="Problem">Why its manifest can't be read; null where it can.</param>
public sealed record DatasetMonth(Month Month, DatasetKind Kind, DatasetManifest? Manifest, string? Problem);

/// <summary>Reads what was built.</summary>
public sealed class DatasetQueries(Buckets buckets)
{
    /// <summary>Both kinds of the months from <paramref name="first"/> to <paramref name="last"/>, newest first, built or not.</summary>
    public async Task<IReadOnlyList<DatasetMonth>> MonthsAsync(Month first, Month last, CancellationToken cancellationToken)
    {
        List<(Month Month, DatasetKind Kind)> wanted = [];
        for (var month = last; month >= first; month = month.Previous)
        {
            wanted.AddRange(DatasetKinds.All.Select(kind => (month, kind)));
        }

        var found = new ConcurrentDictionary<(Month, DatasetKind), DatasetMonth>();
        await Parallel.ForEachAsync(
            wanted,
            new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellationToken },
            async (item, token) => found[item] = await MonthAsync(item.Month, item.Kind, token));
        return [.. wanted.Select(item => found[item])];
    }

    /// <summary>What is known of one month's dataset.</summary>
    public async Task<DatasetMonth> MonthAsync(Month month, DatasetKind kind, CancellationToken cancellationToken)
    {
        try
        {
            return new(month, kind, await DatasetManifest.ReadOrNullAsync(buckets.Artifacts, ObjectKeys.DatasetManifest(kind, month), cancellationToken), null);
        }
        catch (DatasetManifestException exception)
        {
            return new(month, kind, null, exception.Message);
        }
    }

    /// <summary>The oldest month that has a candidate or a dataset, or null where there is none at all.</summary>
    public async Task<Month?> FirstMonthOrNullAsync(CancellationToken cancellationToken)
    {
        Month? first = null;
        foreach (var prefix in DatasetKinds.All.Select(ObjectKeys.Datasets).Append(ObjectKeys.Candidates))
        {
            await foreach (var item in buckets.Artifacts.ListAsync(prefix, null, cancellationToken))
            {
                // Keys come in order, so that the first of our form is the oldest.
                if (item.Key.Length >= prefix.Length + 7 && Month.TryParse(item.Key.AsSpan(prefix.Length, 7).ToString(), out var month))
                {
                    first = first is { } known && known < month ? known : month;
                    break;
                }
            }
        }

        return first;
    }

    /// <summary>A version's manifest, or null where there is no such version.</summary>
    /// <param name="version">Null for the newest.</param>
    /// <exception cref="DatasetManifestException">It can't be read.</exception>
    public async Task<DatasetManifest?> FindOrNullAsync(DatasetKind kind, Month month, int? version, CancellationToken cancellationToken)
    {
        var head = await DatasetManifest.ReadOrNullAsync(buckets.Artifacts, ObjectKeys.DatasetManifest(kind, month), cancellationToken);
        return version is not { } number || head?.GetVersion().Number == number
            ? head
            : await DatasetManifest.ReadOrNullAsync(buckets.Artifacts, ObjectKeys.VersionManifest(new(month, number), kind), cancellationToken);
    }

    /// <summary>The versions of a dataset, newest first.</summary>
    /// <exception cref="DatasetManifestException">A manifest can't be read.</exception>
    public async Task<IReadOnlyList<DatasetManifest>> VersionsAsync(DatasetKind kind, Month month, CancellationToken cancellationToken)
    {
        var versions = new ConcurrentDictionary<int, DatasetManifest>();
        List<string> keys = [ObjectKeys.DatasetManifest(kind, month)];
        await foreach (var item in buckets.Artifacts.ListAsync(ObjectKeys.Versions(kind, month), null, cancellationToken))
        {
            if (item.Key.EndsWith("/manifest.json", StringComparison.Ordinal))
            {
                keys.Add(item.Key);
            }
        }

        await Parallel.ForEachAsync(
            keys,
            new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellationToken },
            async (key, token) =>
            {
                if (await DatasetManifest.ReadOrNullAsync(buckets.Artifacts, key, token) is { } manifest)
                {
                    versions[manifest.GetVersion().Number] = manifest;
                }
            });
        return [.. versions.OrderByDescending(item => item.Key).Select(item => item.Value)];
    }
}
