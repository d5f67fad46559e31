namespace DatasetAdmin.Core.Scheduling;

/// <summary>What runs by the schedule.</summary>
public enum ScheduledJob
{
    /// <summary>Collects the day just ended; its slots are days, such as <c>2026-11-06</c>.</summary>
    DailyCollection,

    /// <summary>Builds both datasets of the month just ended; its slots are months, such as <c>2026-10</c>.</summary>
    MonthlyBuild,
}

/// <summary>A job's state, kept over restarts. Times are UTC.</summary>
public sealed class ScheduleState
{
    public required ScheduledJob Job { get; init; }

    /// <summary>From when on its slots are expected to be done: when the first day was collected, or the schedule first ran.</summary>
    public required DateTime Since { get; init; }

    /// <summary>Null where it isn't paused.</summary>
    public DateTime? PausedAt { get; set; }

    /// <summary>The user who paused it.</summary>
    public string? PausedBy { get; set; }
}

/// <summary>One turn of a job: the row that only one process can write, so that each turn's runs are requested once. Times are UTC.</summary>
public sealed class ScheduleSlot
{
    public required ScheduledJob Job { get; init; }

    /// <summary>The day or the month.</summary>
    public required string Slot { get; init; }

    /// <summary>When its runs were requested; null where it was found done already.</summary>
    public DateTime? RequestedAt { get; init; }

    /// <summary>When its manifests were first seen; null as long as they are missing.</summary>
    public DateTime? DoneAt { get; set; }
}

/// <summary>A slot whose time has come and whose manifests are missing.</summary>
/// <param name="Slot">The day or the month.</param>
/// <param name="DueAt">When it was to begin, UTC.</param>
/// <param name="IsGivenUp">It lies too far back to be caught up by itself: a person has to request it.</param>
public sealed record MissedSlot(ScheduledJob Job, string Slot, DateTime DueAt, bool IsGivenUp);

/// <summary>What the site and <c>status</c> show of a job. Times are UTC.</summary>
/// <param name="Schedule">Its cron expression.</param>
/// <param name="Next">When it next runs; null while it is paused or the schedule is off.</param>
/// <param name="Last">When its runs were last requested; null where they never were.</param>
/// <param name="LastSlot">The day or month that they were requested for.</param>
public sealed record JobStatus(ScheduledJob Job, string Schedule, DateTime? Next, DateTime? Last, string? LastSlot, DateTime? PausedAt, string? PausedBy)
{
    public bool IsPaused => PausedAt is not null;
}
