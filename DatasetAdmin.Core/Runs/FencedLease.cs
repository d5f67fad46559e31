namespace DatasetAdmin.Core.Runs;

/// <summary>The lock on a run's target together with the run's fence: both must be the process's own while it writes.</summary>
internal sealed class FencedLease(IRunLease inner, Run run, RunStore store, TimeProvider time) : IRunLease
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _lost = CancellationTokenSource.CreateLinkedTokenSource(inner.Lost);

    public CancellationToken Lost => _lost.Token;

    /// <summary>Called when the run turned out to be another's, or when this process couldn't say for too long that it lives.</summary>
    public void Lose() => _lost.Cancel();

    public void ThrowIfLost()
    {
        inner.ThrowIfLost();
        if (_lost.IsCancellationRequested)
        {
            throw new RunLeaseLostException(run.Target);
        }
    }

    public async Task VerifyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ThrowIfLost();
            try
            {
                if (await store.IsOwnAsync(run, cancellationToken))
                {
                    return;
                }

                Lose();
            }
            catch (Exception exception) when (RunFault.MayPass(exception))
            {
                // A database that is away for too long ends the lease.
                await Task.Delay(s_pause, time, cancellationToken);
            }
        }
    }

    /// <summary>The lock itself is given back by who took it.</summary>
    public ValueTask DisposeAsync()
    {
        _lost.Dispose();
        return ValueTask.CompletedTask;
    }
}
