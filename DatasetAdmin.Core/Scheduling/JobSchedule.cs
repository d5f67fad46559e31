using DatasetAdmin.Core.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Scheduling;

/// <summary>The schedule as people see it: when a job ran last and runs next, and whether it is paused.</summary>
public sealed class JobSchedule(
    ScheduleStore store, SlotCalendar calendar, Buckets buckets, IOptions<ScheduleOptions> options, TimeProvider time, ILogger<JobSchedule> logger)
{
    public static IReadOnlyList<ScheduledJob> Jobs { get; } = Enum.GetValues<ScheduledJob>();

    /// <summary>All of the schedule, a row for each job.</summary>
    public async Task<IReadOnlyList<JobStatus>> StatusAsync(CancellationToken cancellationToken)
    {
        List<JobStatus> jobs = [];
        foreach (var job in Jobs)
        {
            var state = await store.StateOrNullAsync(job, cancellationToken);
            var last = await store.LastOrNullAsync(job, cancellationToken);
            jobs.Add(new(
                job,
                options.Value.Of(job),
                options.Value.Enabled && state?.PausedAt is null ? calendar.Next(job, time.GetUtcNow().UtcDateTime) : null,
                last?.RequestedAt,
                last?.Slot,
                state?.PausedAt,
                state?.PausedBy));
        }

        return jobs;
    }

    /// <summary>When a job next runs, UTC; null while it is paused or the schedule is off.</summary>
    public async Task<DateTime?> NextAsync(ScheduledJob job, CancellationToken cancellationToken) =>
        (await StatusAsync(cancellationToken)).Single(status => status.Job == job).Next;

    /// <summary>When a job's runs were last requested, UTC; null where they never were.</summary>
    public async Task<DateTime?> LastAsync(ScheduledJob job, CancellationToken cancellationToken) =>
        (await store.LastOrNullAsync(job, cancellationToken))?.RequestedAt;

    /// <summary>Lets a job's turns pass, in every process and over restarts, until it is resumed. Runs that were requested go on.</summary>
    public async Task PauseAsync(ScheduledJob job, string? by, CancellationToken cancellationToken)
    {
        await StateAsync(job, cancellationToken);
        await store.SetPausedAsync(job, time.GetUtcNow().UtcDateTime, by, cancellationToken);
        ScheduleLog.Paused(logger, job, by);
    }

    /// <summary>Ends a pause. The turns that have passed meanwhile are caught up within a minute.</summary>
    public async Task ResumeAsync(ScheduledJob job, string? by, CancellationToken cancellationToken)
    {
        await StateAsync(job, cancellationToken);
        await store.SetPausedAsync(job, null, null, cancellationToken);
        ScheduleLog.Resumed(logger, job, by);
    }

    /// <summary>A job's state, which begins when it is first asked for.</summary>
    internal async Task<ScheduleState> StateAsync(ScheduledJob job, CancellationToken cancellationToken)
    {
        if (await store.StateOrNullAsync(job, cancellationToken) is { } state)
        {
            return state;
        }

        // Where days are there already, an earlier system's or of a database that was lost, what is missing between them is missed.
        await store.EnsureStateAsync(job, await FirstDayOrNullAsync(cancellationToken) ?? time.GetUtcNow().UtcDateTime, cancellationToken);
        return (await store.StateOrNullAsync(job, cancellationToken))!;
    }

    private async Task<DateTime?> FirstDayOrNullAsync(CancellationToken cancellationToken)
    {
        await foreach (var item in buckets.Artifacts.ListAsync(ObjectKeys.Candidates, null, cancellationToken))
        {
            if (ObjectKeys.DayOfOrNull(item.Key) is { } day)
            {
                return day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
            }
        }

        return null;
    }
}
