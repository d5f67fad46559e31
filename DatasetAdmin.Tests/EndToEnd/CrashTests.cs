using DatasetAdmin.Core.Runs;
using DatasetAdmin.Tests.Support;

namespace DatasetAdmin.Tests.EndToEnd;

/// <summary>
/// The process dies at its k-th call to stores, source and database, for every k; a new one repeats the job. At no moment does
/// a reader see a manifest that is wrong, and in the end everything is as if nothing had happened.
/// </summary>
public class CrashTests
{
    // Dying before each call is dying at every moment between two of them; after a write, its answer alone is lost.
    private static readonly OutsideCall[] s_storesAndSource = [OutsideCall.Read, OutsideCall.Write];
    private static readonly OutsideCall[] s_writes = [OutsideCall.Write];
    private static readonly OutsideCall[] s_database = [OutsideCall.Database];

    [Theory]
    [InlineData(CrashScenario.Collection)]
    [InlineData(CrashScenario.Recollection)]
    [InlineData(CrashScenario.FirstBuild)]
    [InlineData(CrashScenario.Rebuild)]
    public async Task Act_ProcessDiesAtAnyCall_NextOneConverges(CrashScenario scenario)
    {
        await using var prepared = await TestPipeline.StartAsync(Backend.Embedded, now: CrashLab.Now);
        await scenario.PrepareAsync(prepared);
        var (expected, calls) = await RunUndisturbedAsync(scenario, prepared, s_storesAndSource);
        var (_, writes) = await RunUndisturbedAsync(scenario, prepared, s_writes);
        var (_, uses) = await RunUndisturbedAsync(scenario, prepared, s_database);
        CrashPoint[] points =
        [
            .. Enumerable.Range(1, calls).Select(number => new CrashPoint(s_storesAndSource, number, After: false)),
            .. Enumerable.Range(1, writes).Select(number => new CrashPoint(s_writes, number, After: true)),
            .. Enumerable.Range(1, uses).Select(number => new CrashPoint(s_database, number, After: false)),
        ];
        Assert.InRange(points.Length, 20, 400);

        await Parallel.ForEachAsync(
            points,
            new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = TestContext.Current.CancellationToken },
            async (point, _) =>
            {
                using var folder = new FolderCopy(prepared);
                await CrashAndRepeatAsync(Backend.Embedded, scenario, prepared, folder.Settings, point, expected);
            });
        TestContext.Current.TestOutputHelper?.WriteLine($"{points.Length} crash points");
    }

    [Theory]
    [InlineData(CrashScenario.All, 5)]
    [InlineData(CrashScenario.Rebuild, 5)]
    public async Task Act_ProcessDiesOnServers_NextOneConverges(CrashScenario scenario, int every)
    {
        string expected;
        int writes;
        await using (var undisturbed = await StartAsync(scenario))
        {
            writes = (await CrashLab.RunAsync(Backend.Servers, undisturbed, pipeline => scenario.ActAsync(pipeline), CrashPoint.Never(s_writes))).Calls;
            await CrashLab.AssertFinishedAsync(undisturbed, "undisturbed");
            expected = await CrashLab.ContentsAsync(undisturbed);
        }

        for (var number = 1; number <= writes; number += every)
        {
            await using var prepared = await StartAsync(scenario);
            await CrashAndRepeatAsync(Backend.Servers, scenario, prepared, null, new(s_writes, number, After: number % 2 == 0), expected);
            Assert.True((await prepared.CheckDeepAsync(CrashLab.Month)).IsSound);
        }

        static async Task<TestPipeline> StartAsync(CrashScenario scenario)
        {
            var pipeline = await TestPipeline.StartAsync(Backend.Servers, now: CrashLab.Now);
            await scenario.PrepareAsync(pipeline);
            return pipeline;
        }
    }

    private static async Task<(string Contents, int Calls)> RunUndisturbedAsync(CrashScenario scenario, TestPipeline prepared, OutsideCall[] kinds)
    {
        using var folder = new FolderCopy(prepared);
        var life = await CrashLab.RunAsync(Backend.Embedded, prepared, pipeline => scenario.ActAsync(pipeline), CrashPoint.Never(kinds), folder.Settings);
        await using var after = await TestPipeline.StartAsync(Backend.Embedded, settings: folder.Settings, again: prepared, now: CrashLab.Now);
        await CrashLab.AssertFinishedAsync(after, "undisturbed");
        Assert.True((await after.CheckDeepAsync(CrashLab.Month)).IsSound);
        return (await CrashLab.ContentsAsync(after), life.Calls);
    }

    private static async Task CrashAndRepeatAsync(
        Backend backend, CrashScenario scenario, TestPipeline prepared, IReadOnlyDictionary<string, string>? settings, CrashPoint point, string expected)
    {
        var life = await CrashLab.RunAsync(backend, prepared, pipeline => scenario.ActAsync(pipeline), point, settings);
        var when = $"{scenario}, died {point}: {life.LastCall}";
        Assert.True(life.IsDead, $"{when}: it didn't");

        await using var next = await TestPipeline.StartAsync(backend, settings: settings, again: prepared, now: CrashLab.Now);
        await CrashLab.AssertReadableAsync(next, when);
        var outcome = await scenario.ActAsync(next);
        Assert.True(outcome.Run?.Status == RunStatus.Succeeded, $"{when}: {outcome.Run?.Result} {outcome.Fault}");
        await CrashLab.AssertFinishedAsync(next, when);
        var contents = await CrashLab.ContentsAsync(next);
        Assert.True(contents == expected, $"{when}:\n{contents}\ninstead of\n{expected}");
    }
}
