using System.Text;

namespace DatasetAdmin.Core.Storage;

/// <summary>
/// Finds out whether a store enforces conditional writes, by trying: stores that ignore a condition say nothing, some
/// check it in order but not against each other, and some refuse to be asked.
/// </summary>
internal sealed class ConditionProbe(MinioConnection connection, PresignedTransfers transfers)
{
    private const int Rounds = 4;
    private const int Racers = 8;

    /// <summary>The keys that were written to, for whoever cleans up.</summary>
    public List<string> Keys { get; } = [];

    /// <summary>How the store wants an ETag in a condition: in quotes, as most do, or bare.</summary>
    public bool QuotesETags { get; private set; } = true;

    /// <summary>Null when conditions hold, else what went wrong.</summary>
    public async Task<string?> FindFlawAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await InTurnAsync(cancellationToken) ?? await AtOnceAsync(cancellationToken);
        }
        catch (S3Failure failure) when (failure.Fault == ObjectStoreFault.Unexpected && !failure.NotS3)
        {
            return $"the store answers {failure.Message}";
        }
    }

    private async Task<string?> InTurnAsync(CancellationToken cancellationToken)
    {
        var key = NewKey();
        if (await TryAsync(key, "first", new PutCondition(null), cancellationToken) is not { } first)
        {
            return "a first writer was refused";
        }

        if (await TryAsync(key, "second", new PutCondition(null), cancellationToken) is not null)
        {
            return "a second creator wasn't refused";
        }

        if (await TryAsync(key, "third", new PutCondition(first), cancellationToken) is null)
        {
            QuotesETags = false;
            if (await TryAsync(key, "third", new PutCondition(first, QuotesETags), cancellationToken) is null)
            {
                return "a writer with the right ETag was refused";
            }
        }

        return await TryAsync(key, "fourth", new PutCondition(first, QuotesETags), cancellationToken) is not null
            ? "a writer with a stale ETag wasn't refused"
            : null;
    }

    private async Task<string?> AtOnceAsync(CancellationToken cancellationToken)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var key = NewKey();
            var etags = await Task.WhenAll(Enumerable.Range(0, Racers)
                .Select(racer => TryAsync(key, $"racer {racer}", new PutCondition(null), cancellationToken)));
            var winners = etags.Count(etag => etag is not null);
            if (winners != 1)
            {
                return $"{winners} of {Racers} creators at the same instant succeeded";
            }
        }

        return null;
    }

    private string NewKey()
    {
        var key = $"metadata/probe/{Guid.NewGuid():N}";
        Keys.Add(key);
        return key;
    }

    private async Task<string?> TryAsync(string key, string text, PutCondition condition, CancellationToken cancellationToken)
    {
        await using var upload = await Upload.MeasureAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), cancellationToken);
        try
        {
            return await connection.CallAsync(
                "Probe", null, async token => (await transfers.PutAsync(key, upload, "text/plain", condition, token)).ETag, cancellationToken);
        }
        catch (S3Failure failure) when (failure.ConditionFailed)
        {
            return null;
        }
    }
}
