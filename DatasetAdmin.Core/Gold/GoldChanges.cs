using System.Collections.Concurrent;
using System.Globalization;
using DatasetAdmin.Core.Classes;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Images;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Gold;

/// <summary>A change that has begun.</summary>
/// <param name="RunId">The run that says how it goes.</param>
/// <param name="Ended">How it ended; never faulted by what the change met.</param>
public sealed record GoldChange(Guid RunId, Task<RunOutcome> Ended);

/// <summary>
/// Adds images to gold and removes them, each change as a run of this process that outlives the request or page that asked for it. One
/// change at a time: the next waits for the one before. Every change ends with an index that knows it.
/// </summary>
public sealed class GoldChanges(
    RunExecutor runs,
    FolderIndexer indexer,
    ImageListStore lists,
    Buckets buckets,
    FaceClasses classes,
    ImageInspector inspector,
    DataFolder data,
    IOptions<ImageLimitOptions> limits,
    IOptions<GoldOptions> options,
    TimeProvider time) : IHostedService, IRunJob, IDisposable
{
    /// <summary>What runs on gold are about, and lock.</summary>
    public const string Target = "gold";

    // How many keys one request to the store deletes.
    private const int RemovedAtOnce = 500;

    private static readonly TimeSpan s_busyPause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Task, bool> _running = [];
    private readonly CancellationTokenSource _stopping = new();

    RunKind IRunJob.Kind => RunKind.IndexGold;

    /// <summary>The request of an index, for the queue.</summary>
    public static RunRequest IndexRequest(RunTrigger trigger, string? requestedBy = null) => new(RunKind.IndexGold, Target, trigger, requestedBy);

    /// <summary>An upload to be filled; dispose it unless it was given to <see cref="BeginAddAsync"/>.</summary>
    /// <param name="className">The class of what names none; null where each file is in a class folder of a zip.</param>
    /// <param name="split"><c>train</c>, <c>val</c> or <c>test</c> for what names none; null where gold isn't split.</param>
    /// <exception cref="GoldUploadException">There is no such class or split.</exception>
    public GoldUpload CreateUpload(string? className, string? split)
    {
        if (className is not null && !classes.TryGet(className, out _))
        {
            throw new GoldUploadException($"There is no class '{className}': choose one of {string.Join(", ", classes.All.Select(item => item.Name))}.");
        }

        if (split is not null && !GoldSet.Splits.Contains(split))
        {
            throw new GoldUploadException($"There is no split '{split}': choose one of {string.Join(", ", GoldSet.Splits)}.");
        }

        return new(Path.Combine(data.Make("scratch"), Guid.NewGuid().ToString("n")), className, split, limits.Value.MaxBytes, options.Value);
    }

    /// <summary>Adds an upload's images once no other change is at work; returns when it has begun. The upload is disposed at the end.</summary>
    /// <param name="cancellationToken">Ends the wait for the beginning, not the change.</param>
    public Task<GoldChange> BeginAddAsync(GoldUpload upload, RunTrigger trigger, string? requestedBy, CancellationToken cancellationToken) =>
        BeginAsync(trigger, requestedBy, (run, token) => AddAsync(upload, run, token), upload, cancellationToken);

    /// <summary>Removes files, given relative to gold, once no other change is at work; returns when it has begun.</summary>
    /// <param name="cancellationToken">Ends the wait for the beginning, not the change.</param>
    public Task<GoldChange> BeginRemoveAsync(IReadOnlyCollection<string> files, RunTrigger trigger, string? requestedBy, CancellationToken cancellationToken) =>
        BeginAsync(trigger, requestedBy, (run, token) => RemoveAsync(files, run, token), null, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends the changes that are at work, which say so in their runs.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_running.Keys).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stopping.Dispose();

    async Task<RunEnd> IRunJob.RunAsync(Run run, RunContext context, CancellationToken cancellationToken)
    {
        var gold = new GoldSet(classes);
        using var inventory = await OpenAsync(gold, context, cancellationToken);
        foreach (var folder in gold.UnmappedFolders)
        {
            context.Progress.Note(RunEventLevel.Warning, $"The folder {folder} belongs to no class and is left out.");
        }

        return RunEnd.Succeeded(string.Create(CultureInfo.InvariantCulture, $"The index knows {inventory.Files} files."));
    }

    private async Task<GoldChange> BeginAsync(
        RunTrigger trigger, string? requestedBy, Func<RunContext, CancellationToken, Task<RunEnd>> change, IDisposable? resource, CancellationToken cancellationToken)
    {
        var begun = new TaskCompletionSource<Guid>(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = Task.Run(() => ExecuteAsync(new(RunKind.ChangeGold, Target, trigger, requestedBy), change, begun, resource), CancellationToken.None);
        _running[ended] = true;
        _ = ended.ContinueWith(task => _running.TryRemove(task, out _), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

        // One that never begins has failed before its run was written down.
        await Task.WhenAny(begun.Task, ended).WaitAsync(cancellationToken);
        return new(begun.Task.IsCompleted ? await begun.Task : (await ended).Run!.Id, ended);
    }

    private async Task<RunOutcome> ExecuteAsync(
        RunRequest request, Func<RunContext, CancellationToken, Task<RunEnd>> change, TaskCompletionSource<Guid> begun, IDisposable? resource)
    {
        using (resource)
        {
            while (true)
            {
                var outcome = await runs.ExecuteAsync(
                    request,
                    (run, token) =>
                    {
                        begun.TrySetResult(run.Id);
                        return change(run, token);
                    },
                    _stopping.Token);
                if (!outcome.IsBusy)
                {
                    return outcome;
                }

                await Task.Delay(s_busyPause, time, _stopping.Token);
            }
        }
    }

    private async Task<RunEnd> AddAsync(GoldUpload upload, RunContext run, CancellationToken cancellationToken)
    {
        var gold = new GoldSet(classes);
        using var inventory = await OpenAsync(gold, run, cancellationToken);
        var artifacts = new LeasedObjectStore(buckets.Artifacts, run.Lease);
        var addition = new GoldAddition(upload, inventory, artifacts, inspector, limits.Value, options.Value, classes, run);
        await addition.AddAsync(cancellationToken);
        await indexer.UpdateAsync(gold.Folder, run, cancellationToken);
        return RunEnd.Succeeded(addition.Summary);
    }

    private async Task<RunEnd> RemoveAsync(IReadOnlyCollection<string> files, RunContext run, CancellationToken cancellationToken)
    {
        var gold = new GoldSet(classes);
        using var inventory = await OpenAsync(gold, run, cancellationToken);
        var artifacts = new LeasedObjectStore(buckets.Artifacts, run.Lease);
        run.Progress.Begin("removing images", files.Count);
        var removed = 0;
        foreach (var chunk in files.Distinct().Chunk(RemovedAtOnce))
        {
            List<string> keys = [];
            foreach (var file in chunk)
            {
                // Only what the index knows: nothing else of the bucket can be meant.
                if (inventory.FindOrNull(file) is not { } known)
                {
                    run.Progress.Note(RunEventLevel.Warning, $"{file} isn't in gold any more.");
                    continue;
                }

                var key = ObjectKeys.Gold + file;
                var sha256 = known.Sha256 ?? await Hashes.Sha256OfObjectOrNullAsync(artifacts, key, cancellationToken);
                run.Progress.Note(RunEventLevel.Information, string.Create(CultureInfo.InvariantCulture, $"Removed {file}, {known.Bytes} bytes, SHA-256 {sha256 ?? "unknown"}."));
                keys.Add(key);
            }

            await artifacts.DeleteAsync(keys, cancellationToken);
            removed += keys.Count;
            run.Progress.Advance(chunk.Length);
            run.Progress.Count("removed", removed);
        }

        await indexer.UpdateAsync(gold.Folder with { MayBeEmpty = removed == inventory.Files }, run, cancellationToken);
        return RunEnd.Succeeded(string.Create(CultureInfo.InvariantCulture, $"Removed {removed} {(removed == 1 ? "image" : "images")} from gold."));
    }

    private async Task<GoldInventory> OpenAsync(GoldSet gold, RunContext run, CancellationToken cancellationToken)
    {
        run.Progress.Begin("looking at gold");
        var list = await indexer.UpdateAsync(gold.Folder, run, cancellationToken);
        var database = lists.CreateDatabase();
        try
        {
            return new(database, list, gold);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }
}
