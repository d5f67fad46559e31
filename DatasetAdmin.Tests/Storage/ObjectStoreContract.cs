using System.Security.Cryptography;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Tests.Storage;

/// <summary>What every object store must do, whatever stands behind it. Each test works in buckets of its own.</summary>
public abstract partial class ObjectStoreContract : IAsyncLifetime
{
    protected IObjectStore Store { get; private set; } = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Store = await OpenAsync(NewBucket());
        await Store.PrepareAsync(create: true, Token);
    }

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>A store over a bucket of the same server or root, not yet prepared.</summary>
    protected abstract Task<IObjectStore> OpenAsync(string bucket);

    protected static string NewBucket() => $"t-{Guid.NewGuid():N}";

    protected async Task<StoredObject> PutTextAsync(string key, string text, IObjectStore? store = null)
    {
        using var content = TestContent.Text(text);
        return await (store ?? Store).PutAsync(key, content, "text/plain", Token);
    }

    protected async Task<string?> ReadTextAsync(string key, IObjectStore? store = null)
    {
        string? text = null;
        await (store ?? Store).ReadAsync(key, ReadAllAsync, Token);
        return text;

        async Task ReadAllAsync(StoredObject item, Stream body, CancellationToken token)
        {
            using var reader = new StreamReader(body);
            text = await reader.ReadToEndAsync(token);
        }
    }

    protected async Task<string?> ReadHashAsync(string key)
    {
        byte[]? hash = null;
        await Store.ReadAsync(key, async (_, body, token) => hash = await SHA256.HashDataAsync(body, token), Token);
        return hash is null ? null : Convert.ToHexStringLower(hash);
    }

    [Fact]
    public async Task PrepareAsync_BucketMissing_SaysWhichSettingToFix()
    {
        var store = await OpenAsync(NewBucket());

        var fault = await Assert.ThrowsAsync<ObjectStoreException>(() => store.PrepareAsync(create: false, Token));

        Assert.Equal(ObjectStoreFault.BucketMissing, fault.Fault);
        Assert.Contains(store.Bucket, fault.Message, StringComparison.Ordinal);
        Assert.Contains("Buckets", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PrepareAsync_Twice_LeavesNothingBehind()
    {
        await Store.PrepareAsync(create: true, Token);

        Assert.Empty(await Store.ListAsync("", null, Token).ToListAsync(Token));
    }

    [Fact]
    public async Task EveryCall_BucketMissing_IsAFaultAndNotAnEmptyAnswer()
    {
        var store = await OpenAsync(NewBucket());

        Func<Task>[] calls =
        [
            () => PutTextAsync("a", "x", store),
            () => store.FindOrNullAsync("a", Token),
            () => ReadTextAsync("a", store),
            () => store.ListAsync("", null, Token).ToListAsync(Token).AsTask(),
            () => store.DeleteAsync(["a"], Token),
        ];
        foreach (var call in calls)
        {
            var fault = await Assert.ThrowsAsync<ObjectStoreException>(call);
            Assert.Equal(ObjectStoreFault.BucketMissing, fault.Fault);
        }
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(100_000, false)]
    [InlineData(6_000_000, true)]
    [InlineData(6_000_000, false)]
    public async Task PutAsync_LengthKnownOrNot_StoresTheWholeBody(long length, bool seekable)
    {
        using var content = new TestContent(length, seekable);

        var put = await Store.PutAsync("a/b.bin", content, "application/octet-stream", Token);

        var found = await Store.FindOrNullAsync("a/b.bin", Token);
        Assert.Equal(("a/b.bin", length), (put.Key, put.Size));
        Assert.Equal((put.Size, put.ETag), (found?.Size, found?.ETag));
        Assert.Equal(TestContent.Sha256(length), await ReadHashAsync("a/b.bin"));
        Assert.DoesNotContain('"', put.ETag);
        Assert.InRange(put.LastModified, DateTime.UtcNow.AddMinutes(-1), DateTime.UtcNow.AddMinutes(1));
        Assert.Equal(DateTimeKind.Utc, found!.LastModified.Kind);
    }

    [Fact]
    public async Task PutAsync_FromTheMiddleOfAStream_StoresTheRest()
    {
        using var content = TestContent.Text("0123456789");
        content.Position = 4;

        await Store.PutAsync("a", content, "text/plain", Token);

        Assert.Equal("456789", await ReadTextAsync("a"));
    }

    [Fact]
    public async Task PutAsync_OverAnother_ReplacesItUnderANewETag()
    {
        var first = await PutTextAsync("a", "one");
        var second = await PutTextAsync("a", "two");

        Assert.NotEqual(first.ETag, second.ETag);
        Assert.Equal("two", await ReadTextAsync("a"));
    }

    [Theory]
    [InlineData(1_000_000, 10_000)]
    [InlineData(6_000_000, 3_000_000)]
    [InlineData(12_000_000, 11_880_000)]
    [InlineData(40_000_000, 20_000_000)]
    public async Task PutAsync_BodyEndsEarly_StoresNothing(long announced, long length)
    {
        using var content = new TestContent(length, seekable: true, announced);

        await Assert.ThrowsAsync<EndOfStreamException>(() => Store.PutAsync("a", content, "image/jpeg", Token));

        Assert.Null(await Store.FindOrNullAsync("a", Token));
        Assert.Empty(await Store.ListAsync("", null, Token).ToListAsync(Token));
    }

    [Fact]
    public async Task FindAndRead_KeyMissing_TellNothingThere()
    {
        Assert.Null(await Store.FindOrNullAsync("not/there", Token));
        Assert.False(await Store.ReadAsync("not/there", (_, _, _) => throw new InvalidOperationException("called"), Token));
    }

    [Fact]
    public async Task ReadAsync_ReaderStopsEarly_IsDone()
    {
        using var content = new TestContent(3_000_000);
        await Store.PutAsync("a", content, "image/jpeg", Token);
        var first = new byte[10];

        var found = await Store.ReadAsync("a", (_, body, token) => body.ReadExactlyAsync(first, token).AsTask(), Token);

        Assert.True(found);
        Assert.Equal(1, first[1]);
    }

    [Fact]
    public async Task ReadAsync_ReaderThrows_PassesItOnAfterOneCall()
    {
        await PutTextAsync("a", "x");
        var calls = 0;

        await Assert.ThrowsAsync<FormatException>(() => Store.ReadAsync(
            "a",
            (_, _, _) =>
            {
                calls++;
                throw new FormatException();
            },
            Token));

        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task ReadAsync_Body_IsForwardOnlyAndDescribed()
    {
        var put = await PutTextAsync("a", "text");
        StoredObject? described = null;
        var seekable = true;

        await Store.ReadAsync(
            "a",
            (item, body, _) =>
            {
                (described, seekable) = (item, body.CanSeek);
                return Task.CompletedTask;
            },
            Token);

        Assert.Equal((put.Key, put.Size, put.ETag), (described?.Key, described?.Size, described?.ETag));
        Assert.False(seekable);
    }

    [Fact]
    public async Task EveryCall_Cancelled_Ends()
    {
        await PutTextAsync("a", "x");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        Func<Task>[] calls =
        [
            async () => await Store.PutAsync("b", new TestContent(10), "text/plain", cancelled.Token),
            async () => await Store.TryPutAsync("b", new TestContent(10), "text/plain", null, cancelled.Token),
            async () => await Store.FindOrNullAsync("a", cancelled.Token),
            async () => await Store.ReadAsync("a", (_, _, _) => Task.CompletedTask, cancelled.Token),
            async () => await Store.ListAsync("", null, cancelled.Token).ToListAsync(cancelled.Token),
            async () => await Store.DeleteAsync(["a"], cancelled.Token),
        ];
        foreach (var call in calls)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(call);
        }

        Assert.Equal(["a"], await Store.ListAsync("", null, Token).Select(item => item.Key).ToListAsync(Token));
    }
}
