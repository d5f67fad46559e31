using Microsoft.Extensions.Logging;

namespace DatasetAdmin.Core.Runs;

internal static partial class RunsLog
{
    private static readonly Func<ILogger, Guid, IDisposable?> s_scope = LoggerMessage.DefineScope<Guid>("Run {RunId}");

    /// <summary>Everything that is logged until it is disposed carries the run's id, whoever logs it.</summary>
    public static IDisposable? Scope(ILogger logger, Guid runId) => s_scope(logger, runId);

    [LoggerMessage(LogLevel.Information, "Run {RunId} started: {Kind} {Target}")]
    public static partial void Started(ILogger logger, Guid runId, RunKind kind, string target);

    [LoggerMessage(LogLevel.Information, "Run {RunId} ended: {Kind} {Target} {Status}: {Result}")]
    public static partial void Ended(ILogger logger, Guid runId, RunKind kind, string target, RunStatus status, string result);

    [LoggerMessage(LogLevel.Error, "Run {RunId} failed: {Kind} {Target}")]
    public static partial void Failed(ILogger logger, Exception exception, Guid runId, RunKind kind, string target);

    [LoggerMessage(LogLevel.Error, "Run {RunId} lost its lock and stopped: {Kind} {Target}")]
    public static partial void LockLost(ILogger logger, Exception exception, Guid runId, RunKind kind, string target);

    [LoggerMessage(LogLevel.Information, "Not run, because another run holds the lock: {Kind} {Target}")]
    public static partial void Busy(ILogger logger, RunKind kind, string target);

    [LoggerMessage(LogLevel.Warning, "Run {RunId} was found interrupted: {Kind} {Target}, last executed by {Process}")]
    public static partial void FoundInterrupted(ILogger logger, Guid runId, RunKind kind, string target, string? process);

    [LoggerMessage(LogLevel.Warning, "The lock of run {RunId} was taken from {Process}, which hasn't written for a minute: {Kind} {Target}")]
    public static partial void LockBroken(ILogger logger, Guid runId, RunKind kind, string target, string? process);

    [LoggerMessage(LogLevel.Information, "Run {RunId} was requested: {Kind} {Target}, {Trigger} {RequestedBy}")]
    public static partial void Requested(ILogger logger, Guid runId, RunKind kind, string target, RunTrigger trigger, string? requestedBy);

    [LoggerMessage(LogLevel.Information, "The end of run {RunId} was requested by {RequestedBy}")]
    public static partial void CancelRequested(ILogger logger, Guid runId, string? requestedBy);

    [LoggerMessage(LogLevel.Warning, "Run {RunId} is another process's by now, or wrote nothing for too long, and is stopped: {Kind} {Target}")]
    public static partial void LeaseEnded(ILogger logger, Guid runId, RunKind kind, string target);

    [LoggerMessage(LogLevel.Warning, "The queue of runs can't be read; it is tried again")]
    public static partial void QueueAway(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Information, "The queue of runs is read again")]
    public static partial void QueueBack(ILogger logger);

    [LoggerMessage(LogLevel.Error, "Run {RunId} couldn't be executed: {Kind} {Target}")]
    public static partial void NotExecuted(ILogger logger, Exception exception, Guid runId, RunKind kind, string target);

    [LoggerMessage(LogLevel.Warning, "Somebody who watches the runs failed")]
    public static partial void WatcherFailed(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Warning, "The progress of run {RunId} can't be written down; the run goes on and this is retried: {Kind} {Target}")]
    public static partial void ProgressNotRecorded(ILogger logger, Exception exception, Guid runId, RunKind kind, string target);

    [LoggerMessage(LogLevel.Information, "The progress of run {RunId} is written down again: {Kind} {Target}")]
    public static partial void ProgressRecordedAgain(ILogger logger, Guid runId, RunKind kind, string target);

    [LoggerMessage(LogLevel.Error, "The end of run {RunId} couldn't be written down, {Status}; the next start will find it interrupted: {Kind} {Target}")]
    public static partial void EndNotRecorded(ILogger logger, Exception exception, Guid runId, RunKind kind, string target, RunStatus status);

    [LoggerMessage(LogLevel.Error, "What a job does when it is cancelled failed in run {RunId}: {Kind} {Target}")]
    public static partial void CancellationHandlerFailed(ILogger logger, Exception exception, Guid runId, RunKind kind, string target);

    [LoggerMessage(LogLevel.Warning, "The lock on {Target} couldn't be given back in order; its connection is closed, which gives it back")]
    public static partial void LockNotReleased(ILogger logger, Exception exception, string target);
}
