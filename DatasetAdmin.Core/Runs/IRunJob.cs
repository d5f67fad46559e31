namespace DatasetAdmin.Core.Runs;

/// <summary>Executes the queue's runs of one kind.</summary>
public interface IRunJob
{
    RunKind Kind { get; }

    /// <summary>Does what a run's target and options say; a fault is thrown. Safe to repeat after an end at any moment.</summary>
    Task<RunEnd> RunAsync(Run run, RunContext context, CancellationToken cancellationToken);
}
