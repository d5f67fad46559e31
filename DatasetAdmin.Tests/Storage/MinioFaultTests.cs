using System.Net;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace DatasetAdmin.Tests.Storage;

/// <summary>What the gateway makes of a real server's network when it goes wrong.</summary>
public sealed class MinioFaultTests : IAsyncLifetime
{
    private static readonly MinioLimits s_quick = new() { FirstPause = TimeSpan.FromMilliseconds(1), LongestPause = TimeSpan.FromMilliseconds(5) };

    // Only where a deadline is to be met: a busy server is no faster.
    private static readonly MinioLimits s_short = s_quick with { Headers = TimeSpan.FromMilliseconds(500), Body = TimeSpan.FromMilliseconds(500) };

    private readonly FaultyNetwork _network = new();
    private MinioConnection _connection = null!;
    private MinioObjectStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _connection = (await TestServers.CephAsync()).Connect(_network, s_quick);
        _store = new MinioObjectStore(_connection, $"t-{Guid.NewGuid():N}", readOnly: false, NullLogger<MinioObjectStore>.Instance);
        await _store.PrepareAsync(create: true, Token);
        await _store.PutAsync("a", TestContent.Text("text of a"), "text/plain", Token);
        _network.Sent.Clear();
    }

    public ValueTask DisposeAsync()
    {
        _connection.Dispose();
        return ValueTask.CompletedTask;
    }

    public static TheoryData<int, ObjectStoreFault, int> Statuses => new()
    {
        { 400, ObjectStoreFault.Unexpected, 1 },
        { 401, ObjectStoreFault.AccessDenied, 1 },
        { 403, ObjectStoreFault.AccessDenied, 1 },
        { 301, ObjectStoreFault.Unexpected, 1 },
        { 408, ObjectStoreFault.Unavailable, 5 },
        { 429, ObjectStoreFault.Unavailable, 5 },
        { 500, ObjectStoreFault.Unavailable, 5 },
        { 501, ObjectStoreFault.Unexpected, 1 },
        { 502, ObjectStoreFault.Unavailable, 5 },
        { 503, ObjectStoreFault.Unavailable, 5 },
        { 504, ObjectStoreFault.Unavailable, 5 },
        { 507, ObjectStoreFault.Full, 1 },
    };

    private Dictionary<string, Func<Task>> Calls => new()
    {
        ["put"] = () => _store.PutAsync("b", TestContent.Text("x"), "text/plain", Token),
        ["try put"] = () => _store.TryPutAsync("b", TestContent.Text("x"), "text/plain", null, Token),
        ["find"] = () => _store.FindOrNullAsync("a", Token),
        ["read"] = () => _store.ReadAsync("a", (_, body, token) => body.CopyToAsync(Stream.Null, token), Token),
        ["copy"] = () => _store.CopyAsync(_store.Bucket, "a", "x", "b", Token),
        ["list"] = () => _store.ListAsync("", null, Token).ToListAsync(Token).AsTask(),
        ["delete"] = () => _store.DeleteAsync(["a"], Token),
    };

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task EveryCall_ErrorStatus_IsToldByItAlone(int status, ObjectStoreFault expected, int tries)
    {
        _network.Fault = (_, _) => FaultyNetwork.Answer((HttpStatusCode)status, "<html>an error page</html>", "text/html");
        foreach (var (name, call) in Calls)
        {
            _network.Sent.Clear();
            var fault = await Assert.ThrowsAsync<ObjectStoreException>(call);

            Assert.True(fault.Fault == expected, $"{name}: {fault.Fault}, {fault.Message}");

            // An unsure conditional PUT reads back before it gives up.
            Assert.Equal(name == "try put" && tries > 1 ? 2 * tries : tries, _network.Sent.Count);
        }
    }

    [Fact]
    public async Task EveryCall_PageThatIsNotS3_IsUnexpectedAndNamesTheSetting()
    {
        _network.Fault = (_, _) => FaultyNetwork.Page();
        foreach (var (name, call) in Calls)
        {
            var fault = await Assert.ThrowsAsync<ObjectStoreException>(call);

            Assert.True(fault.Fault == ObjectStoreFault.Unexpected, $"{name}: {fault.Fault}, {fault.Message}");
            Assert.Contains("Minio:Endpoint", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task EveryCall_FirstTryFails_SucceedsAtTheSecond()
    {
        foreach (var (name, call) in Calls)
        {
            var failures = 1;
            _network.Fault = (_, pass) => Interlocked.Decrement(ref failures) >= 0 ? FaultyNetwork.Answer(HttpStatusCode.ServiceUnavailable) : pass();
            await call();

            Assert.True(failures < 0, name);
        }
    }

    [Fact]
    public async Task FindAsync_NoHeaders_EndsAtTheDeadline()
    {
        var hurried = await HurriedAsync();
        _network.IsSilent = true;

        var fault = await Assert.ThrowsAsync<ObjectStoreException>(() => hurried.FindOrNullAsync("a", Token));

        Assert.Equal(ObjectStoreFault.Unavailable, fault.Fault);
        Assert.Equal(s_short.Tries, _network.Sent.Count);
    }

    [Fact]
    public async Task ReadAsync_BodyBreaksOff_StartsAnewAndGivesTheWhole()
    {
        var cuts = 2;
        _network.Fault = (_, pass) => Interlocked.Decrement(ref cuts) >= 0 ? FaultyNetwork.CutAsync(pass, 4, _ => Task.CompletedTask) : pass();
        var calls = 0;
        string? text = null;

        await _store.ReadAsync(
            "a",
            async (_, body, token) =>
            {
                calls++;
                using var reader = new StreamReader(body);
                text = await reader.ReadToEndAsync(token);
            },
            Token);

        Assert.Equal(("text of a", 3), (text, calls));
    }

    [Fact]
    public async Task ReadAsync_BodyStallsAndReaderSwallowsIt_IsStillAFault()
    {
        var hurried = await HurriedAsync();
        _network.Fault = (_, pass) => FaultyNetwork.CutAsync(pass, 4, token => Task.Delay(Timeout.Infinite, token));

        var fault = await Assert.ThrowsAsync<ObjectStoreException>(() => hurried.ReadAsync(
            "a",
            (_, body, _) =>
            {
                try
                {
                    // As decoders read: without a token, and taking any failure for a broken image.
                    body.CopyTo(Stream.Null);
                }
                catch (IOException)
                {
                }

                return Task.CompletedTask;
            },
            Token));

        Assert.Equal(ObjectStoreFault.Unavailable, fault.Fault);
        Assert.Equal(s_short.Tries, _network.Sent.Count);
    }

    [Fact]
    public async Task ListAsync_PageCutOff_IsAFaultAndNoShorterList()
    {
        _network.Fault = (_, pass) => FaultyNetwork.CutAsync(pass, 250, _ => Task.CompletedTask);

        var fault = await Assert.ThrowsAsync<ObjectStoreException>(Calls["list"]);

        Assert.Equal(ObjectStoreFault.Unavailable, fault.Fault);
    }

    [Fact]
    public async Task CopyAsync_ErrorInA200_IsNoCopy()
    {
        _network.Fault = (_, _) => FaultyNetwork.Answer(HttpStatusCode.OK, "<Error><Code>InternalError</Code></Error>");

        var fault = await Assert.ThrowsAsync<ObjectStoreException>(Calls["copy"]);

        Assert.Equal(ObjectStoreFault.Unavailable, fault.Fault);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task TryPutAsync_AnswerLost_IsSettledByReadingBack(int lost)
    {
        _network.Fault = async (request, pass) =>
        {
            var response = await pass();
            return request.Method == HttpMethod.Put && Interlocked.Decrement(ref lost) >= 0
                ? throw new HttpRequestException(HttpRequestError.ResponseEnded)
                : response;
        };

        var stored = await _store.TryPutAsync("head", TestContent.Text("mine"), "application/json", null, Token);

        Assert.Equal(stored?.ETag, (await _store.FindOrNullAsync("head", Token))?.ETag);
        Assert.Null(await _store.TryPutAsync("head", TestContent.Text("other"), "application/json", null, Token));
    }

    [Fact]
    public async Task TryPutAsync_AnswerLostAndAnotherWon_IsNull()
    {
        var first = await _store.TryPutAsync("head", TestContent.Text("first"), "application/json", null, Token);
        var lost = 1;
        _network.Fault = async (request, pass) =>
        {
            if (request.Method == HttpMethod.Put && Interlocked.Decrement(ref lost) >= 0)
            {
                await _store.TryPutAsync("head", TestContent.Text("theirs"), "application/json", first!.ETag, Token);
                throw new HttpRequestException(HttpRequestError.ResponseEnded);
            }

            return await pass();
        };

        Assert.Null(await _store.TryPutAsync("head", TestContent.Text("mine"), "application/json", first!.ETag, Token));
    }

    [Fact]
    public async Task PrepareAsync_NobodyListens_SaysWhichSettingToFix()
    {
        using var connection = new MinioConnection(
            new MinioOptions { Endpoint = "127.0.0.1:1", AccessKey = "key", SecretKey = "a secret" }, NullLogger<MinioObjectStore>.Instance, s_quick, null);
        var store = new MinioObjectStore(connection, "photos", readOnly: true, NullLogger<MinioObjectStore>.Instance);

        var fault = await Assert.ThrowsAsync<ObjectStoreException>(() => store.PrepareAsync(create: false, Token));

        Assert.Equal(ObjectStoreFault.Unavailable, fault.Fault);
        Assert.Contains("Minio:Endpoint", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PrepareAsync_WrongSecret_SaysWhichSettingToFixAndTriesOnce()
    {
        var server = await TestServers.CephAsync();
        using var connection = new MinioConnection(
            new MinioOptions { Endpoint = server.Endpoint, AccessKey = server.AccessKey, SecretKey = "a wrong secret" },
            NullLogger<MinioObjectStore>.Instance, s_quick, null);
        var store = new MinioObjectStore(connection, _store.Bucket, readOnly: true, NullLogger<MinioObjectStore>.Instance);

        var fault = await Assert.ThrowsAsync<ObjectStoreException>(() => store.PrepareAsync(create: false, Token));

        Assert.Equal(ObjectStoreFault.AccessDenied, fault.Fault);
        Assert.Contains("Minio:SecretKey", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", fault.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, connection.Requests);
    }

    /// <summary>The same bucket over the same network, by one who waits for half a second.</summary>
    private async Task<MinioObjectStore> HurriedAsync() =>
        new((await TestServers.CephAsync()).Connect(_network, s_short), _store.Bucket, readOnly: false, NullLogger<MinioObjectStore>.Instance);
}
