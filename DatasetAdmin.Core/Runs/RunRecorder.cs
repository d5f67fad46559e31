using Microsoft.Extensions.Logging;

namespace DatasetAdmin.Core.Runs;

/// <summary>
/// Writes one run's progress and events to the database while it runs, and hears from there whether it is to end. The database may be
/// away meanwhile: nothing is lost and nobody waits, but a process that can't say for too long that it lives ends its run.
/// </summary>
/// <param name="cancel">Called once a person has asked for the run's end.</param>
internal sealed class RunRecorder(Run run, RunProgress progress, FencedLease lease, Action cancel, RunStore store, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    // Shorter than the lease, so that a run has stopped before another process may go on with it.
    private static readonly TimeSpan s_longestSilence = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    // A stopped container is killed after ten seconds.
    private static readonly TimeSpan s_patienceWhenStopping = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(5);

    private readonly List<RunEvent> _unwritten = [];
    private int? _lastNumber;
    private bool _isAway;

    /// <summary>Writes about every second until the job ended. Never throws.</summary>
    public async Task RecordAsync(CancellationToken ended)
    {
        using var timer = new PeriodicTimer(s_interval, time);
        var alive = time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                var begun = time.GetTimestamp();
                if (await TryWriteAsync(ended))
                {
                    alive = begun;
                }
                else if (time.GetElapsedTime(alive) > s_longestSilence)
                {
                    EndLease();
                }
            }
        }
        catch (Exception) when (ended.IsCancellationRequested)
        {
            // The job ended, whatever the write that was under way met; FinishAsync writes the rest.
        }
    }

    /// <summary>Writes the end, or that the run stands in the queue again, again and again for a minute, or for seconds when the program is being stopped. Never throws.</summary>
    public async Task FinishAsync(CancellationToken stopping)
    {
        var last = progress.Current;
        (run.Step, run.Done, run.Total, run.Counters) = (last.Step, last.Done, last.Total, last.Counters);
        var now = time.GetUtcNow().UtcDateTime;
        run.FinishedAt = run.HeartbeatAt = run.IsOpen ? null : now;

        using var giveUp = new CancellationTokenSource(s_patience, time);
        using var hurry = stopping.Register(() => giveUp.CancelAfter(s_patienceWhenStopping));
        for (var pause = TimeSpan.FromMilliseconds(200); ; pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause)
        {
            try
            {
                await store.FinishAsync(run, await UnwrittenAsync(giveUp.Token), giveUp.Token);
                return;
            }
            catch (Exception exception)
            {
                if (giveUp.IsCancellationRequested)
                {
                    RunsLog.EndNotRecorded(logger, exception, run.Id, run.Kind, run.Target, run.Status);
                    return;
                }

                NoteAway(exception);
            }

            await Task.Delay(pause, time, giveUp.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> TryWriteAsync(CancellationToken ended)
    {
        try
        {
            // The progress first: whoever sees how far it is sees what it noted before that.
            var current = progress.Current;
            var events = await UnwrittenAsync(ended);
            switch (await store.RecordProgressAsync(run, current, events, ended))
            {
                case RunHeartbeat.Lost:
                    EndLease();
                    return true;
                case RunHeartbeat.CancelRequested:
                    cancel();
                    break;
            }

            _unwritten.Clear();
            if (_isAway)
            {
                _isAway = false;
                RunsLog.ProgressRecordedAgain(logger, run.Id, run.Kind, run.Target);
            }

            return true;
        }
        catch (Exception exception) when (!ended.IsCancellationRequested)
        {
            NoteAway(exception);
            return false;
        }
    }

    private void EndLease()
    {
        if (!lease.Lost.IsCancellationRequested)
        {
            RunsLog.LeaseEnded(logger, run.Id, run.Kind, run.Target);
            lease.Lose();
        }
    }

    /// <summary>The events that aren't written yet, with their numbers in the run's log.</summary>
    private async Task<IReadOnlyCollection<RunEvent>> UnwrittenAsync(CancellationToken cancellationToken)
    {
        // A run that goes on has a log already.
        var number = _lastNumber ??= await store.LastEventAsync(run.Id, cancellationToken);
        foreach (var item in progress.TakeEvents())
        {
            _unwritten.Add(new RunEvent { RunId = run.Id, Number = ++number, At = item.At, Level = item.Level, Message = item.Message });
        }

        _lastNumber = number;
        return _unwritten;
    }

    // Once per absence: the log needn't say it every second.
    private void NoteAway(Exception exception)
    {
        if (!_isAway)
        {
            _isAway = true;
            RunsLog.ProgressNotRecorded(logger, exception, run.Id, run.Kind, run.Target);
        }
    }
}
