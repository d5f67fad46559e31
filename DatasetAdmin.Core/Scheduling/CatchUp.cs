using DatasetAdmin.Core.Building;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Scheduling;

/// <summary>
/// Requests what the schedule says and isn't done, oldest first, whatever kept it from being done: it looks at the manifests and the
/// slots, and remembers nothing. Any number of processes may tick at once: each slot's runs are requested by one of them.
/// </summary>
public sealed class CatchUp(
    JobSchedule schedule,
    ScheduleStore store,
    SlotCalendar calendar,
    RunQueue queue,
    RunStore runs,
    CandidateQueries candidates,
    DatasetQueries datasets,
    IOptions<ScheduleOptions> options,
    TimeProvider time,
    ILogger<CatchUp> logger)
{
    // Rows may be committed late.
    private const int DaysLookedAtAgain = 3;

    /// <summary>Called at start and every minute; requests what is due, and does nothing where nothing is.</summary>
    public async Task TickAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Enabled)
        {
            var now = time.GetUtcNow().UtcDateTime;
            await CollectDaysAsync(now, cancellationToken);
            await BuildMonthsAsync(now, cancellationToken);
        }
    }

    private async Task CollectDaysAsync(DateTime now, CancellationToken cancellationToken)
    {
        var state = await schedule.StateAsync(ScheduledJob.DailyCollection, cancellationToken);
        var due = DueDays(state, now);
        if (due.Count == 0)
        {
            return;
        }

        var slots = await store.SlotsAsync(state.Job, SlotCalendar.SlotOf(due[0].AddDays(-DaysLookedAtAgain)), cancellationToken);
        var collected = await CollectedAsync(due.Where(day => !IsDone(slots, SlotCalendar.SlotOf(day))), cancellationToken);
        foreach (var day in collected.Where(day => day != due[^1] || slots.ContainsKey(SlotCalendar.SlotOf(day))))
        {
            await store.MarkDoneAsync(state.Job, SlotCalendar.SlotOf(day), cancellationToken);
        }

        if (state.PausedAt is not null)
        {
            return;
        }

        // The newest has its turn even where somebody collected it before, for the sake of the days before it.
        var fresh = due.Where(day => !slots.ContainsKey(SlotCalendar.SlotOf(day)) && (day == due[^1] || !collected.Contains(day))).ToList();
        var again = fresh
            .SelectMany(day => Enumerable.Range(1, DaysLookedAtAgain).Select(back => day.AddDays(-back)))
            .Where(day => !fresh.Contains(day) && (IsDone(slots, SlotCalendar.SlotOf(day)) || collected.Contains(day)))
            .Distinct().Order().ToList();
        foreach (var day in fresh)
        {
            await RequestAsync(state.Job, SlotCalendar.SlotOf(day), [.. (day == fresh[0] ? again : []).Append(day).Select(Request)], cancellationToken);
        }

        foreach (var day in due.Where(day => slots.ContainsKey(SlotCalendar.SlotOf(day)) && !IsDone(slots, SlotCalendar.SlotOf(day)) && !collected.Contains(day)))
        {
            await RequestAgainAsync(Request(day), now, cancellationToken);
        }

        static RunRequest Request(DateOnly day) => DayCollection.Request(day, RunTrigger.Schedule);
    }

    private async Task BuildMonthsAsync(DateTime now, CancellationToken cancellationToken)
    {
        var state = await schedule.StateAsync(ScheduledJob.MonthlyBuild, cancellationToken);
        var due = calendar.DueMonths(state.Since, now).Where(month => calendar.DueAt(month) >= calendar.OldestTurn(now)).ToList();
        if (due.Count == 0)
        {
            return;
        }

        var slots = await store.SlotsAsync(state.Job, SlotCalendar.SlotOf(due[0]), cancellationToken);
        foreach (var month in due.Where(month => !IsDone(slots, SlotCalendar.SlotOf(month))))
        {
            var missing = await UnbuiltAsync(month, cancellationToken);
            var hasSlot = slots.ContainsKey(SlotCalendar.SlotOf(month));
            if (missing.Count == 0)
            {
                await store.MarkDoneAsync(state.Job, SlotCalendar.SlotOf(month), cancellationToken);
            }
            else if (state.PausedAt is null && await HasItsDaysAsync(month, now, cancellationToken))
            {
                if (!hasSlot)
                {
                    await RequestAsync(state.Job, SlotCalendar.SlotOf(month), [.. DatasetKinds.All.Select(Request)], cancellationToken);
                }
                else
                {
                    foreach (var kind in missing)
                    {
                        await RequestAgainAsync(Request(kind), now, cancellationToken);
                    }
                }
            }

            RunRequest Request(DatasetKind kind) => MonthBuild.Request(month, kind, RunTrigger.Schedule);
        }
    }

    private async Task RequestAsync(ScheduledJob job, string slot, IReadOnlyList<RunRequest> requests, CancellationToken cancellationToken)
    {
        var row = new ScheduleSlot { Job = job, Slot = slot, RequestedAt = time.GetUtcNow().UtcDateTime };
        if (await queue.TryRequestAsync(
            requests, row, context => context.ScheduleSlots.AnyAsync(item => item.Job == job && item.Slot == slot, cancellationToken), cancellationToken))
        {
            ScheduleLog.Requested(logger, job, slot, requests.Count);
        }
    }

    // What failed for good is tried again every night; what a person must decide isn't.
    private async Task RequestAgainAsync(RunRequest request, DateTime now, CancellationToken cancellationToken)
    {
        var last = (await runs.ListAsync(new(request.Kind, request.Target), 0, 1, cancellationToken)).Runs.SingleOrDefault();
        if (last is null || (!last.IsOpen && last.Status != RunStatus.Blocked && last.FinishedAt < calendar.LastNight(now)))
        {
            ScheduleLog.RequestedAgain(logger, request.Target);
            await queue.RequestAsync(request, cancellationToken);
        }
    }

    private List<DateOnly> DueDays(ScheduleState state, DateTime now)
    {
        var oldest = calendar.Oldest(now).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        return [.. calendar.DueDays(state.Since > oldest ? state.Since : oldest, now)];
    }

    // Those that are too far back to be caught up aren't waited for: the build collects them.
    private async Task<bool> HasItsDaysAsync(Month month, DateTime now, CancellationToken cancellationToken)
    {
        if (calendar.DueAt(month.LastDay) > now)
        {
            return false;
        }

        var days = DueDays(await schedule.StateAsync(ScheduledJob.DailyCollection, cancellationToken), now).Where(day => Month.Of(day) == month).ToList();
        var slots = await store.SlotsAsync(ScheduledJob.DailyCollection, SlotCalendar.SlotOf(month.FirstDay), cancellationToken);
        var open = days.Where(day => !IsDone(slots, SlotCalendar.SlotOf(day))).ToList();
        return (await CollectedAsync(open, cancellationToken)).Count == open.Count;
    }

    private async Task<IReadOnlyList<DateOnly>> CollectedAsync(IEnumerable<DateOnly> days, CancellationToken cancellationToken) =>
        [.. (await candidates.DaysAsync(days, cancellationToken)).Where(day => day.IsCollected).Select(day => day.Day)];

    /// <summary>The kinds of a month that aren't stable or were last built before its turn.</summary>
    private async Task<IReadOnlyList<DatasetKind>> UnbuiltAsync(Month month, CancellationToken cancellationToken)
    {
        List<DatasetKind> unbuilt = [];
        foreach (var item in await datasets.MonthsAsync(month, month, cancellationToken))
        {
            var isStable = item.Manifest?.Status == DatasetManifest.Stable;
            if (!isStable || (item.Manifest!.CreatedAt < calendar.DueAt(month) && !await WasBuiltAsync(month, item.Kind, cancellationToken)))
            {
                unbuilt.Add(item.Kind);
            }
        }

        return unbuilt;
    }

    // A build that changes nothing leaves no trace in the manifest.
    private async Task<bool> WasBuiltAsync(Month month, DatasetKind kind, CancellationToken cancellationToken)
    {
        var request = MonthBuild.Request(month, kind, RunTrigger.Schedule);
        var last = (await runs.ListAsync(new(request.Kind, request.Target, RunStatus.Succeeded), 0, 1, cancellationToken)).Runs.SingleOrDefault();
        return last?.StartedAt >= calendar.DueAt(month);
    }

    private static bool IsDone(IReadOnlyDictionary<string, ScheduleSlot> slots, string slot) => slots.TryGetValue(slot, out var row) && row.DoneAt is not null;
}
