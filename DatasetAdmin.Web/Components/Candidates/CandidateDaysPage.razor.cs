using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Web.Access;
using DatasetAdmin.Web.Components.Runs;
using Microsoft.AspNetCore.Components;

namespace DatasetAdmin.Web.Components.Candidates;

/// <summary>A calendar of what was collected, newest month first, live.</summary>
public sealed partial class CandidateDaysPage
{
    private const int MonthsShown = 3;

    // More than three months have days.
    private const int RunsLookedAt = 400;

    private static readonly DayState[] s_legend = [DayState.Collected, DayState.Partial, DayState.Missing, DayState.Failed, DayState.Running, DayState.Requested, DayState.Earlier];

    private static readonly string[] s_parts = ["verified", "not verified", "rejected"];

    private IReadOnlyDictionary<DateOnly, CalendarDay>? _days;
    private IReadOnlyList<CandidateDay>? _known;
    private (IReadOnlyList<Run> Open, IReadOnlyList<Run> Last) _runs = ([], []);
    private IDisposable? _subscription;
    private Month? _loaded;

    [Inject]
    internal CandidateQueries Days { get; init; } = null!;

    [Inject]
    internal RunStore Store { get; init; } = null!;

    [Inject]
    internal Actions Actions { get; init; } = null!;

    [Inject]
    internal CircuitUser Me { get; init; } = null!;

    [Inject]
    internal RunFeed Feed { get; init; } = null!;

    [Inject]
    internal TimeProvider Clock { get; init; } = null!;

    /// <summary>The newest month that is shown; without one, this month.</summary>
    [SupplyParameterFromQuery(Name = "month")]
    public string? MonthText { get; set; }

    private DateOnly Today => DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime);

    private Month ThisMonth => Month.Of(Today);

    private Month Newest => Month.TryParse(MonthText, out var month) && month < ThisMonth && month > new Month(2000, 1) ? month : ThisMonth;

    private IEnumerable<Month> Shown => Enumerable.Range(0, MonthsShown).Select(back => Month.Of(Newest.FirstDay.AddMonths(-back)));

    protected override void OnInitialized() => _subscription = Feed.Subscribe(() => InvokeAsync(() => FollowAsync(FollowRunsAsync)));

    protected override Task OnParametersSetAsync() => _loaded == Newest ? Task.CompletedTask : LoadMonthsAsync();

    protected override void OnGone() => _subscription?.Dispose();

    private Task LoadMonthsAsync()
    {
        var (newest, today) = (Newest, Today);
        _loaded = newest;
        return LoadAsync(
            async token =>
            {
                var last = newest.LastDay < today ? newest.LastDay : today;
                return (Known: await Days.DaysAsync(newest.FirstDay.AddMonths(1 - MonthsShown), last, token), Runs: await RunsAsync(token));
            },
            found => Show(found.Known, found.Runs));
    }

    // A run's progress changes no day: only where one has begun or ended are the days asked for again.
    private async Task FollowRunsAsync()
    {
        var isSame = false;
        await LoadAsync(
            RunsAsync,
            runs =>
            {
                isSame = _known is not null && RunTexts.IsSameWork(runs.Open, _runs.Open) && RunTexts.IsSameWork([.. runs.Last.Take(1)], [.. _runs.Last.Take(1)]);
                Show(_known ?? [], runs);
            },
            isQuiet: true);
        if (!isSame)
        {
            await LoadMonthsAsync();
        }
    }

    private async Task<(IReadOnlyList<Run> Open, IReadOnlyList<Run> Last)> RunsAsync(CancellationToken cancellationToken) => (
        [.. (await Store.OpenAsync(cancellationToken)).Where(run => run.Kind == RunKind.CollectDay)],
        (await Store.ListAsync(new RunFilter(RunKind.CollectDay), 0, RunsLookedAt, cancellationToken)).Runs);

    private void Show(IReadOnlyList<CandidateDay> known, (IReadOnlyList<Run> Open, IReadOnlyList<Run> Last) runs)
    {
        var today = Today;
        var openOf = runs.Open.DistinctBy(run => run.Target).ToDictionary(run => run.Target);
        var lastOf = runs.Last.DistinctBy(run => run.Target).ToDictionary(run => run.Target);
        (_known, _runs) = (known, runs);
        _days = known.ToDictionary(
            day => day.Day,
            day => new CalendarDay(day, DayStates.Of(day, openOf.GetValueOrDefault(ObjectKeys.DayText(day.Day)), lastOf.GetValueOrDefault(ObjectKeys.DayText(day.Day)), today)));
    }

    private async Task RequestAsync(IReadOnlyList<DateOnly> days)
    {
        await LoadAsync(
            async token =>
            {
                foreach (var day in days)
                {
                    await Actions.CollectAsync(await Me.ActorAsync(token), day, token);
                }

                return days.Count;
            },
            _ => { });
        await LoadMonthsAsync();
    }

    private Task CancelAsync(Run run) => LoadAsync(async token => await Actions.CancelAsync(await Me.ActorAsync(token), run.Id, token), _ => { });
}

/// <summary>A day as the calendar shows it.</summary>
public sealed record CalendarDay(CandidateDay Day, DayState State)
{
    /// <summary>What a screen reader says of it.</summary>
    public string Description => Day.Manifest is { } manifest
        ? $"{ObjectKeys.DayText(Day.Day)}, {DayStates.Text(State)}: {manifest.Totals.Images} images, {manifest.Totals.VerifiedImages} verified, {manifest.Totals.Rejected} rejected"
        : $"{ObjectKeys.DayText(Day.Day)}, {DayStates.Text(State)}";
}
