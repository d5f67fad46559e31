using System.Diagnostics.Metrics;
using DatasetAdmin.Core.Storage;
using Microsoft.Extensions.Hosting;

namespace DatasetAdmin.Core.Runs;

/// <summary>
/// What can only be known by asking: how many runs wait, and how old the newest collected day is. Asked every minute, as
/// a meter's own question can't wait for an answer.
/// </summary>
public sealed class StateMetrics : BackgroundService
{
    private const int DaysBack = 60;

    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

    private readonly RunStore _runs;
    private readonly Buckets _buckets;
    private readonly TimeProvider _time;
    private int? _queued;
    private DateOnly? _newestDay;

    public StateMetrics(IMeterFactory meters, RunStore runs, Buckets buckets, TimeProvider time)
    {
        (_runs, _buckets, _time) = (runs, buckets, time);
        var meter = meters.Create(RunMetrics.MeterName);
        meter.CreateObservableGauge("datasetadmin.queue.length", () => Measure(_queued), "{run}", "Runs that are requested and haven't begun.");
        meter.CreateObservableGauge("datasetadmin.newest_day.age", () => Measure(Age()), "s", "How long ago the newest collected day ended.");
    }

    /// <summary>Asks once. What can't be asked at this moment is not measured until it can.</summary>
    public async Task SampleAsync(CancellationToken cancellationToken)
    {
        _queued = await TryAsync(async () => (int?)(await _runs.ListAsync(new RunFilter(Status: RunStatus.Requested), 0, 1, cancellationToken)).Total, cancellationToken);
        _newestDay = await TryAsync(() => NewestDayOrNullAsync(cancellationToken), cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_interval, _time);
        do
        {
            await SampleAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static async Task<T?> TryAsync<T>(Func<Task<T?>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask();
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return default;
        }
    }

    private async Task<DateOnly?> NewestDayOrNullAsync(CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);
        for (var back = 1; back <= DaysBack; back++)
        {
            if (await _buckets.Artifacts.FindOrNullAsync(ObjectKeys.DayManifest(today.AddDays(-back)), cancellationToken) is not null)
            {
                return today.AddDays(-back);
            }
        }

        return null;
    }

    private double? Age() => _newestDay is { } day ? (_time.GetUtcNow().UtcDateTime - day.AddDays(1).ToDateTime(TimeOnly.MinValue)).TotalSeconds : null;

    private static IEnumerable<Measurement<T>> Measure<T>(T? value)
        where T : struct => value is { } known ? [new Measurement<T>(known)] : [];
}
