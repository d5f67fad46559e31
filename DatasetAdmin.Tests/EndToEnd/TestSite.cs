using System.Globalization;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Tests.Commands;
using DatasetAdmin.Tests.Support;
using DatasetAdmin.Tests.Web;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Tests.EndToEnd;

/// <summary>Real sites, as processes of their own, over a pipeline's stores; a test asks the queue as one process more.</summary>
internal static class TestSite
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts a site on a port that the system chooses. It follows no schedule, so that only what a test requests is run.</summary>
    public static TestProgram Start(TestPipeline pipeline, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string>(pipeline.Settings) { ["urls"] = "http://127.0.0.1:0", ["Schedule:Enabled"] = "false" };
        foreach (var (key, value) in TestUsers.AdminSettings.Select(setting => (setting.Key, setting.Value)).Concat(settings))
        {
            all[key] = value;
        }

        return TestProgram.Start(all, "--urls=http://127.0.0.1:0");
    }

    public static RunQueue Queue(this TestPipeline pipeline) => pipeline.Services.GetRequiredService<RunQueue>();

    public static RunStore Runs(this TestPipeline pipeline) => pipeline.Services.GetRequiredService<RunStore>();

    /// <summary>Looks at a run until it is as it should be. A database that is away is asked again.</summary>
    public static async Task<Run> UntilAsync(this TestPipeline pipeline, Guid id, Func<Run, bool> condition, TimeSpan? atMost = null)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(atMost ?? TimeSpan.FromMinutes(3));
        Run? run = null;
        while (true)
        {
            try
            {
                run = await pipeline.Runs().FindOrNullAsync(id, deadline.Token);
                if (condition(run!))
                {
                    return run!;
                }

                await Task.Delay(20, deadline.Token);
            }
            catch (Exception exception) when (!deadline.IsCancellationRequested && RunFault.MayPass(exception))
            {
                await Task.Delay(100, deadline.Token);
            }
            catch (OperationCanceledException) when (!Token.IsCancellationRequested)
            {
                Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"{run?.Target} stayed {run?.Status} at {run?.Step} {run?.Done}/{run?.Total}, attempt {run?.Attempt}: {run?.Result} {run?.Error}"));
            }
        }
    }

    /// <summary>The newest month that is over, which the real program may build.</summary>
    public static Month LastMonth { get; } = Month.Of(DateOnly.FromDateTime(DateTime.UtcNow)).Previous;

    /// <summary>A pipeline with so many photos in the month's second day, and so many images in gold.</summary>
    public static async Task<TestPipeline> PrepareAsync(int photos, int gold, Dictionary<string, string>? settings = null)
    {
        var pipeline = await TestPipeline.StartAsync(Backend.Servers, settings: settings, now: DateTimeOffset.UtcNow);
        var noon = LastMonth.FirstDay.AddDays(1).ToDateTime(new(12, 0), DateTimeKind.Utc);
        for (var number = 1; number <= photos; number++)
        {
            await pipeline.Predictions.AddAsync(number, noon.AddSeconds(number), number % 4 == 0 ? "Fire" : "Queen", isVerified: false, $"user{number}/photo.jpg");
        }

        await Parallel.ForEachAsync(Enumerable.Range(1, photos), Token, async (number, _) => await pipeline.PutPhotoAsync($"user{number}/photo.jpg", CrashScenarios.Picture(number)));
        await Parallel.ForEachAsync(Enumerable.Range(10_000, gold), Token, async (seed, _) => await pipeline.PutArtifactAsync($"datasets/gold/Warm/{seed}.jpg", CrashScenarios.Picture(seed)));
        return pipeline;
    }
}
