using System.Diagnostics.Metrics;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;

namespace DatasetAdmin.Core.Building;

/// <summary>Counts the copies that builds make.</summary>
public sealed class BuildingMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _copies =
        meters.Create(RunMetrics.MeterName).CreateCounter<long>("datasetadmin.copies", "{image}", "Images copied into datasets, by the dataset's kind.");

    public void Copied(DatasetKind kind, long images) => _copies.Add(images, new KeyValuePair<string, object?>("kind", kind.Name()));
}
