using System.Net;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace DatasetAdmin.Tests.Storage;

/// <summary>What goes over the wire: how many requests, with which conditions, and what the probe makes of odd stores.</summary>
public sealed class MinioWireTests : IAsyncLifetime
{
    private readonly FaultyNetwork _network = new();
    private MinioConnection _connection = null!;
    private MinioObjectStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _connection = (await TestServers.CephAsync()).Connect(_network);
        _store = new MinioObjectStore(_connection, $"t-{Guid.NewGuid():N}", readOnly: false, NullLogger<MinioObjectStore>.Instance);
        await _store.PrepareAsync(create: true, Token);
        _network.Sent.Clear();
    }

    public ValueTask DisposeAsync()
    {
        _connection.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task TryPutAsync_Condition_IsReallyAHeader()
    {
        await _store.TryPutAsync("head", TestContent.Text("x"), "text/plain", null, Token);

        var headers = Assert.Single(_network.Sent).Headers;
        Assert.Contains("If-None-Match: *", headers, StringComparison.Ordinal);
        Assert.DoesNotContain("x-amz-meta", headers, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task EachCall_OneObject_TakesOneRequest(bool swift)
    {
        using var connection = swift ? (await TestServers.SwiftAsync()).Connect() : null;
        var store = connection is null ? _store : new MinioObjectStore(connection, _store.Bucket, readOnly: false, NullLogger<MinioObjectStore>.Instance);
        if (swift)
        {
            await store.PrepareAsync(create: true, Token);
        }

        const int Objects = 20;
        var put = new List<StoredObject>();
        var puts = await CountAsync(async i => put.Add(await store.PutAsync($"a/{i}", new TestContent(100_000), "image/jpeg", Token)));
        var finds = await CountAsync(i => store.FindOrNullAsync($"a/{i}", Token));
        var reads = await CountAsync(i => store.ReadAsync($"a/{i}", (_, body, token) => body.CopyToAsync(Stream.Null, token), Token));
        var copies = await CountAsync(i => store.CopyAsync(store.Bucket, $"a/{i}", put[i].ETag, $"b/{i}", Token));
        var lists = await CountAsync(async i => Assert.NotEmpty(await store.ListAsync("a/", null, Token).ToListAsync(Token)));
        var deletes = await CountAsync(i => store.DeleteAsync([$"a/{i}", $"b/{i}"], Token));
        TestContext.Current.TestOutputHelper?.WriteLine($"requests per call: put {puts}, find {finds}, read {reads}, copy {copies}, list {lists}, delete {deletes}");

        Assert.Equal((1, 1, 1, 1, 1, 1), (puts, finds, reads, copies, lists, deletes));

        async Task<double> CountAsync(Func<int, Task> call)
        {
            var before = (connection ?? _connection).Requests;
            for (var i = 0; i < Objects; i++)
            {
                await call(i);
            }

            return (double)((connection ?? _connection).Requests - before) / Objects;
        }
    }

    [Fact]
    public async Task ListAsync_EnumerationStops_FetchesNoFurtherPage()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 1_200), Token, async (i, token) => await _store.PutAsync($"{i:0000}", TestContent.Text("x"), "text/plain", token));
        _network.Sent.Clear();

        await foreach (var item in _store.ListAsync("", "0100", Token))
        {
            Assert.Equal("0101", item.Key);
            break;
        }

        Assert.Single(_network.Sent);
    }

    [Fact]
    public async Task EveryWrite_ReadOnlyStore_IsRefusedWithoutARequest()
    {
        var photos = new MinioObjectStore(_connection, _store.Bucket, readOnly: true, NullLogger<MinioObjectStore>.Instance);
        await photos.PrepareAsync(create: true, Token);
        Assert.DoesNotContain(_network.Sent, sent => sent.Method != HttpMethod.Get);
        _network.Sent.Clear();

        await Assert.ThrowsAsync<InvalidOperationException>(() => photos.PutAsync("a", TestContent.Text("x"), "text/plain", Token));
        await Assert.ThrowsAsync<InvalidOperationException>(() => photos.TryPutAsync("a", TestContent.Text("x"), "text/plain", null, Token));
        await Assert.ThrowsAsync<InvalidOperationException>(() => photos.CopyAsync(_store.Bucket, "a", "x", "b", Token));
        await Assert.ThrowsAsync<InvalidOperationException>(() => photos.DeleteAsync(["a"], Token));
        Assert.Empty(_network.Sent);
    }

    public static TheoryData<string, bool> OddStores => new()
    {
        { "good", true },
        { "ignores conditions", false },
        { "ignores If-Match", false },
        { "checks only one after another", false },
        { "refuses what it should admit", false },
        { "knows no conditions", false },
    };

    [Theory]
    [MemberData(nameof(OddStores))]
    public async Task PrepareAsync_OddStore_IsSeenThrough(string store, bool honours)
    {
        var seen = 0;
        _network.Fault = (request, pass) =>
        {
            var isCreate = request.Headers.Contains("If-None-Match");
            var isReplace = request.Headers.Contains("If-Match");
            switch (store)
            {
                case "ignores conditions":
                case "ignores If-Match" when isReplace:
                    request.Headers.Remove("If-None-Match");
                    request.Headers.Remove("If-Match");
                    break;
                case "checks only one after another" when isCreate && Interlocked.Increment(ref seen) > 2:
                    request.Headers.Remove("If-None-Match");
                    break;
                case "refuses what it should admit" when isReplace:
                    return FaultyNetwork.Answer(HttpStatusCode.PreconditionFailed);
                case "knows no conditions" when isCreate || isReplace:
                    return FaultyNetwork.Answer(HttpStatusCode.NotImplemented, "<Error><Code>NotImplemented</Code></Error>");
            }

            return pass();
        };

        await _store.PrepareAsync(create: true, Token);
        Assert.Equal(honours, _store.HonoursConditions);

        _network.Fault = null;
        Assert.Empty(await _store.ListAsync("", null, Token).ToListAsync(Token));
        Assert.NotNull(await _store.TryPutAsync("head", TestContent.Text("x"), "text/plain", null, Token));
        Assert.Null(await _store.TryPutAsync("head", TestContent.Text("y"), "text/plain", null, Token));
    }
}
