using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Storage;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace DatasetAdmin.Tests.ImageLists;

public sealed class ImageListStoreTests : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("datasetadmin-").FullName;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly FileObjectStore _artifacts;
    private readonly ImageListStore _lists;

    public ImageListStoreTests()
    {
        _artifacts = new FileObjectStore(Path.Combine(_root, "store"), "artifacts");
        _lists = new ImageListStore(new Buckets(_artifacts, _artifacts), new DataFolder(Path.Combine(_root, "data")), Options.Create(new ImageListOptions()), _time);
    }

    [Fact]
    public async Task FetchAsync_ListWasChangedInTheBucket_SaysWhichAndKeepsNothing()
    {
        var list = await StoreAsync("a list");
        await PutAsync(list.Key, "another list");

        // The cache still has it; another machine's is empty.
        Assert.Equal("a list", await File.ReadAllTextAsync(await _lists.FetchAsync(list, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken));
        var other = new ImageListStore(new Buckets(_artifacts, _artifacts), new DataFolder(Path.Combine(_root, "other")), Options.Create(new ImageListOptions()), _time);
        var fault = await Assert.ThrowsAsync<ImageListException>(() => other.FetchAsync(list, TestContext.Current.CancellationToken));

        Assert.Contains(list.Key, fault.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_root, "other"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task FetchAsync_ListIsMissing_SaysWhich()
    {
        var fault = await Assert.ThrowsAsync<ImageListException>(
            () => _lists.FetchAsync(new ImagesFile("metadata/gone.parquet", 1, new string('0', 64)), TestContext.Current.CancellationToken));

        Assert.Contains("metadata/gone.parquet", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DropAbandoned_KilledJobsLeftFolders_OnlyOldOnesGo()
    {
        using var running = _lists.CreateDatabase();
        var scratch = Path.GetDirectoryName(running.Folder)!;
        var dead = Directory.CreateDirectory(Path.Combine(scratch, "dead")).FullName;
        File.WriteAllText(Path.Combine(dead, "rows.parquet"), "");
        File.SetLastWriteTimeUtc(Path.Combine(dead, "rows.parquet"), DateTime.UtcNow.AddDays(-3));
        Directory.SetLastWriteTimeUtc(dead, DateTime.UtcNow.AddDays(-3));

        _lists.DropAbandoned();

        Assert.False(Directory.Exists(dead));
        Assert.True(Directory.Exists(running.Folder));
    }

    [Fact]
    public async Task DeriveAsync_ManyAtOnceAndTheFirstFails_IsMadeOnceByTheNext()
    {
        var made = 0;
        async Task MakeAsync(string path)
        {
            await File.WriteAllTextAsync(path, "half", TestContext.Current.CancellationToken);
            if (Interlocked.Increment(ref made) == 1)
            {
                throw new IOException("the first");
            }

            await File.WriteAllTextAsync(path, "whole", TestContext.Current.CancellationToken);
        }

        var asked = Enumerable.Range(0, 8).Select(_ => Task.Run(() => _lists.DeriveAsync("derived", MakeAsync, TestContext.Current.CancellationToken))).ToList();
        await Assert.ThrowsAsync<IOException>(() => Task.WhenAll(asked));

        _ = Assert.Single(asked, task => task.IsFaulted);
        Assert.Equal(2, made);
        Assert.All(asked.Where(task => !task.IsFaulted), task => Assert.Equal("whole", File.ReadAllText(task.Result)));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_root, "data", "scratch")));
    }

    public async ValueTask InitializeAsync() => await _artifacts.PrepareAsync(create: true, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync()
    {
        _lists.Dispose();
        Directory.Delete(_root, recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task<ImagesFile> StoreAsync(string text)
    {
        var path = Path.Combine(_root, "new.parquet");
        await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        return await _lists.StoreAsync(_artifacts, path, "metadata/list.parquet", 1, TestContext.Current.CancellationToken);
    }

    private async Task PutAsync(string key, string text)
    {
        using var content = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        await _artifacts.PutAsync(key, content, ContentTypes.Parquet, TestContext.Current.CancellationToken);
    }
}
