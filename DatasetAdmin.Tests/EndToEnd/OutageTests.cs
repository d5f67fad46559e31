using DatasetAdmin.Core.Building;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Tests.Support;

namespace DatasetAdmin.Tests.EndToEnd;

/// <summary>A real site whose servers go away in the middle of its runs: what may pass is waited for, and the waiting can be seen.</summary>
public class OutageTests
{
    private const DatasetKind Kind = DatasetKind.Full;

    private static readonly TimeSpan s_outage = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Site_DatabaseRestartsAndStoreIsAwayInTheMiddle_RunEndsWell(bool isBuild)
    {
        await using var postgres = await TestServers.OwnPostgresAsync();
        await using var ceph = await TestServers.OwnCephAsync();
        await using var pipeline = await TestSite.PrepareAsync(photos: 400, gold: isBuild ? 400 : 0, new()
        {
            ["ConnectionStrings:UserStyles"] = await postgres.CreateDatabaseAsync(Token),
            ["ConnectionStrings:Admin"] = await postgres.CreateDatabaseAsync(Token),
            ["Minio:Endpoint"] = ceph.Endpoint,
            ["Minio:AccessKey"] = ceph.AccessKey,
            ["Minio:SecretKey"] = ceph.SecretKey,
        });
        var day = TestSite.LastMonth.FirstDay.AddDays(1);
        if (isBuild)
        {
            // Then its only long step is copying.
            await pipeline.CollectAsync(day);
        }

        var requested = await pipeline.Queue().RequestAsync(
            isBuild ? MonthBuild.Request(TestSite.LastMonth, Kind, RunTrigger.Site) : DayCollection.Request(day, RunTrigger.Site), Token);
        var step = isBuild ? "copying images" : "fetching photos";
        await using var site = TestSite.Start(
            pipeline, ("Building:Concurrency", "1"), ("Collecting:Concurrency", "1"), ("Runs:RetryPauses:0", "00:00:10"), ("Runs:RetryPauses:1", "00:00:20"), ("Runs:RetryPauses:2", "00:00:40"), ("Runs:RetryPauses:3", "00:01:00"));

        await pipeline.UntilAsync(requested.Run.Id, run => run.Step == step && run.Done > 0);
        await postgres.RestartAsync();
        await pipeline.UntilAsync(requested.Run.Id, run => run is { Status: RunStatus.Running, Attempt: > 1 } && run.Step == step && run.Done > 0);
        await ceph.StopAsync();
        await Task.Delay(s_outage, Token);
        await ceph.StartAsync();
        var run = await pipeline.UntilAsync(requested.Run.Id, run => run.Status == RunStatus.Succeeded);

        var warnings = (await pipeline.Runs().EventsAsync(run.Id, Token)).Where(item => item.Level == RunEventLevel.Warning).Select(item => item.Message).ToList();
        Assert.Contains(warnings, warning => warning.Contains("lost its lock", StringComparison.Ordinal) || warning.Contains("Found interrupted", StringComparison.Ordinal));
        Assert.Contains(warnings, warning => warning.Contains("It is tried again after", StringComparison.Ordinal));
        Assert.True(run.Attempt >= 3, $"attempt {run.Attempt}");
        Assert.True((await pipeline.CheckDeepAsync(TestSite.LastMonth)).IsSound);
        CrashLab.AssertNone(await new StoreReader(pipeline).ManifestFaultsAsync(TestSite.LastMonth), "after the outages");
        Assert.Equal(400, isBuild ? (await pipeline.DatasetAsync(TestSite.LastMonth, Kind)).Totals.New : (await pipeline.DayAsync(day)).Totals.Images);
        Assert.False(site.HasExited);
    }
}
