using DatasetAdmin.Core.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace DatasetAdmin.Core.Runs;

/// <summary>The history of runs. Each write may be repeated after a fault whose outcome is unknown.</summary>
public sealed class RunStore(
    IDbContextFactory<AdminDbContext> contexts, IRunLocks locks, TimeProvider time, ILogger<RunStore> logger)
{
    /// <summary>Writes a new run down, requested or already running.</summary>
    public async Task CreateAsync(Run run, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        context.Add(run);
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Writes down how far a run is, and that its process lives.</summary>
    public async Task RecordProgressAsync(Guid id, RunProgressSnapshot progress, DateTime at, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Runs.Where(run => run.Id == id && run.Status == RunStatus.Running).ExecuteUpdateAsync(
            set => set
                .SetProperty(run => run.Step, progress.Step)
                .SetProperty(run => run.Done, progress.Done)
                .SetProperty(run => run.Total, progress.Total)
                .SetProperty(run => run.Counters, progress.Counters)
                .SetProperty(run => run.HeartbeatAt, at),
            cancellationToken);
    }

    /// <summary>Adds events, in order, to one run's log. Those that are there already are left as they are.</summary>
    public async Task AppendEventsAsync(Guid id, IReadOnlyList<RunEvent> events, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var last = await LastNumberAsync(context, id, cancellationToken);
        context.AddRange(events.Where(item => item.Number > last));
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>
    /// Writes down a run's end with its last progress. Its own process knows best, so this also replaces an
    /// <see cref="RunStatus.Interrupted"/> that another process concluded; any other end stays.
    /// </summary>
    public async Task FinishAsync(Run ended, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Runs
            .Where(run => run.Id == ended.Id)
            .Where(run => run.Status == RunStatus.Requested || run.Status == RunStatus.Running || run.Status == RunStatus.Interrupted)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(run => run.Status, ended.Status)
                    .SetProperty(run => run.FinishedAt, ended.FinishedAt)
                    .SetProperty(run => run.HeartbeatAt, ended.FinishedAt)
                    .SetProperty(run => run.Step, ended.Step)
                    .SetProperty(run => run.Done, ended.Done)
                    .SetProperty(run => run.Total, ended.Total)
                    .SetProperty(run => run.Counters, ended.Counters)
                    .SetProperty(run => run.Result, ended.Result)
                    .SetProperty(run => run.Error, ended.Error),
                cancellationToken);
    }

    /// <summary>One page of the runs, newest first.</summary>
    public async Task<RunPage> ListAsync(RunFilter filter, int skip, int take, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var runs = context.Runs.AsNoTracking()
            .Where(run => filter.Kind == null || run.Kind == filter.Kind)
            .Where(run => filter.Target == null || run.Target == filter.Target)
            .Where(run => filter.Status == null || run.Status == filter.Status);
        var page = await runs
            .OrderByDescending(run => run.RequestedAt).ThenByDescending(run => run.Id)
            .Skip(skip).Take(take)
            .ToListAsync(cancellationToken);
        return new RunPage(page, await runs.CountAsync(cancellationToken));
    }

    public async Task<Run?> FindOrNullAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Runs.AsNoTracking().SingleOrDefaultAsync(run => run.Id == id, cancellationToken);
    }

    /// <summary>The newest run on a target that hasn't ended, or null.</summary>
    public async Task<Run?> FindOpenOrNullAsync(string target, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await Open(context).AsNoTracking()
            .Where(run => run.Target == target)
            .OrderByDescending(run => run.RequestedAt)
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>A run's log, in order.</summary>
    public async Task<IReadOnlyList<RunEvent>> EventsAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.RunEvents.AsNoTracking()
            .Where(item => item.RunId == id)
            .OrderBy(item => item.Number)
            .ToListAsync(cancellationToken);
    }

    /// <summary>
    /// Called at start: ends the runs that died with their process. Whoever executes a run holds its target's lock from before
    /// the run is written down until its end is, so a run whose lock is free has nobody.
    /// </summary>
    /// <returns>The runs that were ended.</returns>
    public async Task<IReadOnlyList<Run>> MarkInterruptedAsync(CancellationToken cancellationToken)
    {
        List<Run> open;
        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            open = await Open(context).AsNoTracking().OrderBy(run => run.RequestedAt).ToListAsync(cancellationToken);
        }

        var ended = new List<Run>();
        foreach (var run in open)
        {
            await using var lease = await locks.TryAcquireAsync(run.Target, cancellationToken);
            if (lease is not null && await EndAsInterruptedAsync(run, cancellationToken))
            {
                RunsLog.FoundInterrupted(logger, run.Id, run.Kind, run.Target, run.Process);
                ended.Add(run);
            }
        }

        return ended;
    }

    /// <summary>
    /// Called by whoever holds the target's lock, before writing a run of its own down: what is open there died. A server may give a
    /// dead process's lock back some seconds after the next start has looked.
    /// </summary>
    public async Task EndAbandonedAsync(string target, CancellationToken cancellationToken)
    {
        while (await FindOpenOrNullAsync(target, cancellationToken) is { } run && await EndAsInterruptedAsync(run, cancellationToken))
        {
            RunsLog.FoundInterrupted(logger, run.Id, run.Kind, run.Target, run.Process);
        }
    }

    private async Task<bool> EndAsInterruptedAsync(Run run, CancellationToken cancellationToken)
    {
        run.Status = RunStatus.Interrupted;
        run.FinishedAt = time.GetUtcNow().UtcDateTime;
        run.Result = "Its process ended before the run did. It can be repeated.";

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);

        // Asked again under the lock: its process may have ended it since the list was read.
        var changed = await Open(context).Where(item => item.Id == run.Id).ExecuteUpdateAsync(
            set => set
                .SetProperty(item => item.Status, run.Status)
                .SetProperty(item => item.FinishedAt, run.FinishedAt)
                .SetProperty(item => item.Result, run.Result),
            cancellationToken);
        if (changed == 0)
        {
            return false;
        }

        context.Add(new RunEvent
        {
            RunId = run.Id,
            Number = await LastNumberAsync(context, run.Id, cancellationToken) + 1,
            At = run.FinishedAt.Value,
            Level = RunEventLevel.Error,
            Message = $"Found interrupted: nobody holds the lock on {run.Target}, and {run.Process ?? "its process"} left no end.",
        });
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private static IQueryable<Run> Open(AdminDbContext context) =>
        context.Runs.Where(run => run.Status == RunStatus.Requested || run.Status == RunStatus.Running);

    private static async Task<int> LastNumberAsync(AdminDbContext context, Guid id, CancellationToken cancellationToken) =>
        await context.RunEvents.Where(item => item.RunId == id).MaxAsync(item => (int?)item.Number, cancellationToken) ?? 0;
}
