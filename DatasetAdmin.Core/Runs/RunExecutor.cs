using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace DatasetAdmin.Core.Runs;

/// <summary>Executes jobs: one per target across all processes, each with a row that says how it goes and how it ended.</summary>
public sealed class RunExecutor(
    RunStore store, RunTakeover takeover, RunRetry retry, RunFeed feed, RunMetrics metrics, IRunLocks locks, TimeProvider time, ILogger<RunExecutor> logger)
{
    private readonly ConcurrentDictionary<Guid, ActiveRun> _active = new();

    /// <summary>The runs that this process is executing at this moment, with their live progress.</summary>
    public IReadOnlyList<ActiveRun> Active => [.. _active.Values.OrderBy(run => run.StartedAt)];

    /// <summary>This process, as a run's row names it.</summary>
    internal static string ThisProcess { get; } = $"{Environment.MachineName}:{Environment.ProcessId}";

    /// <summary>
    /// Takes the target's lock, writes the run down, runs the job, and writes down how it ended. A requested run of the same kind
    /// and target becomes this one. What the job throws is in the outcome and in the log; it isn't thrown. A database that is away
    /// before the job began throws, and then nothing was run.
    /// </summary>
    /// <param name="job">Gets a token that is cancelled when <paramref name="cancellationToken"/> is, when a person cancels the run, or when the lock is lost.</param>
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

        await takeover.EndAbandonedAsync(request.Target, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();

        // A cancelled write may have happened all the same, and would leave a row that nobody ends.
        var run = await store.BeginAsync(request, ThisProcess, CancellationToken.None);
        return await ExecuteHeldAsync(run, request, lease, job, cancellationToken);
    }

    /// <summary>Executes a run of the queue, whose lock is given back at the end; see the other method.</summary>
    internal async Task<RunOutcome> ExecuteClaimedAsync(
        ClaimedRun claimed, Func<RunContext, CancellationToken, Task<RunEnd>> job, CancellationToken cancellationToken)
    {
        await using var lease = claimed.Lease;
        var run = claimed.Run;
        return await ExecuteHeldAsync(run, new(run.Kind, run.Target, run.Trigger, run.RequestedBy, run.AllowDrops), lease, job, cancellationToken);
    }

    private async Task<RunOutcome> ExecuteHeldAsync(
        Run run, RunRequest request, IRunLease heldLock, Func<RunContext, CancellationToken, Task<RunEnd>> job, CancellationToken cancellationToken)
    {
        using var scope = RunsLog.Scope(logger, run.Id);
        using var span = RunSpan.Start(run);
        RunsLog.Started(logger, run.Id, run.Kind, run.Target);
        var progress = new RunProgress(time) { StepBegan = span.Step };
        _active[run.Id] = new ActiveRun(run.Id, request, run.StartedAt ?? run.RequestedAt, progress);
        feed.Changed();
        await using var lease = new FencedLease(heldLock, run, store, time);
        using var cancelled = new CancellationTokenSource();
        try
        {
            var recorder = new RunRecorder(run, progress, lease, () => Cancel(cancelled, run), store, time, logger);
            using var ended = new CancellationTokenSource();
            var recording = Task.Run(() => recorder.RecordAsync(ended.Token), CancellationToken.None);

            var fault = await RunJobAsync(run, job, new RunContext(run.Id, progress, lease), cancelled.Token, cancellationToken);

            await ended.CancelAsync();
            await recording;
            retry.Apply(run, fault, progress);
            await recorder.FinishAsync(cancellationToken);
            metrics.Ended(run);
            return new RunOutcome(run, IsBusy: false, fault);
        }
        finally
        {
            _active.TryRemove(run.Id, out _);
            feed.Changed();
        }
    }

    /// <summary>Runs the job and sets how the run ended.</summary>
    private async Task<Exception?> RunJobAsync(
        Run run, Func<RunContext, CancellationToken, Task<RunEnd>> job, RunContext context, CancellationToken cancelled, CancellationToken cancellationToken)
    {
        // Not simply linked: what the job hangs on its token may throw, and that would reach whoever stops the program.
        using var stop = new CancellationTokenSource();
        using var onStop = cancellationToken.Register(() => Cancel(stop, run));
        using var onCancelled = cancelled.Register(() => Cancel(stop, run));
        using var onLost = context.Lease.Lost.Register(() => Cancel(stop, run));

        try
        {
            // On the pool, so that neither a job that blocks nor a caller with a context of its own holds the other up.
            var end = await Task.Run(() => job(context, stop.Token), CancellationToken.None);
            if (end.Status is not (RunStatus.Succeeded or RunStatus.Blocked or RunStatus.Failed))
            {
                throw new InvalidOperationException($"A job can't end as {end.Status}.");
            }

            (run.Status, run.Result, run.Error) = (end.Status, end.Summary, null);
            RunsLog.Ended(logger, run.Id, run.Kind, run.Target, run.Status, run.Result);
            return null;
        }
        catch (OperationCanceledException exception) when (stop.IsCancellationRequested && !context.Lease.Lost.IsCancellationRequested)
        {
            run.Status = RunStatus.Cancelled;
            run.Result = $"Cancelled{(cancelled.IsCancellationRequested && run.CancelRequestedBy is { } by ? $" by {by}" : "")} before it was done. It can be repeated.";
            RunsLog.Ended(logger, run.Id, run.Kind, run.Target, run.Status, run.Result);
            return exception;
        }
        catch (Exception exception) when (exception is RunLeaseLostException || context.Lease.Lost.IsCancellationRequested)
        {
            (run.Status, run.Result) = (RunStatus.Interrupted, "Its lock was lost, so it stopped before its next write. It can be repeated.");
            run.Error = RunFault.Describe(exception);
            RunsLog.LockLost(logger, exception, run.Id, run.Kind, run.Target);
            return exception as RunLeaseLostException ?? new RunLeaseLostException(run.Target, exception);
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
}
