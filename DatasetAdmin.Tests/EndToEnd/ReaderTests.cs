using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Tests.Support;

namespace DatasetAdmin.Tests.EndToEnd;

/// <summary>Readers that never stop, while versions come and go and builders die: by manifest and by folder.</summary>
public class ReaderTests
{
    private const int Rounds = 6;
    private const int MostRounds = 30;

    [Theory]
    [InlineData(Backend.Embedded)]
    [InlineData(Backend.Servers)]
    public async Task Read_WhileBuildersDieAndBuild_NothingIsEverMissingOrDifferent(Backend backend)
    {
        await using var pipeline = await TestPipeline.StartAsync(backend, now: CrashLab.Now);
        await CrashScenario.Rebuild.PrepareAsync(pipeline);
        using var done = new CancellationTokenSource();
        var (ofManifests, ofFolders) = (new Reads(), new Reads());
        var manifests = Task.Run(() => PollAsync(ofManifests, async () => await new StoreReader(pipeline).ManifestFaultsAsync(CrashLab.Month), done.Token), CancellationToken.None);
        var folders = Task.Run(() => PollAsync(ofFolders, () => new StoreReader(pipeline).FolderFaultsAsync(DatasetKind.Full, CrashLab.Month), done.Token), CancellationToken.None);

        // As many as it takes the readers to have looked often enough.
        var round = 0;
        for (; round < Rounds || (round < MostRounds && (ofManifests.Count <= Rounds || ofFolders.Count <= Rounds)); round++)
        {
            await CrashLab.RunAsync(backend, pipeline, BuildAsync, new([OutsideCall.Write], 3 + (round * 5), After: round % 2 == 0));
            await using (var next = await TestPipeline.StartAsync(backend, again: pipeline, now: CrashLab.Now))
            {
                Assert.Equal(RunStatus.Succeeded, (await BuildAsync(next)).Run?.Status);
            }

            await pipeline.Predictions.RelabelAsync(1, round % 2 == 0 ? "Warm" : "Queen");
            await pipeline.Predictions.RelabelAsync(5, round % 2 == 0 ? "Fire" : "Soft");
            await pipeline.Predictions.DeleteAsync(10 + round);
            await CrashScenarios.AddAsync(pipeline, 11 + round, new DateTime(2026, 10, 2, 20, round, 0, DateTimeKind.Utc));
        }

        await done.CancelAsync();
        await Task.WhenAll(manifests, folders);
        Assert.True(ofManifests.Count > Rounds && ofFolders.Count > Rounds, $"{ofManifests.Count} and {ofFolders.Count} reads in {round} rounds");
        await CrashLab.AssertFinishedAsync(pipeline, "at the end");
        Assert.Equal(round + 1, (await pipeline.DatasetAsync(CrashLab.Month, DatasetKind.Full)).GetVersion().Number);
        Assert.True((await pipeline.CheckDeepAsync(CrashLab.Month)).IsSound);
    }

    private static Task<RunOutcome> BuildAsync(TestPipeline pipeline) => pipeline.TryBuildAsync(CrashLab.Month, DatasetKind.Full);

    private static async Task PollAsync(Reads reads, Func<Task<IReadOnlyList<string>?>> read, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            if (await read() is { } faults)
            {
                CrashLab.AssertNone(faults, $"read {reads.Add()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), CancellationToken.None);
        }
    }

    /// <summary>How often something could be read.</summary>
    private sealed class Reads
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public int Add() => Interlocked.Increment(ref _count);
    }
}
