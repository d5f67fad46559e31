using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Tests.Support;

/// <summary>A job that is done over and over, each time from the same state.</summary>
public enum CrashScenario
{
    /// <summary>A day is collected for the first time.</summary>
    Collection,

    /// <summary>A day is collected again: one prediction was relabelled, one deleted, one came late.</summary>
    Recollection,

    /// <summary>A month is built for the first time, its days being collected.</summary>
    FirstBuild,

    /// <summary>A month is built again, with images added, dropped and relabelled, and two of its days to be collected again.</summary>
    Rebuild,

    /// <summary>The whole way: nothing is there but predictions, photos and gold.</summary>
    All,
}

internal static class CrashScenarios
{
    private static readonly DateTime s_firstDay = new(2026, 10, 1, 12, 0, 0, DateTimeKind.Utc);

    public static Task<RunOutcome> ActAsync(this CrashScenario scenario, TestPipeline pipeline) => scenario switch
    {
        CrashScenario.Collection or CrashScenario.Recollection => CollectAsync(pipeline, 1),
        _ => pipeline.TryBuildAsync(CrashLab.Month, DatasetKind.Full),
    };

    /// <summary>Brings a fresh pipeline to the state before the job.</summary>
    public static async Task PrepareAsync(this CrashScenario scenario, TestPipeline pipeline)
    {
        for (var number = 1; number <= 6; number++)
        {
            await AddAsync(pipeline, number, s_firstDay.AddDays((number - 1) / 3).AddMinutes(number));
        }

        await pipeline.PutPhotoAsync("user3/broken.jpg", "no picture"u8.ToArray());
        await pipeline.Predictions.ExecuteAsync($"UPDATE user_styles SET photo_urls = '[\"user3/photo.jpg\", \"user3/broken.jpg\"]' WHERE id = '{TestPredictions.Id(3)}'");
        await pipeline.PutArtifactAsync("datasets/gold/queen/my gold.jpg", Picture(100));
        await pipeline.PutArtifactAsync("datasets/gold/Fire/gold 2.jpg", Picture(101));
        await pipeline.PutArtifactAsync("datasets/gold/Fire/gold 3.jpg", Picture(102));
        if (scenario is CrashScenario.Collection or CrashScenario.All)
        {
            return;
        }

        for (var day = 1; day <= 3; day++)
        {
            Assert.Equal(RunStatus.Succeeded, (await CollectAsync(pipeline, day)).Run?.Status);
        }

        if (scenario == CrashScenario.FirstBuild)
        {
            return;
        }

        await pipeline.BuildAsync(CrashLab.Month, DatasetKind.Full);
        await pipeline.Predictions.RelabelAsync(1, "Queen");
        await pipeline.Predictions.RelabelAsync(4, "Warm");
        await pipeline.Predictions.DeleteAsync(2);
        await AddAsync(pipeline, 7, s_firstDay.AddMinutes(7));
        await AddAsync(pipeline, 8, s_firstDay.AddDays(1).AddMinutes(8));
        await pipeline.PutArtifactAsync("datasets/gold/warm_woman/gold 4.jpg", Picture(103));
    }

    public static async Task AddAsync(TestPipeline pipeline, int number, DateTime createdAt)
    {
        await pipeline.PutPhotoAsync($"user{number}/photo.jpg", Picture(number));
        await pipeline.Predictions.AddAsync(number, createdAt, number % 2 == 0 ? "Business" : "Aristocratic", isVerified: number % 3 == 0, $"user{number}/photo.jpg");
    }

    /// <summary>Small, so that thousands are looked at in a moment.</summary>
    public static byte[] Picture(int seed) => TestImages.Jpeg(seed, 72, 80);

    private static Task<RunOutcome> CollectAsync(TestPipeline pipeline, int day) =>
        pipeline.Services.GetRequiredService<DayCollection>().CollectAsync(new(2026, 10, day), RunTrigger.CommandLine, "test", TestContext.Current.CancellationToken);
}
