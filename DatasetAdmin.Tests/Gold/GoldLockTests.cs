using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Tests.Gold;

/// <summary>One change at a time, and none without its lock.</summary>
public class GoldLockTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Add_LockIsLostInTheMiddle_StopsBeforeItsNextWriteAndCanBeRepeated()
    {
        PausingStore? store = null;
        await using var pipeline = await TestPipeline.StartAsync(Backend.Servers, Pausing(made => store = made));
        await pipeline.AddGoldAsync("Queen", ("first.jpg", CrashScenarios.Picture(100)));
        (string, byte[])[] files = [.. Enumerable.Range(1, 40).Select(seed => ($"{seed}.jpg", CrashScenarios.Picture(seed)))];
        var sent = -1;
        var gate = new SemaphoreSlim(1);
        store!.BeforeWrite = async (key, token) =>
        {
            await gate.WaitAsync(CancellationToken.None);
            try
            {
                if (sent < 0 && key == ObjectKeys.Gold + "Queen/5.jpg")
                {
                    await PostgresLocks.TerminateAsync(pipeline.Settings["ConnectionStrings:Admin"], Token);
                    var noticed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    using var registration = token.Register(noticed.SetResult);
                    await noticed.Task.WaitAsync(TimeSpan.FromMinutes(3), Token);
                    sent = store.Writes;
                }
            }
            finally
            {
                gate.Release();
            }
        };

        var lost = await pipeline.AddGoldAsync("Queen", files);

        Assert.Equal(RunStatus.Interrupted, lost.Run.Status);
        Assert.NotEqual(-1, sent);

        // Those that were on their way when the lock went.
        Assert.InRange(store.Writes - sent, 0, 8);
        await AssertWholeAsync(pipeline);
        var again = await pipeline.AddGoldAsync("Queen", files);
        Assert.Equal(RunStatus.Succeeded, again.Run.Status);
        Assert.Equal(41, (await pipeline.GoldAsync()).Images);
        await AssertWholeAsync(pipeline);
    }

    [Fact]
    public async Task Add_StoreFailsInTheMiddle_RunSaysSoAndTheNextOneGoesOn()
    {
        PausingStore? store = null;
        await using var pipeline = await TestPipeline.StartAsync(Backend.Embedded, Pausing(made => store = made));
        store!.BeforeWrite = (key, _) => key.EndsWith("/3.jpg", StringComparison.Ordinal) ? throw new ObjectStoreException(ObjectStoreFault.Unavailable, "The store is away.") : Task.CompletedTask;
        (string, byte[])[] files = [.. Enumerable.Range(1, 6).Select(seed => ($"{seed}.jpg", CrashScenarios.Picture(seed)))];

        var failed = await pipeline.AddGoldAsync("Queen", files);
        store.BeforeWrite = (_, _) => Task.CompletedTask;
        var again = await pipeline.AddGoldAsync("Queen", files);

        Assert.Equal((RunStatus.Failed, "ObjectStoreException: The store is away."), (failed.Run.Status, failed.Run.Error));
        Assert.Equal(RunStatus.Succeeded, again.Run.Status);
        Assert.Equal(6, (await pipeline.GoldAsync()).Images);
        await AssertWholeAsync(pipeline);
    }

    [Fact]
    public async Task Add_WhileAnotherChangeIsAtWork_WaitsForIt()
    {
        PausingStore? store = null;
        await using var pipeline = await TestPipeline.StartAsync(Backend.Embedded, Pausing(made => store = made));
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously), goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        store!.BeforeWrite = async (key, _) =>
        {
            if (key.EndsWith("/slow.jpg", StringComparison.Ordinal))
            {
                reached.SetResult();
                await goOn.Task;
            }
        };
        var first = pipeline.AddGoldAsync("Queen", ("slow.jpg", CrashScenarios.Picture(1)));
        await reached.Task.WaitAsync(TimeSpan.FromMinutes(3), Token);

        var second = pipeline.AddGoldAsync("Queen", ("fast.jpg", CrashScenarios.Picture(2)));
        Assert.False(second.IsCompleted);
        Assert.DoesNotContain("Queen/fast.jpg", await pipeline.GoldFilesAsync());
        goOn.SetResult();
        await first;

        // It looks again after a pause.
        await Waiting.UntilEndAsync(second, () => pipeline.Time.Advance(TimeSpan.FromSeconds(1)), milliseconds: 10);

        Assert.Equal(RunStatus.Succeeded, (await second).Run.Status);
        Assert.Equal(["Queen/fast.jpg", "Queen/slow.jpg"], await pipeline.GoldFilesAsync());
    }

    [Fact]
    public async Task Index_AnotherRunWroteItMeanwhile_LooksAgain()
    {
        PausingStore? store = null;
        await using var pipeline = await TestPipeline.StartAsync(Backend.Embedded, Pausing(made => store = made));
        await pipeline.AddGoldAsync("Queen", ("a.jpg", CrashScenarios.Picture(1)));
        var isOvertaken = false;
        store!.BeforeWrite = async (key, _) =>
        {
            if (key == ObjectKeys.GoldIndex && !isOvertaken)
            {
                // As a build does, which doesn't take gold's lock.
                isOvertaken = true;
                var index = await pipeline.ReadAsync(ObjectKeys.GoldIndex);
                await pipeline.PutArtifactAsync(ObjectKeys.GoldIndex, [.. index, (byte)'\n']);
            }
        };

        await pipeline.AddGoldAsync("Queen", ("b.jpg", CrashScenarios.Picture(2)));

        Assert.True(isOvertaken);
        Assert.Equal(2, (await pipeline.GoldAsync()).Images);
    }

    private static Action<IServiceCollection> Pausing(Action<PausingStore> use) => services => CrashLab.Decorate<Buckets>(services, real =>
    {
        var store = new PausingStore(real.Artifacts);
        use(store);
        return real with { Artifacts = store };
    });

    // Whatever is there is a whole picture under a name of gold's grammar.
    private static async Task AssertWholeAsync(TestPipeline pipeline)
    {
        foreach (var file in await pipeline.GoldFilesAsync())
        {
            Assert.Matches("^Queen/[A-Za-z0-9._-]{1,120}$", file);
            var bytes = await pipeline.ReadAsync(ObjectKeys.Gold + file);
            var seed = file == "Queen/first.jpg" ? 100 : int.Parse(Path.GetFileNameWithoutExtension(file), System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(CrashScenarios.Picture(seed), bytes);
        }
    }
}
