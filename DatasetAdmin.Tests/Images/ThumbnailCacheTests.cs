using DatasetAdmin.Core.Images;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Commands;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace DatasetAdmin.Tests.Images;

public class ThumbnailCacheTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Add_MoreThanThereIsRoomFor_DropsTheLeastRecentlyShown()
    {
        using var folder = new TestFolder();
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var cache = new ThumbnailCache(new DataFolder(folder.Path), Options.Create(new ThumbnailOptions { CacheMegabytes = 1 }), time);
        string[] names = [.. Enumerable.Range(0, 12).Select(number => Hashes.Sha256($"{number}"))];
        foreach (var name in names[..10])
        {
            await cache.AddAsync(name, new byte[100_000], Token);
        }

        // Shown a day later: all but the third.
        time.Advance(TimeSpan.FromDays(1));
        Assert.All(names[..10].Where(name => name != names[2]), name => Assert.NotNull(cache.FindOrNull(name)));
        time.Advance(TimeSpan.FromHours(2));
        await cache.AddAsync(names[10], new byte[100_000], Token);

        Assert.Null(cache.FindOrNull(names[2]));
        Assert.NotNull(cache.FindOrNull(names[10]));
        Assert.InRange(Directory.GetFiles(folder.Path, "*.webp", SearchOption.AllDirectories).Sum(path => new FileInfo(path).Length), 500_000, 1024 * 1024);
    }

    [Fact]
    public async Task Add_ByManyAtOnce_KeepsEachWhateverIsLookedThroughMeanwhile()
    {
        using var folder = new TestFolder();
        for (var round = 0; round < 20; round++)
        {
            // Each looks through the folder once, for what an earlier process left.
            var cache = new ThumbnailCache(new DataFolder(folder.Path), Options.Create(new ThumbnailOptions { CacheMegabytes = 64 }), TimeProvider.System);
            string[] names = [.. Enumerable.Range(0, 50).Select(number => Hashes.Sha256($"{round} {number}"))];
            await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Token }, async (name, token) => await cache.AddAsync(name, new byte[1000], token));

            Assert.All(names, name => Assert.NotNull(cache.FindOrNull(name)));
        }
    }
}
