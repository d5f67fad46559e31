namespace DatasetAdmin.Core.Runs;

/// <summary>One execution of a job, from request to end. Times are UTC.</summary>
public sealed class Run
{
    /// <summary>A version 7 GUID, so that ids sort by time.</summary>
    public required Guid Id { get; init; }

    public required RunKind Kind { get; init; }

    /// <summary>What the run is about and what it locks, such as <c>2026-11-06</c> or <c>verified/2026-10</c>.</summary>
    public required string Target { get; init; }

    public required RunTrigger Trigger { get; init; }

    /// <summary>The user who asked for it, where a person did.</summary>
    public string? RequestedBy { get; init; }

    public required DateTime RequestedAt { get; init; }

    public DateTime? StartedAt { get; set; }

    public DateTime? FinishedAt { get; set; }

    /// <summary>When its process last wrote its progress.</summary>
    public DateTime? HeartbeatAt { get; set; }

    public RunStatus Status { get; set; } = RunStatus.Requested;

    public string Step { get; set; } = "";

    public long Done { get; set; }

    /// <summary>Null where it isn't known.</summary>
    public long? Total { get; set; }

    public IReadOnlyDictionary<string, long> Counters { get; set; } = new Dictionary<string, long>();

    /// <summary>How it ended, in a short sentence for people.</summary>
    public string? Result { get; set; }

    /// <summary>The fault's type and message; its stack is in the log only.</summary>
    public string? Error { get; set; }

    /// <summary>Who executes it: <c>host:pid</c>.</summary>
    public string? Process { get; set; }
}

/// <summary>One line of a run's log.</summary>
public sealed class RunEvent
{
    public required Guid RunId { get; init; }

    /// <summary>1-based, in the order of the events.</summary>
    public required int Number { get; init; }

    public required DateTime At { get; init; }

    public required RunEventLevel Level { get; init; }

    public required string Message { get; init; }
}

public enum RunKind
{
    CollectDay,
    BuildDataset,
    Check,
}

public enum RunTrigger
{
    CommandLine,
    Schedule,
    Site,
    Api,
    Sample,
    Start,
}

public enum RunStatus
{
    /// <summary>Written down, not yet begun.</summary>
    Requested,
    Running,
    Succeeded,

    /// <summary>It ended with a fault; see <see cref="Run.Error"/>.</summary>
    Failed,

    /// <summary>A person or the program's stop ended it.</summary>
    Cancelled,

    /// <summary>Its process died or its lock was lost; it can be repeated.</summary>
    Interrupted,

    /// <summary>It stopped by itself and waits for a person's decision.</summary>
    Blocked,
}
