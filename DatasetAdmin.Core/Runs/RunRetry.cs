using System.Globalization;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Runs;

/// <summary>Decides whether a queued run that ended without success stands in the queue again.</summary>
public sealed class RunRetry(IOptions<RunsOptions> options, TimeProvider time)
{
    private static readonly TimeSpan s_afterLostLock = TimeSpan.FromSeconds(2);

    /// <summary>Puts the run back, where it is a queued one and another attempt may help; says so in its log.</summary>
    /// <param name="run">With its status of this attempt.</param>
    /// <param name="fault">What its job threw.</param>
    internal void Apply(Run run, Exception? fault, RunProgress progress)
    {
        if (!run.IsQueued || run.CancelRequestedAt is not null)
        {
            return;
        }

        var now = time.GetUtcNow().UtcDateTime;
        var failed = run.Attempt - run.Interruptions;
        switch (run.Status)
        {
            case RunStatus.Cancelled:
                run.Result = "Its process was stopped. It goes on as soon as a process is free.";
                progress.Note(RunEventLevel.Information, run.Result);
                break;
            case RunStatus.Interrupted when ++run.Interruptions < RunTakeover.MostInterruptions:
                run.Attempt++;
                run.NotBefore = now + s_afterLostLock;
                run.Result = $"Attempt {run.Attempt - 1} lost its lock. It goes on as soon as a process is free.";
                progress.Note(RunEventLevel.Warning, run.Result);
                break;
            case RunStatus.Failed when fault is not null && RunFault.MayPass(fault) && failed <= options.Value.Pauses.Count:
                run.Attempt++;
                run.NotBefore = now + Jittered(options.Value.Pauses[failed - 1]);
                run.Result = string.Create(CultureInfo.InvariantCulture, $"Attempt {run.Attempt - 1} failed. It is tried again after {run.NotBefore:yyyy-MM-dd HH:mm:ss} UTC.");
                progress.Note(RunEventLevel.Warning, $"{run.Result} {run.Error}");
                break;
            default:
                return;
        }

        (run.Status, run.StartedAt) = (RunStatus.Requested, null);
    }

    // What failed together needn't come back together.
    private static TimeSpan Jittered(TimeSpan pause) => pause * (1 + (0.2 * Random.Shared.NextDouble()));
}
