using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Commands;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Tests.EndToEnd;

/// <summary>The real program on real servers, killed again and again by the system: no catch block runs, and no connection is closed.</summary>
public class KilledProcessTests
{
    private const DatasetKind Kind = DatasetKind.Full;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Build_KilledAtFiveMoments_RunsAreInterruptedAndTheBuildConverges()
    {
        // The program has the real time.
        var now = DateTimeOffset.UtcNow;
        var month = Month.Of(DateOnly.FromDateTime(now.UtcDateTime)).Previous;
        await using var pipeline = await StartAsync(now, month);
        var day = month.FirstDay.AddDays(1);
        string[] moments =
        [
            $"{ObjectKeys.DayPrefix(day)}Queen/",
            ObjectKeys.DayManifest(day.AddDays(1)),
            ObjectKeys.GoldIndex,
            ObjectKeys.DatasetPrefix(Kind, month),
            ObjectKeys.DatasetManifest(Kind, month),
        ];
        string[] command = ["build", month.ToString(), "--kind", "full"];
        var died = new HashSet<Guid>();
        foreach (var moment in moments)
        {
            await using (var program = TestProgram.Start(pipeline.Settings, command))
            {
                while (!program.HasExited && !await ExistsAsync(pipeline, moment))
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(2), Token);
                }
            }

            // The server looks every second whether the owner of a lock still lives.
            await PostgresLocks.WaitUntilFreeAsync(pipeline.Settings["ConnectionStrings:Admin"], Token);

            // One that was killed before it had looked at its predecessors leaves them as they are.
            died.UnionWith((await RunsAsync(pipeline, RunStatus.Running)).Select(run => run.Id));
            CrashLab.AssertNone(await new StoreReader(pipeline).ManifestFaultsAsync(month), $"killed at {moment}");
        }

        var result = await TestProgram.RunAsync(pipeline.Settings, command);
        Assert.True(result.ExitCode == 0, result.ToString());

        Assert.NotEmpty(died);
        Assert.Empty(await RunsAsync(pipeline, RunStatus.Running));
        Assert.Equal(died.Order(), (await RunsAsync(pipeline, RunStatus.Interrupted)).Select(run => run.Id).Order());
        var reader = new StoreReader(pipeline);
        CrashLab.AssertNone(await reader.FolderFaultsAsync(Kind, month) ?? ["version.txt is missing"], "in the end");
        CrashLab.AssertNone(await reader.LeftoversAsync(Kind, month), "in the end");
        Assert.True((await pipeline.CheckDeepAsync(month)).IsSound);

        await using var undisturbed = await StartAsync(now, month);
        await undisturbed.BuildAsync(month, Kind);
        var (expected, actual) = (await undisturbed.DatasetAsync(month, Kind), await pipeline.DatasetAsync(month, Kind));
        Assert.Equal((expected.Version, expected.ContentDigest, expected.Totals), (actual.Version, actual.ContentDigest, actual.Totals));
    }

    private static async Task<TestPipeline> StartAsync(DateTimeOffset now, Month month)
    {
        var pipeline = await TestPipeline.StartAsync(Backend.Servers, now: now);
        for (var number = 1; number <= 24; number++)
        {
            await pipeline.PutPhotoAsync($"user{number}/photo.jpg", CrashScenarios.Picture(number));
            var noon = month.FirstDay.AddDays(1 + (number % 2)).ToDateTime(new(12, 0), DateTimeKind.Utc);
            await pipeline.Predictions.AddAsync(number, noon.AddMinutes(number), number % 4 == 0 ? "Fire" : "Queen", isVerified: false, $"user{number}/photo.jpg");
        }

        for (var seed = 100; seed < 110; seed++)
        {
            await pipeline.PutArtifactAsync($"datasets/gold/Warm/{seed}.jpg", CrashScenarios.Picture(seed));
        }

        return pipeline;
    }

    private static async Task<bool> ExistsAsync(TestPipeline pipeline, string prefix)
    {
        await foreach (var _ in pipeline.Buckets.Artifacts.ListAsync(prefix, null, Token))
        {
            return true;
        }

        return false;
    }

    private static async Task<IReadOnlyList<Run>> RunsAsync(TestPipeline pipeline, RunStatus status) =>
        (await pipeline.Services.GetRequiredService<RunStore>().ListAsync(new(Status: status), 0, 1000, Token)).Runs;
}
