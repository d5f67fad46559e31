using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace DatasetAdmin.Core.Runs;

/// <summary>Executes jobs: one per target across all processes, each with a row that says how it goes and how it ended.</summary>
public sealed class RunExecutor(RunStore store, IRunLocks locks, TimeProvider time, ILogger<RunExecutor> logger)
{
    private static readonly string s_process = $"{Environment.MachineName}:{Environment.ProcessId}";

    private readonly ConcurrentDictionary<Guid, ActiveRun> _active = new();

    /// <summary>The runs that this process is executing at this moment, with their live progress.</summary>
    public IReadOnlyList<ActiveRun> Active => [.. _active.Values.OrderBy(run => run.StartedAt)];

    /// <summary>
    /// Takes the target's lock, writes the run down, runs the job, and writes down how it ended. What the job throws is in the
    /// outcome and in the log; it isn't thrown. A database that is away before the job began throws, and then nothing was run.
    /// </summary>
    /// <param name="job">Gets a token that is cancelled when <paramref name="cancellationToken"/> is or when the lock is lost.</param>
    /// <exception cref="OperationCanceledException">Cancelled before the job began; afterwards that is the outcome.</exception>
    public async Task<RunOutcome> ExecuteAsync(
        RunRequest request, Func<RunContext, CancellationToken, Task<RunEnd>> job, CancellationToken cancellationToken)
    {
        await using var lease = await locks.TryAcquireAsync(request.Target, cancellationToken);
        if (lease is null)
        {
            RunsLog.Busy(logger, request.Kind, request.Target);
            return new RunOutcome(await store.FindOpenOrNullAsync(request.Target, cancellationToken), IsBusy: true);
        }

        await store.EndAbandonedAsync(request.Target, cancellationToken);
        var run = NewRun(request);
        cancellationToken.ThrowIfCancellationRequested();

        // A cancelled insert may have happened all the same, and would leave a row that nobody ends.
        await store.CreateAsync(run, CancellationToken.None);
        RunsLog.Started(logger, run.Id, run.Kind, run.Target);

        var progress = new RunProgress(time);
        _active[run.Id] = new ActiveRun(run.Id, request, run.RequestedAt, progress);
        try
        {
            var recorder = new RunRecorder(run, progress, store, time, logger);
            using var ended = new CancellationTokenSource();
            var recording = Task.Run(() => recorder.RecordAsync(ended.Token), CancellationToken.None);

            var fault = await RunJobAsync(run, job, new RunContext(run.Id, progress, lease), cancellationToken);

            await ended.CancelAsync();
            await recording;
            await recorder.FinishAsync(cancellationToken);
            return new RunOutcome(run, IsBusy: false, fault);
        }
        finally
        {
            _active.TryRemove(run.Id, out _);
        }
    }

    /// <summary>Runs the job and sets how the run ended.</summary>
    private async Task<Exception?> RunJobAsync(
        Run run, Func<RunContext, CancellationToken, Task<RunEnd>> job, RunContext context, CancellationToken cancellationToken)
    {
        // Not simply linked: what the job hangs on its token may throw, and that would reach whoever stops the program.
        using var stop = new CancellationTokenSource();
        using var onCancelled = cancellationToken.Register(() => Cancel(stop, run));
        using var onLost = context.Lease.Lost.Register(() => Cancel(stop, run));

        try
        {
            // On the pool, so that neither a job that blocks nor a caller with a context of its own holds the other up.
            var end = await Task.Run(() => job(context, stop.Token), CancellationToken.None);
            if (end.Status is not (RunStatus.Succeeded or RunStatus.Blocked or RunStatus.Failed))
            {
                throw new InvalidOperationException($"A job can't end as {end.Status}.");
            }

            (run.Status, run.Result) = (end.Status, end.Summary);
            RunsLog.Ended(logger, run.Id, run.Kind, run.Target, run.Status, run.Result);
            return null;
        }
        catch (OperationCanceledException exception) when (cancellationToken.IsCancellationRequested && !context.Lease.Lost.IsCancellationRequested)
        {
            (run.Status, run.Result) = (RunStatus.Cancelled, "Cancelled before it was done. It can be repeated.");
            RunsLog.Ended(logger, run.Id, run.Kind, run.Target, run.Status, run.Result);
            return exception;
        }
        catch (Exception exception) when (exception is RunLeaseLostException || context.Lease.Lost.IsCancellationRequested)
        {
            (run.Status, run.Result) = (RunStatus.Interrupted, "Its lock was lost, so it stopped before its next write. It can be repeated.");
            run.Error = RunFault.Describe(exception);
            RunsLog.LockLost(logger, exception, run.Id, run.Kind, run.Target);
            return exception;
        }
        catch (Exception exception)
        {
            (run.Status, run.Result) = (RunStatus.Failed, "It failed. It can be repeated.");
            run.Error = RunFault.Describe(exception);
            RunsLog.Failed(logger, exception, run.Id, run.Kind, run.Target);
            return exception;
        }
    }

    private void Cancel(CancellationTokenSource stop, Run run)
    {
        try
        {
            stop.Cancel();
        }
        catch (AggregateException exception)
        {
            RunsLog.CancellationHandlerFailed(logger, exception, run.Id, run.Kind, run.Target);
        }
    }

    private Run NewRun(RunRequest request)
    {
        var now = time.GetUtcNow();
        return new Run
        {
            Id = Guid.CreateVersion7(now),
            Kind = request.Kind,
            Target = request.Target,
            Trigger = request.Trigger,
            RequestedBy = request.RequestedBy,
            RequestedAt = now.UtcDateTime,
            StartedAt = now.UtcDateTime,
            HeartbeatAt = now.UtcDateTime,
            Status = RunStatus.Running,
            Process = s_process,
        };
    }
}
