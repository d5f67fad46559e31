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

    /// <summary>Of a build: a person said that it may drop more than the configured share.</summary>
    public bool AllowDrops { get; set; }

    /// <summary>Whether it came through the queue, and so goes back there when its process stops or dies, or when a fault may pass.</summary>
    public bool IsQueued { get; init; }

    /// <summary>1-based; grows when the run is tried again after a fault or taken over after its process's death.</summary>
    public int Attempt { get; set; } = 1;

    /// <summary>How many of its attempts ended without their process saying how.</summary>
    public int Interruptions { get; set; }

    /// <summary>A requested run isn't begun before; null: at once.</summary>
    public DateTime? NotBefore { get; set; }

    /// <summary>
    /// Grows with each execution on the same target, null before the first. Whoever executes the run writes its state only while
    /// this is the number that it got.
    /// </summary>
    public long? Fence { get; set; }

    public required DateTime RequestedAt { get; init; }

    public DateTime? StartedAt { get; set; }

    public DateTime? FinishedAt { get; set; }

    /// <summary>When its process last wrote its progress; on PostgreSQL by the server's clock, which is the same for all processes.</summary>
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

    /// <summary>Who executes it, or did last: <c>host:pid</c>.</summary>
    public string? Process { get; set; }

    public DateTime? CancelRequestedAt { get; set; }

    /// <summary>The user who asked for its end; null also where that isn't known.</summary>
    public string? CancelRequestedBy { get; set; }

    /// <summary>Whether it hasn't ended: it is requested or running.</summary>
    public bool IsOpen => Status is RunStatus.Requested or RunStatus.Running;
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

    /// <summary>Images are added to gold or removed from it.</summary>
    ChangeGold,

    /// <summary>Gold's index is brought up to date with what lies there.</summary>
    IndexGold,
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
    /// <summary>Stands in the queue: not yet begun, or to be tried again.</summary>
    Requested,
    Running,
    Succeeded,

    /// <summary>It ended with a fault; see <see cref="Run.Error"/>.</summary>
    Failed,

    /// <summary>A person ended it, or the stop of the command that executed it.</summary>
    Cancelled,

    /// <summary>Its process died or its lock was lost; it can be repeated.</summary>
    Interrupted,

    /// <summary>It stopped by itself and waits for a person's decision.</summary>
    Blocked,
}
