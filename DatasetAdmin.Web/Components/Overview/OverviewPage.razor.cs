using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Scheduling;
using DatasetAdmin.Web.Components.Runs;
using DatasetAdmin.Web.Components.Settings;
using DatasetAdmin.Web.Sample;
using Microsoft.AspNetCore.Components;

namespace DatasetAdmin.Web.Components.Overview;

/// <summary>What needs attention, what was collected and built, and what is at work; live.</summary>
public sealed partial class OverviewPage
{
    private const int DaysShown = 60;
    private const int MonthsShown = 3;
    private const int MostOpenShown = 5;
    private const int RunsLookedAt = 200;

    private static readonly TimeSpan s_sampleInterval = TimeSpan.FromSeconds(1);

    private Content? _content;
    private string? _sampleStep;
    private IDisposable? _subscription;

    [Inject]
    internal CandidateQueries Candidates { get; init; } = null!;

    [Inject]
    internal DatasetQueries Datasets { get; init; } = null!;

    [Inject]
    internal RunStore Store { get; init; } = null!;

    [Inject]
    internal RunFeed Feed { get; init; } = null!;

    [Inject]
    internal JobSchedule Schedule { get; init; } = null!;

    [Inject]
    internal MissedSlots Missed { get; init; } = null!;

    [Inject]
    internal Reachability Reachability { get; init; } = null!;

    [Inject]
    internal SampleProgress Sample { get; init; } = null!;

    [Inject]
    internal TimeProvider Clock { get; init; } = null!;

    private DateOnly Today => DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime);

    protected override Task OnInitializedAsync()
    {
        _subscription = Feed.Subscribe(() => InvokeAsync(() => FollowAsync(FollowRunsAsync)));
        _ = FollowSampleAsync();
        return LoadOverviewAsync();
    }

    protected override void OnGone() => _subscription?.Dispose();

    private Task LoadOverviewAsync() => LoadAsync(ReadAsync, content => _content = content);

    // A run's progress changes nothing else here: only where one has begun or ended is all asked for again.
    private async Task FollowRunsAsync()
    {
        var isSame = false;
        await LoadAsync(
            async token => (Open: await Store.OpenAsync(token), Newest: (await Store.ListAsync(new RunFilter(), 0, 1, token)).Runs),
            found =>
            {
                isSame = _content is { } before && RunTexts.IsSameWork(found.Newest, before.Newest) && RunTexts.IsSameWork(found.Open, before.Open);
                _content = _content is null ? null : _content with { Open = found.Open };
            },
            isQuiet: true);
        if (!isSame)
        {
            await LoadAsync(ReadAsync, content => _content = content, isQuiet: true);
        }
    }

    private async Task<Content> ReadAsync(CancellationToken cancellationToken)
    {
        var (today, now) = (Today, Clock.GetUtcNow().UtcDateTime);
        var dependencies = await Reachability.CheckAsync(cancellationToken);
        if (dependencies.Any(item => item.Problem is not null && item.Name is Reachability.Artifacts or Reachability.Database))
        {
            // Without them nothing else can be told.
            return new([], [], [], [], [], [], Attention.Find(dependencies, [], [], [], [], [], now), IsWhole: false);
        }

        var days = await Candidates.DaysAsync(today.AddDays(1 - DaysShown), today, cancellationToken);
        var months = await Datasets.MonthsAsync(Month.Of(today.AddMonths(1 - MonthsShown)), Month.Of(today), cancellationToken);
        var open = await Store.OpenAsync(cancellationToken);
        var runs = (await Store.ListAsync(new RunFilter(), 0, RunsLookedAt, cancellationToken)).Runs;
        var jobs = await Schedule.StatusAsync(cancellationToken);
        var missed = await Missed.MissedAsync(cancellationToken);
        return new(
            [.. runs.Take(1)],
            days,
            months,
            open,
            [.. runs.Where(run => !run.IsOpen).OrderByDescending(run => run.FinishedAt).Take(5)],
            jobs,
            Attention.Find(dependencies, days, months, missed, runs, jobs, now));
    }

    // It isn't a run: nobody asked for it, and it happens once.
    private async Task FollowSampleAsync()
    {
        using var timer = new PeriodicTimer(s_sampleInterval, Clock);
        try
        {
            do
            {
                if (_sampleStep != Sample.Step)
                {
                    var isOver = Sample.Step is null;
                    _sampleStep = Sample.Step;
                    StateHasChanged();
                    if (isOver)
                    {
                        await LoadOverviewAsync();
                    }
                }
            }
            while (Sample.Step is not null && await timer.WaitForNextTickAsync(Gone));
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
    }

    /// <param name="Newest">The newest run, where there is any.</param>
    /// <param name="IsWhole">False where something that is needed can't be reached, and only <paramref name="Attention"/> is known.</param>
    private sealed record Content(
        IReadOnlyList<Run> Newest,
        IReadOnlyList<CandidateDay> Days,
        IReadOnlyList<DatasetMonth> Months,
        IReadOnlyList<Run> Open,
        IReadOnlyList<Run> Ended,
        IReadOnlyList<JobStatus> Jobs,
        IReadOnlyList<AttentionItem> Attention,
        bool IsWhole = true);
}
