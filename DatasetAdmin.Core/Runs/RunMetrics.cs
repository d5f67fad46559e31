using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;

namespace DatasetAdmin.Core.Runs;

/// <summary>Counts runs and how long they take.</summary>
public sealed class RunMetrics
{
    /// <summary>The meter of the whole program.</summary>
    public const string MeterName = nameof(DatasetAdmin);

    private readonly Counter<long> _runs;
    private readonly Histogram<double> _duration;

    public RunMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _runs = meter.CreateCounter<long>("datasetadmin.runs", "{run}", "Runs that ended, by kind and outcome.");
        _duration = meter.CreateHistogram(
            "datasetadmin.run.duration",
            "s",
            "How long runs took, by kind and outcome.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 5, 15, 60, 300, 900, 3600, 10800, 36000] });
    }

    /// <summary>Counts a run that has ended, or an attempt after which it stands in the queue again (<c>put_back</c>).</summary>
    public void Ended(Run run)
    {
        var outcome = run.Status == RunStatus.Requested ? "put_back" : Name(run.Status);
        var tags = new TagList { { "kind", Name(run.Kind) }, { "outcome", outcome } };
        _runs.Add(1, tags);
        if (run.FinishedAt - run.StartedAt is { } duration)
        {
            _duration.Record(duration.TotalSeconds, tags);
        }
    }

    /// <summary>A name as metrics and traces spell it, such as <c>collect_day</c>.</summary>
    internal static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
