using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace DatasetAdmin.Tests.Collecting;

public class SourceLookupTests
{
    [Fact]
    public async Task FindAsync_KeysLieDensely_TakesAPageForAThousand()
    {
        await using var bucket = await LookupBucket.MakeAsync(Enumerable.Range(0, 2500).Select(number => $"user{number / 3:d4}/photo {number}.jpg"));
        var wanted = bucket.Keys.Where((_, index) => index % 2 == 0).Append("user9999/gone.jpg").Order(ObjectKeyRules.Order).ToList();

        var (found, requests) = await bucket.FindAsync(wanted);

        Assert.Equal(wanted.SkipLast(1), found.Order(ObjectKeyRules.Order));
        Assert.InRange(requests, 1, 5);
    }

    [Fact]
    public async Task FindAsync_KeysLieThinly_AsksForEach()
    {
        await using var bucket = await LookupBucket.MakeAsync(Enumerable.Range(0, 6000).Select(number => $"user{number:d4}/photo.jpg"));
        var wanted = bucket.Keys.Where((_, index) => index % 1500 == 700).ToList();

        var (found, requests) = await bucket.FindAsync(wanted);

        Assert.Equal(wanted, found.Order(ObjectKeyRules.Order));
        Assert.InRange(requests, 1, 12);
    }

    [Fact]
    public async Task FindAsync_OddKeys_FollowsTheStoresOrder()
    {
        string[] keys = ["a", "a b", "a+b", "a/b", "a-b", "a.b", "aé", "a\U0001F600", "a\uFFFD", "b", "\U0001F600/x", "é/x"];
        await using var bucket = await LookupBucket.MakeAsync(keys);

        var (found, _) = await bucket.FindAsync([.. keys.Order(ObjectKeyRules.Order)]);

        Assert.Equal(keys.Order(ObjectKeyRules.Order), found.Order(ObjectKeyRules.Order));
    }

    private sealed class LookupBucket(MinioConnection connection, MinioObjectStore store, IReadOnlyList<string> keys) : IAsyncDisposable
    {
        public IReadOnlyList<string> Keys => keys;

        public static async Task<LookupBucket> MakeAsync(IEnumerable<string> keys)
        {
            var s3 = await TestServers.CephAsync();
            var connection = new MinioConnection(
                new MinioOptions { Endpoint = s3.Endpoint, AccessKey = s3.AccessKey, SecretKey = s3.SecretKey }, NullLogger<MinioObjectStore>.Instance);
            var store = new MinioObjectStore(connection, $"t{Guid.NewGuid():n}"[..20], readOnly: false, NullLogger<MinioObjectStore>.Instance);
            await store.PrepareAsync(create: true, TestContext.Current.CancellationToken);
            string[] all = [.. keys.Order(ObjectKeyRules.Order)];
            await Parallel.ForEachAsync(all, TestContext.Current.CancellationToken, async (key, token) =>
            {
                using var content = new MemoryStream("x"u8.ToArray());
                await store.PutAsync(key, content, "text/plain", token);
            });
            return new(connection, store, all);
        }

        public async Task<(IReadOnlyList<string> Found, long Requests)> FindAsync(IReadOnlyList<string> wanted)
        {
            List<string> found = [];
            var before = connection.Requests;
            await SourceLookup.FindAsync(store, wanted, 8, item => found.Add(item.Key), TestContext.Current.CancellationToken);
            return (found, connection.Requests - before);
        }

        public ValueTask DisposeAsync()
        {
            connection.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
