using System.Diagnostics;

namespace DatasetAdmin.Core.Runs;

/// <summary>A run's span in a trace, with one below it for each step. Costs nothing while nobody listens.</summary>
public sealed class RunSpan : IDisposable
{
    /// <summary>The source of the whole program's spans.</summary>
    public const string SourceName = nameof(DatasetAdmin);

    private static readonly ActivitySource s_source = new(SourceName);

    private readonly Lock _gate = new();
    private readonly Run _run;
    private readonly Activity? _activity;
    private Activity? _step;

    private RunSpan(Run run)
    {
        _run = run;
        _activity = s_source.StartActivity(RunMetrics.Name(run.Kind));
        _activity?.SetTag("datasetadmin.run.id", run.Id.ToString()).SetTag("datasetadmin.run.target", run.Target).SetTag("datasetadmin.run.trigger", RunMetrics.Name(run.Trigger));
    }

    internal static RunSpan Start(Run run) => new(run);

    /// <summary>Ends the step's span and begins the next one's.</summary>
    internal void Step(string name)
    {
        if (_activity is null)
        {
            return;
        }

        lock (_gate)
        {
            _step?.Dispose();
            _step = s_source.StartActivity(name, ActivityKind.Internal, _activity.Context);
        }
    }

    /// <summary>Ends the span, with the run's outcome as it stands.</summary>
    public void Dispose()
    {
        _step?.Dispose();
        _activity?.SetTag("datasetadmin.run.outcome", RunMetrics.Name(_run.Status));
        _activity?.SetStatus(_run.Status is RunStatus.Failed or RunStatus.Interrupted ? ActivityStatusCode.Error : ActivityStatusCode.Ok);
        _activity?.Dispose();
    }
}
