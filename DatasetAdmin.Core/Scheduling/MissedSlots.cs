using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Datasets;

namespace DatasetAdmin.Core.Scheduling;

/// <summary>What the schedule owes: shown to people, also where it lies too far back to be caught up by itself.</summary>
public sealed class MissedSlots(JobSchedule schedule, ScheduleStore store, SlotCalendar calendar, CandidateQueries candidates, DatasetQueries datasets, TimeProvider time)
{
    /// <summary>
    /// The days and months since the schedule began whose turn has come and whose manifests are missing, oldest first; what is
    /// requested or running belongs to them until it is done.
    /// </summary>
    public async Task<IReadOnlyList<MissedSlot>> MissedAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return [.. (await DaysAsync(now, cancellationToken)).Concat(await MonthsAsync(now, cancellationToken)).OrderBy(slot => slot.DueAt)];
    }

    private async Task<List<MissedSlot>> DaysAsync(DateTime now, CancellationToken cancellationToken)
    {
        const ScheduledJob Job = ScheduledJob.DailyCollection;
        var since = (await schedule.StateAsync(Job, cancellationToken)).Since;
        var slots = await store.SlotsAsync(Job, "", cancellationToken);
        var open = calendar.DueDays(since, now).Where(day => IsOpen(slots, SlotCalendar.SlotOf(day)));
        List<MissedSlot> missed = [];
        foreach (var day in await candidates.DaysAsync(open, cancellationToken))
        {
            if (!day.IsCollected)
            {
                missed.Add(new(Job, SlotCalendar.SlotOf(day.Day), calendar.DueAt(day.Day), day.Day < calendar.Oldest(now)));
            }
            else if (day.Day < calendar.Oldest(now))
            {
                // So that it needn't be looked at again; the newer ones are caught up on.
                await store.MarkDoneAsync(Job, SlotCalendar.SlotOf(day.Day), cancellationToken);
            }
        }

        return missed;
    }

    private async Task<List<MissedSlot>> MonthsAsync(DateTime now, CancellationToken cancellationToken)
    {
        const ScheduledJob Job = ScheduledJob.MonthlyBuild;
        var since = (await schedule.StateAsync(Job, cancellationToken)).Since;
        var slots = await store.SlotsAsync(Job, "", cancellationToken);
        List<MissedSlot> missed = [];
        foreach (var month in calendar.DueMonths(since, now).Where(month => IsOpen(slots, SlotCalendar.SlotOf(month))))
        {
            // One that a person built before its turn isn't missed: it only isn't final yet.
            var heads = await datasets.MonthsAsync(month, month, cancellationToken);
            if (heads.Any(head => head.Manifest?.Status != DatasetManifest.Stable))
            {
                missed.Add(new(Job, SlotCalendar.SlotOf(month), calendar.DueAt(month), calendar.DueAt(month) < calendar.OldestTurn(now)));
            }
        }

        return missed;
    }

    private static bool IsOpen(IReadOnlyDictionary<string, ScheduleSlot> slots, string slot) => !slots.TryGetValue(slot, out var row) || row.DoneAt is null;
}
