using DatasetAdmin.Core.Gold;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Tests.Gold;

/// <summary>Changes gold as the site does, and says what came of it.</summary>
internal static class GoldLab
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static GoldChanges Changes(this TestPipeline pipeline) => pipeline.Services.GetRequiredService<GoldChanges>();

    public static Task<GoldSummary> GoldAsync(this TestPipeline pipeline) => pipeline.Services.GetRequiredService<GoldQueries>().SummaryAsync(Token);

    public static Task<GoldResult> AddGoldAsync(this TestPipeline pipeline, string? className, params (string Name, byte[] Bytes)[] files) =>
        pipeline.AddGoldAsync(className, null, files);

    public static async Task<GoldResult> AddGoldAsync(this TestPipeline pipeline, string? className, string? split, params (string Name, byte[] Bytes)[] files)
    {
        var upload = await pipeline.UploadAsync(className, split, files);
        return await pipeline.EndAsync(await pipeline.Changes().BeginAddAsync(upload, RunTrigger.Site, "somebody", Token));
    }

    public static async Task<GoldUpload> UploadAsync(this TestPipeline pipeline, string? className, string? split, params (string Name, byte[] Bytes)[] files)
    {
        var upload = pipeline.Changes().CreateUpload(className, split);
        foreach (var (name, bytes) in files)
        {
            using var content = new MemoryStream(bytes);
            await upload.AddAsync(name, content, Token);
        }

        return upload;
    }

    public static async Task<GoldResult> RemoveGoldAsync(this TestPipeline pipeline, params string[] files) =>
        await pipeline.EndAsync(await pipeline.Changes().BeginRemoveAsync(files, RunTrigger.Site, "somebody", Token));

    public static async Task<GoldResult> EndAsync(this TestPipeline pipeline, GoldChange change)
    {
        var outcome = await change.Ended;
        var store = pipeline.Services.GetRequiredService<RunStore>();
        var run = await store.FindOrNullAsync(change.RunId, Token);
        Assert.NotNull(run);
        return new(run, [.. (await store.EventsAsync(change.RunId, Token)).Select(item => item.Message)], outcome);
    }

    /// <summary>The files in gold, relative to it.</summary>
    public static Task<IReadOnlyList<string>> GoldFilesAsync(this TestPipeline pipeline) => pipeline.ListAsync(ObjectKeys.Gold);

    /// <summary>Everything in the artifacts bucket beside gold and its index, and every local file beside caches, databases and logs.</summary>
    public static async Task<IReadOnlyList<string>> OutsideAsync(this TestPipeline pipeline)
    {
        List<string> all = [];
        await foreach (var item in pipeline.Buckets.Artifacts.ListAsync("", null, Token))
        {
            if (!item.Key.StartsWith(ObjectKeys.Gold, StringComparison.Ordinal) && !item.Key.StartsWith("metadata/gold/", StringComparison.Ordinal))
            {
                all.Add($"{item.Key} {item.ETag}");
            }
        }

        var scratch = Path.Combine(pipeline.Settings["DataFolder"], "scratch");
        all.AddRange(Directory.EnumerateFileSystemEntries(scratch, "*", SearchOption.AllDirectories));
        return all;
    }
}

/// <summary>How a change ended, with its log.</summary>
internal sealed record GoldResult(Run Run, IReadOnlyList<string> Events, RunOutcome Outcome)
{
    public string EventOf(string name) => Assert.Single(Events, line => line.Contains($" {name}: ", StringComparison.Ordinal) || line.Contains($" {name} as ", StringComparison.Ordinal)
        || line.Contains($": {name} has", StringComparison.Ordinal));
}
