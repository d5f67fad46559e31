using DatasetAdmin.Core.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace DatasetAdmin.Core.Runs;

/// <summary>
/// The queue of runs, which is the table of runs: requests of every process become rows, worked off in order by whichever process
/// is free.
/// </summary>
public sealed class RunQueue(
    IDbContextFactory<AdminDbContext> contexts, RunStore store, RunTakeover takeover, RunFeed feed, IRunLocks locks, TimeProvider time, ILogger<RunQueue> logger)
{
    // Those before it may be held by others; one of the next will do.
    private const int Looked = 50;

    private TaskCompletionSource _requested = NewSignal();

    /// <summary>Ends at the next request of this process, so that it needn't wait for the next look into the table.</summary>
    internal Task Requested => _requested.Task;

    /// <summary>
    /// Writes a request down, or joins the open run of the same kind and target. A requested run that is joined takes the request's
    /// <see cref="RunRequest.AllowDrops"/> over; a running one stays what it is.
    /// </summary>
    public async Task<RunRequested> RequestAsync(RunRequest request, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            if (await FindOpenOrNullAsync(context, request, cancellationToken) is { } open)
            {
                if (await JoinAsync(context, open, request, cancellationToken))
                {
                    return new(open, Joined: true);
                }

                continue;
            }

            var run = RunStore.NewRun(request, isQueued: true, time.GetUtcNow());
            context.Add(run);
            try
            {
                await context.SaveChangesAsync(cancellationToken);
            }
            catch (DbUpdateException exception) when (DatabaseFaults.IsDuplicate(exception))
            {
                // Requested by somebody else in this moment.
                continue;
            }

            NoteRequested(run);
            return new(run, Joined: false);
        }
    }

    /// <summary>
    /// Writes requests down in their order, in one transaction with a row that only one process can write; false where another has.
    /// Open runs are joined.
    /// </summary>
    internal async Task<bool> TryRequestAsync(IReadOnlyList<RunRequest> requests, object claim, Func<AdminDbContext, Task<bool>> isClaimed, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            List<Run> runs = [];
            foreach (var request in requests)
            {
                if (await FindOpenOrNullAsync(context, request, cancellationToken) is null)
                {
                    // One moment after the other, so that they stand in the queue as they were given.
                    runs.Add(RunStore.NewRun(request, isQueued: true, time.GetUtcNow().AddMicroseconds(runs.Count)));
                }
            }

            try
            {
                // The claim first: who comes second waits there, and not crosswise for one of the runs.
                await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
                context.Add(claim);
                await context.SaveChangesAsync(cancellationToken);
                context.AddRange(runs);
                await context.SaveChangesAsync(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
            }
            catch (Exception exception) when (DatabaseFaults.IsDuplicate(exception) || DatabaseFaults.IsDeadlock(exception))
            {
                await using var fresh = await contexts.CreateDbContextAsync(cancellationToken);
                if (await isClaimed(fresh))
                {
                    return false;
                }

                // One of the runs was requested by somebody else in this moment.
                continue;
            }

            foreach (var run in runs)
            {
                NoteRequested(run);
            }

            return true;
        }
    }

    /// <summary>
    /// Asks for a run's end: a requested one ends at once, a running one's process is told and stops within two seconds, wherever
    /// it is. True when the run was open.
    /// </summary>
    /// <param name="by">Who asks, as the run's row will say.</param>
    public async Task<bool> CancelAsync(Guid id, string? by, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        while (true)
        {
            var now = time.GetUtcNow().UtcDateTime;
            var ended = await context.Runs.Where(run => run.Id == id && run.Status == RunStatus.Requested).ExecuteUpdateAsync(
                set => set
                    .SetProperty(run => run.Status, RunStatus.Cancelled)
                    .SetProperty(run => run.CancelRequestedAt, now)
                    .SetProperty(run => run.CancelRequestedBy, by)
                    .SetProperty(run => run.FinishedAt, now)
                    .SetProperty(run => run.NotBefore, (DateTime?)null)
                    .SetProperty(run => run.Result, $"Cancelled{(by is null ? "" : $" by {by}")} before it began. It can be requested again."),
                cancellationToken);
            var told = ended > 0 ? 0 : await context.Runs.Where(run => run.Id == id && run.Status == RunStatus.Running && run.CancelRequestedAt == null).ExecuteUpdateAsync(
                set => set.SetProperty(run => run.CancelRequestedAt, now).SetProperty(run => run.CancelRequestedBy, by), cancellationToken);
            if (ended + told > 0)
            {
                RunsLog.CancelRequested(logger, id, by);
                feed.Changed();
                return true;
            }

            var run = await context.Runs.AsNoTracking().SingleOrDefaultAsync(run => run.Id == id, cancellationToken);
            if (run is null or { IsOpen: false })
            {
                return false;
            }

            if (run is { Status: RunStatus.Running, CancelRequestedAt: not null })
            {
                return true;
            }
        }
    }

    /// <summary>
    /// Takes the first requested run whose time has come and whose target is free, as the caller's to execute; null where there is
    /// none. A target that is locked isn't waited for: its run stays in the queue.
    /// </summary>
    internal async Task<ClaimedRun?> TryClaimAsync(IReadOnlyCollection<RunKind> kinds, CancellationToken cancellationToken)
    {
        foreach (var run in await NextAsync(kinds, cancellationToken))
        {
            var lease = await locks.TryAcquireAsync(run.Target, cancellationToken);
            if (lease is null)
            {
                continue;
            }

            try
            {
                await takeover.EndAbandonedAsync(run.Target, cancellationToken);
                if (await store.TryBeginAsync(run, RunExecutor.ThisProcess, CancellationToken.None))
                {
                    (var claimed, lease) = (new ClaimedRun(run, lease), null);
                    return claimed;
                }
            }
            finally
            {
                await (lease?.DisposeAsync() ?? ValueTask.CompletedTask);
            }
        }

        return null;
    }

    private async Task<IReadOnlyList<Run>> NextAsync(IReadOnlyCollection<RunKind> kinds, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Runs.AsNoTracking()
            .Where(run => run.Status == RunStatus.Requested && kinds.Contains(run.Kind) && (run.NotBefore == null || run.NotBefore <= now))
            .Where(run => !context.Runs.Any(other => other.Status == RunStatus.Running && other.Target == run.Target))
            .OrderBy(run => run.RequestedAt).ThenBy(run => run.Id)
            .Take(Looked)
            .ToListAsync(cancellationToken);
    }

    private void NoteRequested(Run run)
    {
        RunsLog.Requested(logger, run.Id, run.Kind, run.Target, run.Trigger, run.RequestedBy);
        Interlocked.Exchange(ref _requested, NewSignal()).SetResult();
        feed.Changed();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static Task<Run?> FindOpenOrNullAsync(AdminDbContext context, RunRequest request, CancellationToken cancellationToken) =>
        RunStore.Open(context).AsNoTracking().SingleOrDefaultAsync(run => run.Kind == request.Kind && run.Target == request.Target, cancellationToken);

    private static async Task<bool> JoinAsync(AdminDbContext context, Run open, RunRequest request, CancellationToken cancellationToken)
    {
        var allowDrops = open.AllowDrops || (request.AllowDrops && open.Status == RunStatus.Requested);
        if (open.IsQueued && open.AllowDrops == allowDrops)
        {
            return true;
        }

        // A command's run goes into the queue as well should its process die: now somebody else waits for it.
        open.AllowDrops = allowDrops;
        return await context.Runs.Where(run => run.Id == open.Id && run.Status == open.Status)
            .ExecuteUpdateAsync(set => set.SetProperty(run => run.AllowDrops, allowDrops).SetProperty(run => run.IsQueued, true), cancellationToken) == 1;
    }
}

/// <summary>A run of the queue that this process has taken, with the lock on its target.</summary>
internal sealed record ClaimedRun(Run Run, IRunLease Lease);
