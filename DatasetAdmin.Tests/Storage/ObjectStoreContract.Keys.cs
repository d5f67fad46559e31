using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Tests.Storage;

public abstract partial class ObjectStoreContract
{
    public static TheoryData<string> OddKeys =>
    [
        "USER/My photo (1).jpg", "a+b/c+d.jpg", "müller/日本語/😀.jpg", "100%/50%25.jpg", "a%2Fb.jpg", "a&b=c.jpg", "a#b.jpg", "a?b=c.jpg",
        "it's;a,list:of[chars]{x}|~^`$@!*.jpg", "..a/b..", "a/...", " lead", "trail ", "a..b/.hidden", "e\u0301.jpg", "\u00e9.jpg", "<a>&amp;\".jpg",
    ];

    public static TheoryData<string> BadKeys =>
    [
        "", "/a", "a/", "a//b", ".", "..", "a/./b", "a/../b", "../a", "a\\b", "a\nb", "a\0b", "a\u0085b", "\ud800", new string('a', 1025),
    ];

    [Theory]
    [MemberData(nameof(OddKeys))]
    public async Task EveryCall_OddKey_MeansThatKey(string key)
    {
        var put = await PutTextAsync(key, key);

        Assert.Equal(key, await ReadTextAsync(key));
        Assert.Equal(put.ETag, (await Store.FindOrNullAsync(key, Token))?.ETag);
        Assert.Equal([key], await Store.ListAsync("", null, Token).Select(item => item.Key).ToListAsync(Token));
        Assert.Equal([key], await Store.ListAsync(key, null, Token).Select(item => item.Key).ToListAsync(Token));
        Assert.Empty(await Store.ListAsync("", key, Token).ToListAsync(Token));
        Assert.Equal(CopyOutcome.Copied, (await Store.CopyAsync(Store.Bucket, key, put.ETag, "copies/" + key, Token)).Outcome);
        Assert.Equal(key, await ReadTextAsync("copies/" + key));
        await Store.DeleteAsync([key, "copies/" + key], Token);
        Assert.Null(await Store.FindOrNullAsync(key, Token));
        Assert.Empty(await Store.ListAsync("", null, Token).ToListAsync(Token));
    }

    [Theory]
    [MemberData(nameof(BadKeys))]
    public async Task EveryCall_BadKey_IsAnArgumentException(string key)
    {
        Func<Task>[] calls =
        [
            () => PutTextAsync(key, "x"),
            () => Store.TryPutAsync(key, TestContent.Text("x"), "text/plain", null, Token),
            () => Store.FindOrNullAsync(key, Token),
            () => ReadTextAsync(key),
            () => Store.CopyAsync(Store.Bucket, key, "x", "b", Token),
            () => Store.CopyAsync(Store.Bucket, "b", "x", key, Token),
            () => Store.DeleteAsync([key], Token),
        ];
        foreach (var call in calls)
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(call);
        }
    }

    [Fact]
    public async Task ListAsync_NamesAroundTheSlash_ComeInUtf8Order()
    {
        string[] keys = ["a", "a-b", "a.c", "b/a-b/x", "b/a.c", "b/a/x", "b/a/y/z", "b/a0", "b0", "B", "z/\uFF5E", "z/\U0001F600", "é/x"];
        foreach (var key in keys)
        {
            await PutTextAsync(key, "x");
        }

        var listed = await Store.ListAsync("", null, Token).Select(item => item.Key).ToListAsync(Token);

        Assert.Equal(["B", "a", "a-b", "a.c", "b/a-b/x", "b/a.c", "b/a/x", "b/a/y/z", "b/a0", "b0", "z/\uFF5E", "z/\U0001F600", "é/x"], listed);
        foreach (var (key, at) in listed.Select((key, at) => (key, at)))
        {
            Assert.Equal(listed[(at + 1)..], await Store.ListAsync("", key, Token).Select(item => item.Key).ToListAsync(Token));
        }

        Assert.Equal(["b/a/x", "b/a/y/z"], await Store.ListAsync("b/a/", null, Token).Select(item => item.Key).ToListAsync(Token));
        Assert.Equal(["b/a/y/z", "b/a0"], await Store.ListAsync("b/a", "b/a/x", Token).Select(item => item.Key).ToListAsync(Token));
        Assert.Equal(["b/a.c", "b/a/x", "b/a/y/z", "b/a0"], await Store.ListAsync("b/", "b/a-b/y", Token).Select(item => item.Key).ToListAsync(Token));
        Assert.Empty(await Store.ListAsync("nothing/here", null, Token).ToListAsync(Token));
        Assert.Empty(await Store.ListAsync("a/", null, Token).ToListAsync(Token));
    }

    [Fact]
    public async Task ListAndDelete_ThousandsOfObjects_AreWhole()
    {
        var keys = Enumerable.Range(0, 2_600).Select(i => $"many/{i % 7}/{i:0000}.txt").ToList();
        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Token }, async (key, _) => await PutTextAsync(key, key));
        await PutTextAsync("other", "x");

        var listed = await Store.ListAsync("many/", null, Token).Select(item => item.Key).ToListAsync(Token);
        Assert.Equal(keys.Order(StringComparer.Ordinal), listed);
        Assert.Equal(listed[1_500..], await Store.ListAsync("many/", listed[1_499], Token).Select(item => item.Key).ToListAsync(Token));
        Assert.Equal(listed[..3], await Store.ListAsync("many/", null, Token).Select(item => item.Key).Take(3).ToListAsync(Token));

        await Store.DeleteAsync([.. keys, "never/there"], Token);
        Assert.Equal(["other"], await Store.ListAsync("", null, Token).Select(item => item.Key).ToListAsync(Token));
    }

    [Fact]
    public async Task DeleteAsync_NothingOrTwice_IsNoError()
    {
        await PutTextAsync("a", "x");

        await Store.DeleteAsync([], Token);
        await Store.DeleteAsync(["a", "b"], Token);
        await Store.DeleteAsync(["a"], Token);

        Assert.Null(await Store.FindOrNullAsync("a", Token));
    }
}
