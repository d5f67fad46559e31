using DatasetAdmin.Core.Database;
using Microsoft.EntityFrameworkCore;

namespace DatasetAdmin.Core.Scheduling;

/// <summary>The schedule's state and slots in the database. Any number of processes may write at once.</summary>
public sealed class ScheduleStore(IDbContextFactory<AdminDbContext> contexts, TimeProvider time)
{
    /// <summary>A job's state, or null before the schedule first ran.</summary>
    public async Task<ScheduleState?> StateOrNullAsync(ScheduledJob job, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.ScheduleStates.AsNoTracking().SingleOrDefaultAsync(state => state.Job == job, cancellationToken);
    }

    /// <summary>Writes a job's state down unless there is one.</summary>
    public Task EnsureStateAsync(ScheduledJob job, DateTime since, CancellationToken cancellationToken) =>
        AddUnlessThereAsync(new ScheduleState { Job = job, Since = since }, cancellationToken);

    /// <summary>Pauses or resumes a job.</summary>
    public async Task SetPausedAsync(ScheduledJob job, DateTime? at, string? by, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.ScheduleStates.Where(state => state.Job == job).ExecuteUpdateAsync(
            set => set.SetProperty(state => state.PausedAt, at).SetProperty(state => state.PausedBy, by), cancellationToken);
    }

    /// <summary>A job's slots from one on, by name.</summary>
    public async Task<IReadOnlyDictionary<string, ScheduleSlot>> SlotsAsync(ScheduledJob job, string first, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.ScheduleSlots.AsNoTracking()
            .Where(slot => slot.Job == job && slot.Slot.CompareTo(first) >= 0)
            .ToDictionaryAsync(slot => slot.Slot, StringComparer.Ordinal, cancellationToken);
    }

    /// <summary>The slot whose runs were requested last, or null.</summary>
    public async Task<ScheduleSlot?> LastOrNullAsync(ScheduledJob job, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.ScheduleSlots.AsNoTracking()
            .Where(slot => slot.Job == job && slot.RequestedAt != null)
            .OrderByDescending(slot => slot.RequestedAt).ThenByDescending(slot => slot.Slot)
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Writes down that a slot's manifests are there, whether its runs were requested or not.</summary>
    public async Task MarkDoneAsync(ScheduledJob job, string slot, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            var marked = await context.ScheduleSlots.Where(item => item.Job == job && item.Slot == slot)
                .ExecuteUpdateAsync(set => set.SetProperty(item => item.DoneAt, now), cancellationToken);
            if (marked > 0)
            {
                return;
            }
        }

        await AddUnlessThereAsync(new ScheduleSlot { Job = job, Slot = slot, DoneAt = now }, cancellationToken);
    }

    private async Task AddUnlessThereAsync(object row, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        context.Add(row);
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (DatabaseFaults.IsDuplicate(exception))
        {
            // Another process was faster.
        }
    }
}
