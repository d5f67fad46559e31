using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Support;

namespace DatasetAdmin.Tests.EndToEnd;

/// <summary>Two builders, or one that lost its lock, on the real servers: one wins, and nothing is mixed.</summary>
public class LostLockTests
{
    private const DatasetKind Kind = DatasetKind.Full;

    private static readonly string s_head = ObjectKeys.DatasetManifest(Kind, CrashLab.Month);

    [Theory]
    [InlineData("/Queen/")]
    [InlineData("/version.txt")]
    [InlineData("/manifest.json")]
    public async Task Build_LockIsLostInTheMiddle_StopsBeforeItsNextWrite(string at)
    {
        await using var prepared = await StartAsync();
        PausingStore? store = null;
        await using var losing = await StartAsync(prepared, s => store = s, new() { ["Building:Concurrency"] = "1" });
        var sent = -1;
        store!.BeforeWrite = async (key, token) =>
        {
            if (sent < 0 && key.StartsWith(ObjectKeys.DatasetPrefix(Kind, CrashLab.Month), StringComparison.Ordinal) && key.Contains(at, StringComparison.Ordinal))
            {
                await PostgresLocks.TerminateAsync(prepared.Settings["ConnectionStrings:Admin"], TestContext.Current.CancellationToken);
                await NoticedAsync(token);

                // This one was on its way.
                sent = store.Writes + 1;
            }
        };

        var outcome = await losing.TryBuildAsync(CrashLab.Month, Kind);

        Assert.Equal(RunStatus.Interrupted, outcome.Run?.Status);
        Assert.NotEqual(-1, sent);
        Assert.Equal(sent, store.Writes);
        await CrashLab.AssertReadableAsync(prepared, $"lock lost at {at}");
        await prepared.BuildAsync(CrashLab.Month, Kind);
        await AssertSoundAsync(prepared, "2026-10-v2");
    }

    [Fact]
    public async Task Build_TakenOverBeforeItsCommit_LosesAndChangesNothing()
    {
        await using var prepared = await StartAsync();
        PausingStore? store = null;
        await using var frozen = await StartAsync(prepared, s => store = s, await OwnLocksAsync());
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously), thaw = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var heads = 0;
        store!.BeforeWrite = async (key, _) =>
        {
            // Its first write of the head says that it is updating; the second is the commit.
            if (key == s_head && ++heads == 2)
            {
                reached.SetResult();
                await thaw.Task;
            }
        };
        var building = frozen.TryBuildAsync(CrashLab.Month, Kind);
        await reached.Task.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
        await prepared.BuildAsync(CrashLab.Month, Kind);
        var committed = await prepared.ReadAsync(s_head);

        thaw.SetResult();
        var outcome = await building;

        Assert.IsType<RunLeaseLostException>(outcome.Fault);
        Assert.Equal(RunStatus.Interrupted, outcome.Run?.Status);
        Assert.Equal(committed, await prepared.ReadAsync(s_head));
        await AssertSoundAsync(prepared, "2026-10-v2");
    }

    [Fact]
    public async Task Build_TwoAtOnceThatNoLockKeepsApart_VersionsAreConsecutive()
    {
        await using var first = await StartAsync();
        await using var second = await StartAsync(first, _ => { }, await OwnLocksAsync());
        for (var version = 2; version <= 5; version++)
        {
            var outcomes = await Task.WhenAll(first.TryBuildAsync(CrashLab.Month, Kind), second.TryBuildAsync(CrashLab.Month, Kind));

            Assert.Contains(outcomes, outcome => outcome.Run?.Status == RunStatus.Succeeded);
            Assert.All(outcomes, outcome => Assert.True(
                outcome.Run?.Status is RunStatus.Succeeded or RunStatus.Interrupted, $"v{version}: {outcome.Run?.Status} {outcome.Fault}"));
            await CrashLab.AssertReadableAsync(first, $"after racing for v{version}");

            // The loser may have touched the folder after the winner closed it: a build that changes nothing sets that right.
            await first.BuildAsync(CrashLab.Month, Kind);
            await AssertSoundAsync(first, $"2026-10-v{version}");
            await first.Predictions.RelabelAsync(1, version % 2 == 0 ? "Warm" : "Queen");
        }
    }

    [Fact]
    public async Task Build_HeadIsWrittenAndItsAnswerLost_NextOneGoesOnFromThere()
    {
        await using var prepared = await StartAsync();
        PausingStore? store = null;
        await using var unlucky = await StartAsync(prepared, s => store = s);
        var heads = 0;
        store!.AfterTryPut = (key, stored) => key == s_head && ++heads == 2
            ? throw new ObjectStoreException(ObjectStoreFault.Unavailable, "No answer came.")
            : stored;

        var outcome = await unlucky.TryBuildAsync(CrashLab.Month, Kind);

        Assert.Equal(RunStatus.Failed, outcome.Run?.Status);
        Assert.Equal("2026-10-v2", (await prepared.DatasetAsync(CrashLab.Month, Kind)).Version);
        await CrashLab.AssertReadableAsync(prepared, "the answer was lost");
        await prepared.BuildAsync(CrashLab.Month, Kind);
        await AssertSoundAsync(prepared, "2026-10-v2");
    }

    /// <summary>A month with one version and changes that its days have taken in already, so that only the build is left.</summary>
    private static async Task<TestPipeline> StartAsync()
    {
        var pipeline = await TestPipeline.StartAsync(Backend.Servers, now: CrashLab.Now);
        await CrashScenario.Rebuild.PrepareAsync(pipeline);
        await pipeline.CollectAsync(new(2026, 10, 1));
        await pipeline.CollectAsync(new(2026, 10, 2));
        return pipeline;
    }

    /// <summary>Another database for runs and locks, so that they don't exclude each other.</summary>
    private static async Task<Dictionary<string, string>> OwnLocksAsync() =>
        new() { ["ConnectionStrings:Admin"] = await (await TestServers.PostgresAsync()).CreateDatabaseAsync(TestContext.Current.CancellationToken) };

    private static async Task<TestPipeline> StartAsync(TestPipeline shared, Action<PausingStore> use, Dictionary<string, string>? settings = null)
    {
        return await TestPipeline.StartAsync(
            Backend.Servers,
            services => CrashLab.Decorate<Buckets>(services, real =>
            {
                var store = new PausingStore(real.Artifacts);
                use(store);
                return real with { Artifacts = store };
            }),
            settings,
            again: shared,
            now: CrashLab.Now);
    }

    // The run's token is how it learns that its lock is lost.
    private static async Task NoticedAsync(CancellationToken run)
    {
        var noticed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = run.Register(noticed.SetResult);
        await noticed.Task.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
    }

    private static async Task AssertSoundAsync(TestPipeline pipeline, string version)
    {
        Assert.Equal(version, (await pipeline.DatasetAsync(CrashLab.Month, Kind)).Version);
        var reader = new StoreReader(pipeline);
        CrashLab.AssertNone(await reader.FolderFaultsAsync(Kind, CrashLab.Month) ?? ["version.txt is missing"], version);
        CrashLab.AssertNone(await reader.ManifestFaultsAsync(CrashLab.Month), version);
        CrashLab.AssertNone(await reader.LeftoversAsync(Kind, CrashLab.Month), version);
        Assert.True((await pipeline.CheckDeepAsync(CrashLab.Month)).IsSound);
    }
}
