using DatasetAdmin.Core.Runs;

namespace DatasetAdmin.Tests.Runs;

/// <summary>A job whose work is the test's.</summary>
internal sealed class TestJob(RunKind kind, Func<Run, RunContext, CancellationToken, Task<RunEnd>> work) : IRunJob
{
    public RunKind Kind => kind;

    public Task<RunEnd> RunAsync(Run run, RunContext context, CancellationToken cancellationToken) => work(run, context, cancellationToken);
}
