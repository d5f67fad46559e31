using Microsoft.Extensions.Logging;

namespace DatasetAdmin.Core.Runs;

/// <summary>Writes one run's progress and events to the database while it runs. The database may be away meanwhile: nothing is lost and nobody waits.</summary>
internal sealed class RunRecorder(Run run, RunProgress progress, RunStore store, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    // A stopped container is killed after ten seconds.
    private static readonly TimeSpan s_patienceWhenStopping = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(5);

    private readonly List<RunEvent> _unwritten = [];
    private int _lastNumber;
    private bool _isAway;

    /// <summary>Writes about every second until the job ended. Never throws.</summary>
    public async Task RecordAsync(CancellationToken ended)
    {
        using var timer = new PeriodicTimer(s_interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                await TryWriteAsync(ended);
            }
        }
        catch (OperationCanceledException)
        {
            // The job ended; FinishAsync writes the rest.
        }
    }

    /// <summary>Writes the end, again and again for a minute, or for seconds when the program is being stopped. Never throws.</summary>
    public async Task FinishAsync(CancellationToken stopping)
    {
        var last = progress.Current;
        (run.Step, run.Done, run.Total, run.Counters) = (last.Step, last.Done, last.Total, last.Counters);
        run.FinishedAt = run.HeartbeatAt = time.GetUtcNow().UtcDateTime;

        using var giveUp = new CancellationTokenSource(s_patience, time);
        using var hurry = stopping.Register(() => giveUp.CancelAfter(s_patienceWhenStopping));
        for (var pause = TimeSpan.FromMilliseconds(200); ; pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause)
        {
            try
            {
                await WriteEventsAsync(giveUp.Token);
                await store.FinishAsync(run, giveUp.Token);
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

    private async Task TryWriteAsync(CancellationToken ended)
    {
        try
        {
            await WriteEventsAsync(ended);
            await store.RecordProgressAsync(run.Id, progress.Current, time.GetUtcNow().UtcDateTime, ended);
            if (_isAway)
            {
                _isAway = false;
                RunsLog.ProgressRecordedAgain(logger, run.Id, run.Kind, run.Target);
            }
        }
        catch (Exception exception) when (!ended.IsCancellationRequested)
        {
            NoteAway(exception);
        }
    }

    private async Task WriteEventsAsync(CancellationToken cancellationToken)
    {
        foreach (var item in progress.TakeEvents())
        {
            _unwritten.Add(new RunEvent { RunId = run.Id, Number = ++_lastNumber, At = item.At, Level = item.Level, Message = item.Message });
        }

        if (_unwritten.Count > 0)
        {
            await store.AppendEventsAsync(run.Id, _unwritten, cancellationToken);
            _unwritten.Clear();
        }
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
