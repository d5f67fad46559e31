using DatasetAdmin.Core.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace DatasetAdmin.Core.Runs;

/// <summary>The history of runs. Each write may be repeated after a fault whose outcome is unknown.</summary>
public sealed class RunStore(IDbContextFactory<AdminDbContext> contexts, TimeProvider time)
{
    /// <summary>Writes a new run down, requested or already running.</summary>
    public async Task CreateAsync(Run run, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        context.Add(run);
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>
    /// Called by whoever holds the target's lock: makes a run the caller's to execute, the requested one of the same kind and target
    /// where there is one, and a new one elsewhere.
    /// </summary>
    public async Task<Run> BeginAsync(RunRequest request, string process, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            var requested = await context.Runs.AsNoTracking().SingleOrDefaultAsync(
                run => run.Kind == request.Kind && run.Target == request.Target && run.Status == RunStatus.Requested, cancellationToken);
            if (requested is not null)
            {
                requested.AllowDrops |= request.AllowDrops;
                if (await TryBeginAsync(context, requested, process, cancellationToken))
                {
                    return requested;
                }

                continue;
            }

            var now = time.GetUtcNow();
            var run = NewRun(request, isQueued: false, now);
            (run.Status, run.StartedAt, run.HeartbeatAt, run.Process) = (RunStatus.Running, now.UtcDateTime, now.UtcDateTime, process);
            run.Fence = await NextFenceAsync(context, run.Target, cancellationToken);
            try
            {
                // Others see the row with a heartbeat of the clock that they compare it with.
                await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
                context.Add(run);
                await context.SaveChangesAsync(cancellationToken);
                await Own(context, run).ExecuteUpdateAsync(set => SetHeartbeat(context, set), cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return run;
            }
            catch (DbUpdateException exception) when (DatabaseFaults.IsDuplicate(exception))
            {
                // Somebody requested the same in this moment: that one is begun.
            }
        }
    }

    /// <summary>Called by whoever holds the target's lock: makes a requested run the caller's to execute, unless it isn't requested any more.</summary>
    internal async Task<bool> TryBeginAsync(Run requested, string process, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await TryBeginAsync(context, requested, process, cancellationToken);
    }

    /// <summary>
    /// Writes down how far a run is, what it noted, and that its process lives: all or nothing, so that who is told of a change sees the
    /// whole of it. Events that are there already are left as they are.
    /// </summary>
    /// <param name="run">With the fence that its process got.</param>
    /// <param name="events">In order.</param>
    /// <returns>What has become of the run meanwhile.</returns>
    internal async Task<RunHeartbeat> RecordProgressAsync(
        Run run, RunProgressSnapshot progress, IReadOnlyCollection<RunEvent> events, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var written = await Own(context, run).Where(item => item.Status == RunStatus.Running).ExecuteUpdateAsync(
            set => SetHeartbeat(context, set)
                .SetProperty(item => item.Step, progress.Step)
                .SetProperty(item => item.Done, progress.Done)
                .SetProperty(item => item.Total, progress.Total)
                .SetProperty(item => item.Counters, progress.Counters),
            cancellationToken);
        if (written == 0)
        {
            return RunHeartbeat.Lost;
        }

        await AddEventsAsync(context, run.Id, events, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        var row = await context.Runs.AsNoTracking()
            .Where(item => item.Id == run.Id)
            .Select(item => new { item.CancelRequestedAt, item.CancelRequestedBy })
            .SingleAsync(cancellationToken);
        (run.CancelRequestedAt, run.CancelRequestedBy) = (row.CancelRequestedAt, row.CancelRequestedBy);
        return row.CancelRequestedAt is null ? RunHeartbeat.Alive : RunHeartbeat.CancelRequested;
    }

    /// <summary>Whether a run is still the one that its process was given to execute.</summary>
    internal async Task<bool> IsOwnAsync(Run run, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await Own(context, run).AnyAsync(item => item.Status == RunStatus.Running, cancellationToken);
    }

    /// <summary>The number of the last event of a run's log, or 0.</summary>
    internal async Task<int> LastEventAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await LastNumberAsync(context, id, cancellationToken);
    }

    /// <summary>
    /// Writes down a run's end, or that it stands in the queue again, with its last progress and the last events of its log, all or
    /// nothing. Its own process knows best, so this also replaces an <see cref="RunStatus.Interrupted"/> that another process concluded,
    /// whose log stays as that process ended it; any other end stays, and so does a run that another process has taken over.
    /// </summary>
    internal async Task FinishAsync(Run ended, IReadOnlyCollection<RunEvent> events, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (await Own(context, ended).AnyAsync(run => run.Status == RunStatus.Running, cancellationToken))
        {
            await AddEventsAsync(context, ended.Id, events, cancellationToken);
        }

        var own = Own(context, ended).Where(run => run.Status == RunStatus.Running || run.Status == RunStatus.Interrupted);
        if (ended.Status != RunStatus.Requested)
        {
            await WriteAsync(own);
        }
        else if (await WriteAsync(own.Where(run => run.CancelRequestedAt == null)) == 0)
        {
            // Its end was asked for while it was on its way back into the queue.
            (ended.Status, ended.FinishedAt, ended.NotBefore, ended.Result) = (RunStatus.Cancelled, time.GetUtcNow().UtcDateTime, null, "Cancelled before it was tried again.");
            await WriteAsync(own);
        }

        await transaction.CommitAsync(cancellationToken);

        Task<int> WriteAsync(IQueryable<Run> runs) => runs.ExecuteUpdateAsync(
            set => set
                .SetProperty(run => run.Status, ended.Status)
                .SetProperty(run => run.StartedAt, ended.StartedAt)
                .SetProperty(run => run.FinishedAt, ended.FinishedAt)
                .SetProperty(run => run.HeartbeatAt, ended.HeartbeatAt)
                .SetProperty(run => run.Attempt, ended.Attempt)
                .SetProperty(run => run.Interruptions, ended.Interruptions)
                .SetProperty(run => run.NotBefore, ended.NotBefore)
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

    /// <summary>The run on a target that hasn't ended, or null: a running one before a requested one, then the newest.</summary>
    public async Task<Run?> FindOpenOrNullAsync(string target, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await Open(context).AsNoTracking()
            .Where(run => run.Target == target)
            .OrderByDescending(run => run.Status == RunStatus.Running).ThenByDescending(run => run.RequestedAt)
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The runs that haven't ended: the running ones, then the requested ones, each in the order of their requests.</summary>
    public async Task<IReadOnlyList<Run>> OpenAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await Open(context).AsNoTracking()
            .OrderByDescending(run => run.Status == RunStatus.Running).ThenBy(run => run.RequestedAt).ThenBy(run => run.Id)
            .ToListAsync(cancellationToken);
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

    internal static Run NewRun(RunRequest request, bool isQueued, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        Kind = request.Kind,
        Target = request.Target,
        Trigger = request.Trigger,
        RequestedBy = request.RequestedBy,
        RequestedAt = now.UtcDateTime,
        AllowDrops = request.AllowDrops,
        IsQueued = isQueued,
    };

    internal static IQueryable<Run> Open(AdminDbContext context) =>
        context.Runs.Where(run => run.Status == RunStatus.Requested || run.Status == RunStatus.Running);

    /// <summary>Greater than each that an execution on the target has got. The caller holds the target's lock.</summary>
    internal static async Task<long> NextFenceAsync(AdminDbContext context, string target, CancellationToken cancellationToken) =>
        (await context.Runs.Where(run => run.Target == target).MaxAsync(run => run.Fence, cancellationToken) ?? 0) + 1;

    internal static async Task<int> LastNumberAsync(AdminDbContext context, Guid id, CancellationToken cancellationToken) =>
        await context.RunEvents.Where(item => item.RunId == id).MaxAsync(item => (int?)item.Number, cancellationToken) ?? 0;

    private static async Task AddEventsAsync(AdminDbContext context, Guid id, IReadOnlyCollection<RunEvent> events, CancellationToken cancellationToken)
    {
        if (events.Count == 0)
        {
            return;
        }

        // An attempt to write them may have succeeded although its answer was lost.
        var last = await LastNumberAsync(context, id, cancellationToken);
        context.AddRange(events.Where(item => item.Number > last));
        await context.SaveChangesAsync(cancellationToken);
    }

    private static IQueryable<Run> Own(AdminDbContext context, Run run) => context.Runs.Where(item => item.Id == run.Id && item.Fence == run.Fence);

    private async Task<bool> TryBeginAsync(AdminDbContext context, Run requested, string process, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var fence = await NextFenceAsync(context, requested.Target, cancellationToken);
        var changed = await context.Runs.Where(run => run.Id == requested.Id && run.Status == RunStatus.Requested).ExecuteUpdateAsync(
            set => SetHeartbeat(context, set)
                .SetProperty(run => run.Status, RunStatus.Running)
                .SetProperty(run => run.StartedAt, now)
                .SetProperty(run => run.Process, process)
                .SetProperty(run => run.Fence, fence)
                .SetProperty(run => run.AllowDrops, run => run.AllowDrops || requested.AllowDrops)
                .SetProperty(run => run.NotBefore, (DateTime?)null),
            cancellationToken);
        (requested.Status, requested.StartedAt, requested.HeartbeatAt, requested.Process, requested.Fence, requested.NotBefore) =
            (RunStatus.Running, now, now, process, fence, null);
        return changed == 1;
    }

    // On PostgreSQL processes of several machines compare it: what the server translates this to is its own clock.
    private UpdateSettersBuilder<Run> SetHeartbeat(AdminDbContext context, UpdateSettersBuilder<Run> set) => context.HasSharedClock
        ? set.SetProperty(run => run.HeartbeatAt, _ => DateTime.UtcNow)
        : set.SetProperty(run => run.HeartbeatAt, time.GetUtcNow().UtcDateTime);
}

/// <summary>What a process learns when it writes down that it lives.</summary>
internal enum RunHeartbeat
{
    Alive,
    CancelRequested,

    /// <summary>Another process has taken the run over or ended it.</summary>
    Lost,
}
