namespace DatasetAdmin.Core.Runs;

/// <summary>One holder per target, across every process on the same database or data folder. A holder's death gives its lock back.</summary>
public interface IRunLocks
{
    /// <summary>Takes the target's lock, or gives null when somebody holds it. Never waits for its holder.</summary>
    Task<IRunLease?> TryAcquireAsync(string target, CancellationToken cancellationToken);

    /// <summary>Takes the target's lock from a holder that is known to hang, as far as that is possible; false where it isn't.</summary>
    Task<bool> TryBreakAsync(string target, CancellationToken cancellationToken);
}
