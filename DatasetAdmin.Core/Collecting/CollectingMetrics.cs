using System.Diagnostics.Metrics;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Runs;

namespace DatasetAdmin.Core.Collecting;

/// <summary>Counts what collections brought. A day that is collected again counts with what it has more than before.</summary>
public sealed class CollectingMetrics
{
    private readonly Counter<long> _images;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _rejections;

    public CollectingMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(RunMetrics.MeterName);
        _images = meter.CreateCounter<long>("datasetadmin.collected.images", "{image}", "Images collected.");
        _bytes = meter.CreateCounter<long>("datasetadmin.collected.bytes", "By", "Bytes of the images collected.");
        _rejections = meter.CreateCounter<long>("datasetadmin.rejections", "{photo}", "Photos rejected, by reason.");
    }

    /// <summary>Counts a day whose manifest was written.</summary>
    /// <param name="before">The manifest that was replaced, or null.</param>
    public void Collected(CandidateManifest? before, CandidateManifest manifest)
    {
        _images.Add(Math.Max(0, manifest.Totals.Images - (before?.Totals.Images ?? 0)));
        _bytes.Add(Math.Max(0, manifest.Totals.Bytes - (before?.Totals.Bytes ?? 0)));
        foreach (var (reason, count) in manifest.Rejections)
        {
            _rejections.Add(Math.Max(0, count - (before?.Rejections.GetValueOrDefault(reason) ?? 0)), new KeyValuePair<string, object?>("reason", reason));
        }
    }
}
