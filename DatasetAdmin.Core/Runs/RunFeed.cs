using DatasetAdmin.Core.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace DatasetAdmin.Core.Runs;

/// <summary>
/// Tells the components of every process's site that runs have changed. While somebody is subscribed, a cheap query once a second
/// finds what other processes did, on either database; what this process did is told at once.
/// </summary>
public sealed class RunFeed(IDbContextFactory<AdminDbContext> contexts, TimeProvider time, ILogger<RunFeed> logger) : IDisposable, IAsyncDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly List<Subscription> _subscriptions = [];
    private readonly SemaphoreSlim _changed = new(0, 1);
    private CancellationTokenSource? _watching;
    private Task _watches = Task.CompletedTask;

    /// <summary>
    /// Calls <paramref name="changed"/> on a pool thread whenever some run's row changed, whichever process changed it: at most four
    /// times a second, and never while its last call is under way. Dispose to stop.
    /// </summary>
    public IDisposable Subscribe(Func<Task> changed)
    {
        var subscription = new Subscription(this, changed);
        lock (_gate)
        {
            _subscriptions.Add(subscription);
            if (_watching is null)
            {
                _watching = new CancellationTokenSource();
                var token = _watching.Token;
                var watch = Task.Run(() => WatchAsync(token), CancellationToken.None);
                _watches = _watches.IsCompleted ? watch : Task.WhenAll(_watches, watch);
            }
        }

        return subscription;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _subscriptions.Clear();
            StopWatching();
        }
    }

    /// <summary>As <see cref="Dispose"/>, and waits until nothing is asked of the database any more.</summary>
    public async ValueTask DisposeAsync()
    {
        Dispose();
        await _watches;
    }

    /// <summary>Called after this process has changed a run.</summary>
    internal void Changed()
    {
        try
        {
            _changed.Release();
        }
        catch (SemaphoreFullException)
        {
            // Told already.
        }
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        string? last = null;
        try
        {
            while (true)
            {
                var isOurs = await WaitAsync(cancellationToken);
                var stamp = await StampOrNullAsync(cancellationToken);

                // The first look counts as a change: what happened since the subscriber last looked isn't known.
                if (isOurs || (stamp is not null && stamp != last))
                {
                    Tell();
                    await Task.Delay(s_pause, time, cancellationToken);
                }

                last = stamp ?? last;
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody watches any more.
        }
    }

    /// <summary>Waits for a change of this process, or for an interval's end.</summary>
    private async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        using var interval = new CancellationTokenSource(s_interval, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(interval.Token, cancellationToken);
        try
        {
            await _changed.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    // Whatever changes a run changes an open run, or makes the newest one.
    private async Task<string?> StampOrNullAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            var open = await RunStore.Open(context)
                .OrderBy(run => run.Id)
                .Select(run => new { run.Id, run.Status, run.HeartbeatAt, run.NotBefore, run.CancelRequestedAt, run.AllowDrops })
                .ToListAsync(cancellationToken);
            var newest = await context.Runs.OrderByDescending(run => run.RequestedAt).Select(run => new { run.Id, run.Status }).FirstOrDefaultAsync(cancellationToken);
            return $"{newest} {string.Join(' ', open)}";
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The pages that watch say themselves that the database is away.
            RunsLog.WatcherFailed(logger, exception);
            return null;
        }
    }

    private void Tell()
    {
        Subscription[] all;
        lock (_gate)
        {
            all = [.. _subscriptions];
        }

        foreach (var subscription in all)
        {
            subscription.Tell(logger);
        }
    }

    private void Remove(Subscription subscription)
    {
        lock (_gate)
        {
            _subscriptions.Remove(subscription);
            if (_subscriptions.Count == 0)
            {
                StopWatching();
            }
        }
    }

    private void StopWatching()
    {
        _watching?.Cancel();
        _watching = null;
    }

    private sealed class Subscription(RunFeed feed, Func<Task> changed) : IDisposable
    {
        private int _state;

        public void Dispose() => feed.Remove(this);

        /// <summary>Calls, or calls once more after the call that is under way.</summary>
        public void Tell(ILogger logger)
        {
            if (Interlocked.Increment(ref _state) == 1)
            {
                _ = Task.Run(() => CallAsync(logger));
            }
        }

        private async Task CallAsync(ILogger logger)
        {
            int seen;
            do
            {
                seen = Volatile.Read(ref _state);
                try
                {
                    await changed();
                }
                catch (Exception exception)
                {
                    RunsLog.WatcherFailed(logger, exception);
                }
            }
            while (Interlocked.Add(ref _state, -seen) > 0);
        }
    }
}
