using System.Globalization;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Web.Sample;
using Microsoft.AspNetCore.Components;

namespace DatasetAdmin.Web.Components.Overview;

/// <summary>What was collected and built, and what is at work, on one plain page.</summary>
public sealed partial class OverviewPage
{
    private const int DaysShown = 60;

    [Inject]
    internal CandidateQueries Candidates { get; init; } = null!;

    [Inject]
    internal DatasetQueries Datasets { get; init; } = null!;

    [Inject]
    internal RunStore RunStore { get; init; } = null!;

    [Inject]
    internal RunExecutor Executor { get; init; } = null!;

    [Inject]
    internal SampleProgress Sample { get; init; } = null!;

    [Inject]
    internal TimeProvider Clock { get; init; } = null!;

    private DateOnly Today => DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime);

    private IReadOnlyList<CandidateDay> Days { get; set; } = [];

    private IReadOnlyList<DatasetMonth> Months { get; set; } = [];

    private IReadOnlyList<Run> Runs { get; set; } = [];

    private List<string> Work { get; } = [];

    private string? Problem { get; set; }

    private bool IsBusy => Work.Count > 0;

    private DatasetManifest? Newest => Months.LastOrDefault(month => month.Kind == DatasetKind.Full && month.Manifest is not null && month.Month == Months.First(other => other.Manifest is not null).Month)?.Manifest;

    protected override async Task OnInitializedAsync()
    {
        if (Sample.Step is { } step)
        {
            Work.Add($"The sample: {step}");
        }

        foreach (var run in Executor.Active)
        {
            var now = run.Progress.Current;
            Work.Add(now.Total is > 0 ? $"{run.Request.Target}: {now.Step}, {now.Done} of {now.Total}" : $"{run.Request.Target}: {now.Step}");
        }

        try
        {
            Days = await Candidates.DaysAsync(Today.AddDays(1 - DaysShown), Today, CancellationToken.None);
            Months = await Datasets.MonthsAsync(Month.Of(Today.AddMonths(-5)), Month.Of(Today), CancellationToken.None);
            Runs = (await RunStore.ListAsync(new RunFilter(), 0, 20, CancellationToken.None)).Runs;
        }
        catch (ObjectStoreException exception)
        {
            Problem = exception.Message;
        }
    }

    private static string Number(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? "–";

    private static string Time(DateTime utc) => utc.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
