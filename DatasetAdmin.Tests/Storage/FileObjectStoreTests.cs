using System.Runtime.InteropServices;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Tests.Storage;

/// <summary>The contract on files, and what only files have.</summary>
public sealed class FileObjectStoreTests : ObjectStoreContract
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("store-");

    private string Folder => Path.Combine(_root.FullName, Store.Bucket);

    public override ValueTask DisposeAsync()
    {
        _root.Delete(recursive: true);
        return base.DisposeAsync();
    }

    [Fact]
    public async Task PutAsync_SameBytesManyTimes_HaveANewETagEachTime()
    {
        var etags = new HashSet<string>();
        for (var i = 0; i < 200; i++)
        {
            Assert.True(etags.Add((await PutTextAsync("a", "same")).ETag));
        }
    }

    [Fact]
    public async Task CopyAsync_WhereThereAreHardLinks_TakesNoSpace()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no hard links to look for.");
        var source = await PutTextAsync("a", "x");

        await Store.CopyAsync(Store.Bucket, "a", source.ETag, "b", Token);

        // Only a second name of the same file sees this.
        File.AppendAllText(Path.Combine(Folder, "a"), "y");
        Assert.Equal("xy", await ReadTextAsync("b"));
    }

    [Fact]
    public async Task EveryCall_KeyOverASymbolicLink_IsRefused()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_root.FullName, "outside"));
        File.WriteAllText(Path.Combine(outside.FullName, "secret"), "x");
        Directory.CreateSymbolicLink(Path.Combine(Folder, "link"), outside.FullName);

        await Assert.ThrowsAsync<ArgumentException>(() => ReadTextAsync("link/secret"));
        await Assert.ThrowsAsync<ArgumentException>(() => PutTextAsync("link/other", "x"));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.DeleteAsync(["link/secret"], Token));
        Assert.Empty(await Store.ListAsync("", null, Token).ToListAsync(Token));
    }

    [Theory]
    [InlineData(256)]
    [InlineData(1000)]
    public async Task PutAsync_NameTooLongForAFile_IsAnArgumentException(int length)
    {
        var fault = await Assert.ThrowsAsync<ArgumentException>(() => PutTextAsync("a/" + new string('n', length), "x"));

        Assert.Contains("255", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PutAsync_KeyIsAFolderOfAnother_IsAnArgumentException()
    {
        await PutTextAsync("a/b", "x");

        await Assert.ThrowsAsync<ArgumentException>(() => PutTextAsync("a", "x"));
        await Assert.ThrowsAsync<ArgumentException>(() => PutTextAsync("a/b/c", "x"));
        Assert.Null(await Store.FindOrNullAsync("a", Token));
        Assert.Null(await Store.FindOrNullAsync("a/b/c", Token));
        Assert.Null(await ReadTextAsync("a"));
        Assert.Null(await ReadTextAsync("a/b/c"));
    }

    [Fact]
    public async Task DeleteAsync_LastOfAFolder_RemovesTheFolderAndNeverLosesANeighbour()
    {
        for (var round = 0; round < 200; round++)
        {
            await PutTextAsync("deep/er/a", "x");
            await Task.WhenAll(Store.DeleteAsync(["deep/er/a"], Token), PutTextAsync("deep/er/b", "y"));
            Assert.Equal("y", await ReadTextAsync("deep/er/b"));
            await Store.DeleteAsync(["deep/er/b"], Token);
            Assert.False(Directory.Exists(Path.Combine(Folder, "deep")));
        }
    }

    [Fact]
    public async Task TryPutAsync_TwoStoresOverOneFolder_ExactlyOneWins()
    {
        var other = new FileObjectStore(_root.FullName, Store.Bucket);
        string? etag = null;
        for (var round = 0; round < 20; round++)
        {
            var expected = etag;
            var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer =>
                (writer % 2 == 0 ? Store : other).TryPutAsync("head", TestContent.Text($"{round} {writer}"), "text/plain", expected, Token)));

            etag = Assert.Single(results, result => result is not null)!.ETag;
        }
    }

    [Fact]
    public async Task PutAsync_SourceBreaks_LeavesNoUploadBehind()
    {
        using var content = new TestContent(10, seekable: true, announced: 20);

        await Assert.ThrowsAsync<EndOfStreamException>(() => Store.PutAsync("a", content, "text/plain", Token));

        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_root.FullName, ".uploads", Store.Bucket)));
    }

    [Fact]
    public void Describe_DiskFull_IsFull()
    {
        Assert.SkipUnless(RuntimeInformation.IsOSPlatform(OSPlatform.Linux), "Only Linux has a device that is always full.");
        var exception = Assert.ThrowsAny<IOException>(() =>
        {
            using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 1);
            full.Write([1, 2, 3]);
            full.Flush(flushToDisk: true);
        });

        Assert.Equal(ObjectStoreFault.Full, FileFaults.Describe(exception, "b").Fault);
    }

    protected override Task<IObjectStore> OpenAsync(string bucket) =>
        Task.FromResult<IObjectStore>(new FileObjectStore(_root.FullName, bucket));
}
