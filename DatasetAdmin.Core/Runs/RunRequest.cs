namespace DatasetAdmin.Core.Runs;

/// <summary>What is to be run, and who asked for it.</summary>
/// <param name="Target">What the run is about and what it locks, such as <c>2026-11-06</c> or <c>verified/2026-10</c>.</param>
/// <param name="AllowDrops">Of a build: a person said that it may drop more than the configured share.</param>
public sealed record RunRequest(RunKind Kind, string Target, RunTrigger Trigger, string? RequestedBy = null, bool AllowDrops = false);

/// <summary>What became of a request to the queue.</summary>
/// <param name="Run">The run that was written down, or the open one of the same kind and target.</param>
/// <param name="Joined">An open run was joined: nothing was written down.</param>
public sealed record RunRequested(Run Run, bool Joined);

/// <summary>How a job says that it ended. A fault is thrown instead.</summary>
/// <param name="Status">How it ended: <see cref="RunStatus.Succeeded"/>, <see cref="RunStatus.Blocked"/>, or <see cref="RunStatus.Failed"/>.</param>
/// <param name="Summary">A short sentence for people.</param>
public sealed record RunEnd(RunStatus Status, string Summary)
{
    public static RunEnd Succeeded(string summary) => new(RunStatus.Succeeded, summary);

    /// <summary>The job stopped by itself and waits for a person's decision.</summary>
    public static RunEnd Blocked(string summary) => new(RunStatus.Blocked, summary);
}

/// <summary>What became of a request.</summary>
/// <param name="Run">
/// The ended run, or a queued one that stands in the queue again; or, if the target was busy, the run that holds it, where that is known.
/// </param>
/// <param name="IsBusy">Another run holds the target: nothing was run and nothing was written down.</param>
/// <param name="Fault">What the job threw, where it threw.</param>
public sealed record RunOutcome(Run? Run, bool IsBusy, Exception? Fault = null);

/// <summary>A run of this process that hasn't ended yet.</summary>
public sealed record ActiveRun(Guid Id, RunRequest Request, DateTime StartedAt, RunProgress Progress);

/// <summary>Which runs are listed; what is null doesn't matter.</summary>
public sealed record RunFilter(RunKind? Kind = null, string? Target = null, RunStatus? Status = null);

/// <summary>One page of a list of runs.</summary>
/// <param name="Total">How many runs the whole list has.</param>
public sealed record RunPage(IReadOnlyList<Run> Runs, int Total);
