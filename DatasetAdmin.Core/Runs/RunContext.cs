namespace DatasetAdmin.Core.Runs;

/// <summary>What a job gets from whoever executes its run.</summary>
/// <param name="Id">The run's id, also part of the names of the files it writes.</param>
/// <param name="Lease">The lock on the run's target, already held; checked before every write.</param>
public sealed record RunContext(Guid Id, RunProgress Progress, IRunLease Lease)
{
    /// <summary>The id as it stands in names and manifests: 32 hex digits.</summary>
    public string IdText => Id.ToString("n");
}

/// <summary>A held lock on a run's target. Disposing it gives it back.</summary>
public interface IRunLease : IAsyncDisposable
{
    /// <summary>Cancelled when the lock was lost.</summary>
    CancellationToken Lost { get; }

    /// <summary>Called before every write.</summary>
    /// <exception cref="RunLeaseLostException">The lock was lost: somebody else may hold it by now, so nothing may be written.</exception>
    void ThrowIfLost();

    /// <summary>Called before a commit: asks wherever the lock is kept whether it is still held.</summary>
    /// <exception cref="RunLeaseLostException">It isn't.</exception>
    Task VerifyAsync(CancellationToken cancellationToken)
    {
        ThrowIfLost();
        return Task.CompletedTask;
    }
}

/// <summary>A run lost its lock and stopped before its next write.</summary>
public sealed class RunLeaseLostException(string target, Exception? inner = null)
    : Exception($"The lock on {target} was lost, so this run stopped before its next write. Another process may have taken over.", inner);
