using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Core.Collecting;

/// <summary>
/// Finds out which of many keys still hold what, with far fewer requests than one for each: it walks the wanted keys and
/// the bucket's listing side by side, and jumps to the next wanted key wherever the listing has left the wanted ones
/// behind. Where the keys lie so thinly that a page of the listing holds few of them, the rest is asked for one by one.
/// </summary>
public static class SourceLookup
{
    private const int PageSize = 1000;

    // A page of a listing costs about as much as this many single requests.
    private const int WorthAPage = 8;

    /// <summary>Calls <paramref name="found"/>, never twice at once, for each of the keys that holds something.</summary>
    /// <param name="sortedKeys">Distinct, in ordinal UTF-8 order.</param>
    public static async Task FindAsync(
        IObjectStore store, IReadOnlyList<string> sortedKeys, int concurrency, Action<StoredObject> found, CancellationToken cancellationToken)
    {
        var next = 0;
        var thin = 0;
        while (next < sortedKeys.Count && thin < 3)
        {
            var before = next;
            var listed = 0;
            await foreach (var item in store.ListAsync("", Before(sortedKeys[next]), cancellationToken))
            {
                while (next < sortedKeys.Count && ObjectKeyRules.Order.Compare(sortedKeys[next], item.Key) < 0)
                {
                    next++;
                }

                if (next < sortedKeys.Count && sortedKeys[next] == item.Key)
                {
                    found(item);
                    next++;
                }

                if (next == sortedKeys.Count || ++listed == PageSize)
                {
                    break;
                }
            }

            if (listed < PageSize)
            {
                // The listing ended, or nothing is wanted any more.
                return;
            }

            thin = next - before < WorthAPage ? thin + 1 : 0;
        }

        var gate = new Lock();
        await Parallel.ForEachAsync(
            sortedKeys.Skip(next),
            new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken },
            async (key, token) =>
            {
                if (await store.FindOrNullAsync(key, token) is { } item)
                {
                    lock (gate)
                    {
                        found(item);
                    }
                }
            });
    }

    // Listings begin after a key, and this one is wanted: a little before it is near enough.
    private static string? Before(string key)
    {
        var shorter = key[..^(char.IsLowSurrogate(key[^1]) ? 2 : 1)];
        return shorter.Length == 0 ? null : shorter;
    }
}
