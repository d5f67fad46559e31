using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Runs;

/// <summary>Works the queue off in a web process, several runs at once, and takes over what others left behind.</summary>
public sealed class RunWorker(
    RunQueue queue, RunExecutor executor, RunTakeover takeover, IEnumerable<IRunJob> jobs, IOptions<RunsOptions> options, TimeProvider time, ILogger<RunWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_sweepInterval = TimeSpan.FromSeconds(5);

    private readonly Dictionary<RunKind, IRunJob> _jobs = jobs.ToDictionary(job => job.Kind);
    private bool _isAway;

    /// <summary>Takes the next run and executes it to its end; false where none could be taken.</summary>
    internal async Task<bool> TryExecuteNextAsync(CancellationToken cancellationToken)
    {
        if (await queue.TryClaimAsync(_jobs.Keys, cancellationToken) is not { } claimed)
        {
            return false;
        }

        await ExecuteAsync(claimed, cancellationToken);
        return true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Concurrency == 0)
        {
            return;
        }

        // So that the site is there at once.
        await Task.Yield();
        var running = new HashSet<Task>();
        long? swept = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            var requested = queue.Requested;
            try
            {
                if (swept is null || time.GetElapsedTime(swept.Value) >= s_sweepInterval)
                {
                    await takeover.SweepSilentAsync(swept is null ? TimeSpan.Zero : s_sweepInterval, stoppingToken);
                    swept = time.GetTimestamp();
                }

                while (running.Count < options.Value.Concurrency && await queue.TryClaimAsync(_jobs.Keys, stoppingToken) is { } claimed)
                {
                    running.Add(ExecuteAsync(claimed, stoppingToken));
                }

                NoteBack();
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                NoteAway(exception);
            }

            using var pause = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            await Task.WhenAny([.. running, requested, Task.Delay(s_interval, time, pause.Token)]);
            await pause.CancelAsync();
            running.RemoveWhere(task => task.IsCompleted);
        }

        await Task.WhenAll(running);
    }

    private async Task ExecuteAsync(ClaimedRun claimed, CancellationToken cancellationToken)
    {
        var run = claimed.Run;
        try
        {
            await executor.ExecuteClaimedAsync(claimed, (context, token) => _jobs[run.Kind].RunAsync(run, context, token), cancellationToken);
        }
        catch (Exception exception)
        {
            // What is left running without a lock is found by the next sweep.
            RunsLog.NotExecuted(logger, exception, run.Id, run.Kind, run.Target);
        }
    }

    // Once per absence.
    private void NoteAway(Exception exception)
    {
        if (!_isAway)
        {
            _isAway = true;
            RunsLog.QueueAway(logger, exception);
        }
    }

    private void NoteBack()
    {
        if (_isAway)
        {
            _isAway = false;
            RunsLog.QueueBack(logger);
        }
    }
}
