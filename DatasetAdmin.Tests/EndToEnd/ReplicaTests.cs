using DatasetAdmin.Core.Building;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Tests.Commands;
using DatasetAdmin.Tests.Support;

namespace DatasetAdmin.Tests.EndToEnd;

/// <summary>Three real sites over one PostgreSQL and one Ceph, of which the system kills one every few seconds for two minutes.</summary>
[Collection(AloneCollection.Name)]
public class ReplicaTests
{
    private const int Targets = 200;

    private static readonly TimeSpan s_killing = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ThreeSites_KilledAtRandomWhileTheyWorkOffTheQueue_DoEverythingOnce()
    {
        var seed = Environment.GetEnvironmentVariable("DATASETADMIN_TEST_SEED") is { Length: > 0 } given ? int.Parse(given, null) : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"DATASETADMIN_TEST_SEED={seed}");
        var dice = new Random(seed);
        await using var pipeline = await TestPipeline.StartAsync(Backend.Servers, now: DateTimeOffset.UtcNow);
        var requests = await PrepareAsync(pipeline);
        Assert.Equal(Targets, requests.Count);
        var accepted = await Task.WhenAll(requests.Select(request => pipeline.Queue().RequestAsync(request, Token)));
        Assert.All(accepted, answer => Assert.False(answer.Joined));

        var sites = new[] { Start(), Start(), Start() };
        var kills = 0;
        try
        {
            var begun = System.Diagnostics.Stopwatch.StartNew();
            while (begun.Elapsed < s_killing)
            {
                await Task.Delay(TimeSpan.FromSeconds(dice.Next(3, 8)), Token);
                var victim = dice.Next(sites.Length);
                await sites[victim].DisposeAsync();
                kills++;
                sites[victim] = Start();

                // There is always something to be killed at: what is done is asked for again.
                if ((await pipeline.Runs().OpenAsync(Token)).Count < 10)
                {
                    await Task.WhenAll(requests.Select(request => pipeline.Queue().RequestAsync(request, Token)));
                }
            }

            await AllEndedAsync(pipeline);

            // What has died ten times waits for a person, who asks for it again.
            var runs = (await pipeline.Runs().ListAsync(new(), 0, 100_000, Token)).Runs;
            var givenUp = requests.Where(request => runs.First(run => run.Target == request.Target && run.Kind == request.Kind).Status == RunStatus.Interrupted).ToList();
            foreach (var request in givenUp)
            {
                await pipeline.Queue().RequestAsync(request, Token);
            }

            await AllEndedAsync(pipeline);
            TestContext.Current.TestOutputHelper?.WriteLine($"{givenUp.Count} asked for again");
        }
        finally
        {
            foreach (var site in sites)
            {
                await site.DisposeAsync();
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills");
        await AssertDoneAsync(pipeline, requests);

        // A store that is slow for a moment isn't waited for by the minute.
        TestProgram Start() => TestSite.Start(pipeline, ("Runs:RetryPauses:0", "00:00:02"), ("Runs:RetryPauses:1", "00:00:05"), ("Runs:RetryPauses:2", "00:00:10"), ("Runs:RetryPauses:3", "00:00:20"));
    }

    private static async Task AllEndedAsync(TestPipeline pipeline)
    {
        foreach (var run in await pipeline.Runs().OpenAsync(Token))
        {
            await pipeline.UntilAsync(run.Id, item => !item.IsOpen, TimeSpan.FromMinutes(10));
        }
    }

    /// <summary>Three months with a few predictions on some days, and the requests of their days and builds, up to 200.</summary>
    private static async Task<List<RunRequest>> PrepareAsync(TestPipeline pipeline)
    {
        var last = TestSite.LastMonth;
        var months = new[] { last.Previous.Previous, last.Previous, last };
        for (var number = 1; number <= 60; number++)
        {
            var day = months[number % 3].FirstDay.AddDays(number % 20);
            var hasBroken = number % 7 == 0;
            await pipeline.PutPhotoAsync($"user{number}/photo.jpg", CrashScenarios.Picture(number));
            await pipeline.PutPhotoAsync($"user{number}/broken.jpg", "no picture"u8.ToArray());
            await pipeline.Predictions.AddAsync(
                number, day.ToDateTime(new(12, 0), DateTimeKind.Utc), number % 2 == 0 ? "Queen" : "Fire", $"[\"user{number}/photo.jpg\"{(hasBroken ? $", \"user{number}/broken.jpg\"" : "")}]");
        }

        for (var number = 0; number < 12; number++)
        {
            await pipeline.PutArtifactAsync($"datasets/gold/Warm/{number}.jpg", CrashScenarios.Picture(1000 + number));
        }

        List<RunRequest> requests = [.. months.SelectMany(month => DatasetKinds.All.Select(kind => MonthBuild.Request(month, kind, RunTrigger.Site)))];
        for (var day = last.LastDay; requests.Count < Targets; day = day.AddDays(-1))
        {
            requests.Add(DayCollection.Request(day, RunTrigger.Site));
        }

        return [.. requests.OrderBy(request => request.Kind).ThenBy(request => request.Target, StringComparer.Ordinal)];
    }

    private static async Task AssertDoneAsync(TestPipeline pipeline, List<RunRequest> requests)
    {
        var runs = (await pipeline.Runs().ListAsync(new(), 0, 100_000, Token)).Runs;
        Assert.DoesNotContain(runs, run => run.IsOpen || run.Status == RunStatus.Failed);
        foreach (var request in requests)
        {
            var newest = runs.First(run => run.Target == request.Target && run.Kind == request.Kind);
            Assert.True(newest.Status is RunStatus.Succeeded, $"{newest.Target}: {newest.Status} {newest.Result} {newest.Error}");
        }

        // A run that died after its commit says afterwards that nothing has changed: two that made the same can't be.
        Assert.All(requests.Where(request => request.Kind == RunKind.BuildDataset), request => Assert.InRange(
            runs.Count(run => run.Target == request.Target && run.Result?.StartsWith("Built ", StringComparison.Ordinal) == true), 0, 1));
        Assert.All(runs.GroupBy(run => run.Target), target => Assert.Equal(target.Count(run => run.Fence is not null), target.Select(run => run.Fence).OfType<long>().Distinct().Count()));
        TestContext.Current.TestOutputHelper?.WriteLine($"{runs.Count} runs, {runs.Sum(run => run.Attempt)} attempts, {runs.Sum(run => run.Interruptions)} interruptions, {runs.Select(run => run.Process).Distinct().Count()} processes");

        var byId = runs.ToDictionary(run => run.Id.ToString("n"));
        foreach (var request in requests.Where(request => request.Kind == RunKind.CollectDay))
        {
            var manifest = await pipeline.DayAsync(DateOnly.ParseExact(request.Target, "yyyy-MM-dd", null));
            Assert.Equal(manifest.Totals.Photos, manifest.Totals.Images + manifest.Totals.Rejected);
            Assert.Equal(request.Target, byId[manifest.RunId].Target);
        }

        var reader = new StoreReader(pipeline);
        foreach (var month in requests.Where(request => request.Kind == RunKind.BuildDataset).Select(request => Month.Parse(request.Target.Split('/')[1])).Distinct())
        {
            CrashLab.AssertNone(await reader.ManifestFaultsAsync(month), $"{month}");
            Assert.True((await pipeline.CheckDeepAsync(month)).IsSound, $"{month} isn't sound");
            foreach (var kind in DatasetKinds.All)
            {
                // Nothing changed between the builds: whoever was killed, one of them committed, and no other had to.
                var head = await pipeline.DatasetAsync(month, kind);
                Assert.Equal(($"{month}-v1", DatasetManifest.Stable), (head.Version, head.Status));
                Assert.Equal($"{kind.Name()}/{month}", byId[head.RunId].Target);
                CrashLab.AssertNone(await reader.FolderFaultsAsync(kind, month) ?? ["version.txt is missing"], $"{kind} {month}");
                CrashLab.AssertNone(await reader.LeftoversAsync(kind, month), $"{kind} {month}");
            }
        }
    }
}
