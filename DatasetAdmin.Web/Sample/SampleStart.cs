using DatasetAdmin.Core.Building;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;

namespace DatasetAdmin.Web.Sample;

/// <summary>How far the first start on the sample is; null when there is nothing to do.</summary>
internal sealed class SampleProgress
{
    public string? Step { get; set; }
}

/// <summary>
/// The first start of the embedded default in Development: makes the sample source, collects its days and builds its
/// months, so that there is something to see. Later starts find all done.
/// </summary>
internal sealed partial class SampleStart(
    SampleUse use,
    IHostEnvironment environment,
    SampleSource sample,
    SampleProgress progress,
    IPredictionSource source,
    CandidateQueries candidates,
    DayCollection days,
    MonthBuild months,
    TimeProvider time,
    ILogger<SampleStart> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!environment.IsDevelopment() || !use.MayBeMade)
        {
            return;
        }

        try
        {
            // So that the page is there while the sample is made.
            await Task.Yield();
            await MakeAsync(stoppingToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFailed(logger, exception);
        }
        finally
        {
            progress.Step = null;
        }
    }

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        await sample.MakeAsync(new SampleOptions(), again: false, (done, total) => progress.Step = $"drawing sample portraits: {done} of {total}", cancellationToken);
        var yesterday = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-1);
        var counts = await source.CountByDayAsync(yesterday.AddDays(-120), yesterday, cancellationToken);
        if (counts.Count == 0)
        {
            return;
        }

        var first = counts.Keys.Min();
        foreach (var day in (await candidates.DaysAsync(first, yesterday, cancellationToken)).Where(day => day.IsMissing))
        {
            progress.Step = $"collecting {day.Day:yyyy-MM-dd}";
            await days.CollectAsync(day.Day, RunTrigger.Sample, null, cancellationToken);
        }

        for (var month = Month.Of(first); month <= Month.Of(yesterday); month = month.Next)
        {
            foreach (var kind in DatasetKinds.All)
            {
                progress.Step = $"building {kind.Name()} of {month}";
                await months.BuildAsync(month, kind, allowDrops: false, RunTrigger.Sample, null, cancellationToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The sample couldn't be made. Start again, or call the command 'sample'.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
