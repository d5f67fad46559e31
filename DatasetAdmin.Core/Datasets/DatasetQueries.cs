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
        List<DatasetMonth> months = [];
        for (var month = last; month >= first; month = month.Previous)
        {
            foreach (var kind in DatasetKinds.All)
            {
                months.Add(await MonthAsync(month, kind, cancellationToken));
            }
        }

        return months;
    }

    private async Task<DatasetMonth> MonthAsync(Month month, DatasetKind kind, CancellationToken cancellationToken)
    {
        try
        {
            var stored = await StoredManifest.ReadOrNullAsync(buckets.Artifacts, ObjectKeys.DatasetManifest(kind, month), cancellationToken);
            return new(month, kind, stored?.Manifest, null);
        }
        catch (DatasetManifestException exception)
        {
            return new(month, kind, null, exception.Message);
        }
    }
}
