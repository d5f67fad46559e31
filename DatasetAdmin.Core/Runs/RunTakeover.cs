using DatasetAdmin.Core.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace DatasetAdmin.Core.Runs;

/// <summary>
/// Finds the runs whose process is gone. Whoever executes a run holds its target's lock from before the run is written down as
/// running until its end is, so a running run whose lock is free has nobody.
/// </summary>
public sealed class RunTakeover(IDbContextFactory<AdminDbContext> contexts, IRunLocks locks, TimeProvider time, ILogger<RunTakeover> logger)
{
    /// <summary>After so many deaths in its course a run is taken for what causes them.</summary>
    internal const int MostInterruptions = 10;

    /// <summary>A process that has written nothing for so long has lost its runs, however alive its connections look.</summary>
    internal static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Called at start and every few seconds: puts queued runs that died with their process back into the queue, and ends the others as
    /// <see cref="RunStatus.Interrupted"/>. Where a process hangs, its lock is taken from it once its lease has run out.
    /// </summary>
    /// <returns>The runs that were found, as they are now.</returns>
    public Task<IReadOnlyList<Run>> SweepAsync(CancellationToken cancellationToken) => SweepSilentAsync(TimeSpan.Zero, cancellationToken);

    /// <param name="silence">Only runs of which nothing was heard for so long are looked at.</param>
    internal async Task<IReadOnlyList<Run>> SweepSilentAsync(TimeSpan silence, CancellationToken cancellationToken)
    {
        List<Run> suspicious, expired;
        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            suspicious = await SilentAsync(context, silence, cancellationToken);
            expired = suspicious.Count == 0 ? [] : await SilentAsync(context, Lease, cancellationToken);
        }

        var found = new List<Run>();
        foreach (var run in suspicious)
        {
            await using var lease = await locks.TryAcquireAsync(run.Target, cancellationToken);
            if (lease is not null)
            {
                if (await ReleaseAsync(run, cancellationToken))
                {
                    found.Add(run);
                }
            }
            else if (expired.Exists(other => other.Id == run.Id) && await locks.TryBreakAsync(run.Target, cancellationToken))
            {
                RunsLog.LockBroken(logger, run.Id, run.Kind, run.Target, run.Process);
            }
        }

        return found;
    }

    /// <summary>
    /// Called by whoever holds the target's lock, before beginning a run there: what is running there died. A server may give a dead
    /// process's lock back some seconds after the last look.
    /// </summary>
    internal async Task EndAbandonedAsync(string target, CancellationToken cancellationToken)
    {
        List<Run> abandoned;
        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            abandoned = await Running(context).Where(run => run.Target == target).ToListAsync(cancellationToken);
        }

        foreach (var run in abandoned)
        {
            await ReleaseAsync(run, cancellationToken);
        }
    }

    private static IQueryable<Run> Running(AdminDbContext context) => context.Runs.AsNoTracking().Where(run => run.Status == RunStatus.Running).OrderBy(run => run.RequestedAt);

    // One that died before it first wrote counts as well.
    private async Task<List<Run>> SilentAsync(AdminDbContext context, TimeSpan age, CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow().UtcDateTime - age;
        if (age == TimeSpan.Zero)
        {
            return await Running(context).ToListAsync(cancellationToken);
        }

        var runs = context.HasSharedClock
            ? Running(context).Where(run => run.HeartbeatAt == null || run.HeartbeatAt < DateTime.UtcNow - age)
            : Running(context).Where(run => run.HeartbeatAt == null || run.HeartbeatAt < since);
        return await runs.ToListAsync(cancellationToken);
    }

    /// <summary>Gives a run that nobody executes back to the queue, or ends it. The caller holds its target's lock.</summary>
    private async Task<bool> ReleaseAsync(Run run, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var previous = run.Fence;
        run.Interruptions++;
        var goesOn = run.IsQueued && run.Interruptions < MostInterruptions && run.CancelRequestedAt is null;

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (goesOn)
        {
            // A fence of its own, so that the process that had it writes nothing more, should it live after all.
            (run.Status, run.StartedAt, run.HeartbeatAt, run.Attempt) = (RunStatus.Requested, null, null, run.Attempt + 1);
            (run.Fence, run.Result) = (await RunStore.NextFenceAsync(context, run.Target, cancellationToken), "Its process ended before the run did. It goes on as soon as a process is free.");
        }
        else
        {
            (run.Status, run.FinishedAt) = (run.CancelRequestedAt is null ? RunStatus.Interrupted : RunStatus.Cancelled, now);
            run.Result = run.IsQueued && run.CancelRequestedAt is null
                ? $"Its process ended before the run did, for the {run.Interruptions}th time. It isn't tried again by itself."
                : "Its process ended before the run did. It can be repeated.";
        }

        // Asked again under the lock: its process may have ended it since the list was read.
        var changed = await context.Runs.Where(item => item.Id == run.Id && item.Status == RunStatus.Running && item.Fence == previous).ExecuteUpdateAsync(
            set => set
                .SetProperty(item => item.Status, run.Status)
                .SetProperty(item => item.StartedAt, run.StartedAt)
                .SetProperty(item => item.HeartbeatAt, run.HeartbeatAt)
                .SetProperty(item => item.FinishedAt, run.FinishedAt)
                .SetProperty(item => item.Attempt, run.Attempt)
                .SetProperty(item => item.Interruptions, run.Interruptions)
                .SetProperty(item => item.Fence, run.Fence)
                .SetProperty(item => item.Result, run.Result),
            cancellationToken);
        if (changed == 0)
        {
            return false;
        }

        context.Add(new RunEvent
        {
            RunId = run.Id,
            Number = await RunStore.LastNumberAsync(context, run.Id, cancellationToken) + 1,
            At = now,
            Level = goesOn ? RunEventLevel.Warning : RunEventLevel.Error,
            Message = $"Found interrupted: nobody holds the lock on {run.Target}, and {run.Process ?? "its process"} left no end.{(goesOn ? " It goes on as soon as a process is free." : "")}",
        });
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        RunsLog.FoundInterrupted(logger, run.Id, run.Kind, run.Target, run.Process);
        return true;
    }
}
