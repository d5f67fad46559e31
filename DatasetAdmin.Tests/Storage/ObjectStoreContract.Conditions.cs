using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Tests.Storage;

public abstract partial class ObjectStoreContract
{
    private async Task<StoredObject?> TryPutTextAsync(string key, string text, string? expectedETag)
    {
        using var content = TestContent.Text(text);
        return await Store.TryPutAsync(key, content, "text/plain", expectedETag, Token);
    }

    [Fact]
    public async Task TryPutAsync_ConditionHoldsOrNot_WritesOrLeavesAlone()
    {
        Assert.Null(await TryPutTextAsync("head", "zero", "0123"));
        var first = await TryPutTextAsync("head", "one", null);
        Assert.NotNull(first);
        Assert.Null(await TryPutTextAsync("head", "two", null));
        Assert.Equal("one", await ReadTextAsync("head"));
        var second = await TryPutTextAsync("head", "two", first.ETag);
        Assert.NotNull(second);
        Assert.Null(await TryPutTextAsync("head", "three", first.ETag));
        Assert.Equal("two", await ReadTextAsync("head"));
        Assert.Equal(second.ETag, (await Store.FindOrNullAsync("head", Token))?.ETag);
    }

    [Fact]
    public async Task TryPutAsync_ContentNotSeekable_IsAnArgumentException()
    {
        using var content = new TestContent(10, seekable: false);

        await Assert.ThrowsAsync<ArgumentException>(() => Store.TryPutAsync("a", content, "text/plain", null, Token));
    }

    [Fact]
    public async Task TryPutAsync_EightWritersAtOnce_OneWinsAndItsBytesStand()
    {
        string? etag = null;
        for (var round = 0; round < 10; round++)
        {
            var expected = etag;
            var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => TryPutTextAsync("head", $"round {round} writer {writer}", expected)));

            etag = (await Store.FindOrNullAsync("head", Token))?.ETag;
            var winners = results.OfType<StoredObject>().Select(result => result.ETag).ToList();
            Assert.Contains(etag, winners);

            // Where the store doesn't help, one that was overwritten at the same instant may think that it won as well.
            Assert.True(winners.Count == 1 || !Store.HonoursConditions, $"{winners.Count} winners");
        }
    }

    [Fact]
    public async Task CopyAsync_BetweenBuckets_KeepsBytesAndETag()
    {
        var photos = await OpenAsync(NewBucket());
        await photos.PrepareAsync(create: true, Token);
        var photo = await PutTextAsync("USER/My photo.jpg", "bytes", photos);
        await PutTextAsync("c/1.jpg", "what was there before");

        var copy = await Store.CopyAsync(photos.Bucket, photo.Key, photo.ETag, "c/1.jpg", Token);

        Assert.Equal(new CopyResult(CopyOutcome.Copied, photo.ETag), copy);
        Assert.Equal("bytes", await ReadTextAsync("c/1.jpg"));
        Assert.Equal(photo.ETag, (await Store.FindOrNullAsync("c/1.jpg", Token))?.ETag);
    }

    [Fact]
    public async Task CopyAsync_SourceReplacedLater_LeavesTheCopyAlone()
    {
        var source = await PutTextAsync("a", "old");
        await Store.CopyAsync(Store.Bucket, "a", source.ETag, "b", Token);

        await PutTextAsync("a", "new");
        await PutTextAsync("b2", "x");
        await Store.DeleteAsync(["a"], Token);

        Assert.Equal("old", await ReadTextAsync("b"));
    }

    [Fact]
    public async Task CopyAsync_SourceChangedOrMissing_SaysSo()
    {
        var before = await PutTextAsync("a", "old");
        await PutTextAsync("a", "new!");

        Assert.Equal(CopyResult.Changed, await Store.CopyAsync(Store.Bucket, "a", before.ETag, "b", Token));
        Assert.Equal(CopyResult.Missing, await Store.CopyAsync(Store.Bucket, "nothing", before.ETag, "b", Token));
    }

    [Fact]
    public async Task CopyAsync_Again_IsHarmless()
    {
        var source = await PutTextAsync("a", "x");

        Assert.Equal(source.ETag, (await Store.CopyAsync(Store.Bucket, "a", source.ETag, "b", Token)).ETag);
        Assert.Equal(source.ETag, (await Store.CopyAsync(Store.Bucket, "a", source.ETag, "b", Token)).ETag);
        Assert.Equal(["a", "b"], await Store.ListAsync("", null, Token).Select(item => item.Key).ToListAsync(Token));
    }
}
