using DatasetAdmin.Core.Runs;
using DatasetAdmin.Web.Access;
using Microsoft.AspNetCore.Components;

namespace DatasetAdmin.Web.Components.Runs;

/// <summary>The open run of a target, live, wherever it runs; nothing while there is none.</summary>
public sealed partial class TargetRun
{
    private IDisposable? _subscription;
    private string? _target;
    private Guid? _requested;
    private Run? _run;

    [Inject]
    internal RunStore Store { get; init; } = null!;

    [Inject]
    internal Actions Actions { get; init; } = null!;

    [Inject]
    internal CircuitUser Me { get; init; } = null!;

    [Inject]
    internal RunFeed Feed { get; init; } = null!;

    /// <summary>What the run is about, such as <c>2026-11-06</c> or <c>verified/2026-10</c>.</summary>
    [Parameter, EditorRequired]
    public required string Target { get; set; }

    /// <summary>The run that was just requested: it may have ended before anybody looked.</summary>
    [Parameter]
    public Run? Requested { get; set; }

    /// <summary>The run that was shown has ended: what it made can be read.</summary>
    [Parameter]
    public EventCallback<Run> OnEnded { get; set; }

    protected override void OnInitialized() => _subscription = Feed.Subscribe(() => InvokeAsync(() => FollowAsync(ReadAsync)));

    protected override Task OnParametersSetAsync()
    {
        if (_target == Target && _requested == Requested?.Id)
        {
            return Task.CompletedTask;
        }

        (_target, _requested, _run) = (Target, Requested?.Id, Requested);
        return ReadAsync();
    }

    protected override void OnGone() => _subscription?.Dispose();

    private async Task ReadAsync()
    {
        var (target, before) = (Target, _run);
        Run? ended = null;
        await LoadAsync(
            async token => (
                Open: await Store.FindOpenOrNullAsync(target, token),
                Before: before is null ? null : await Store.FindOrNullAsync(before.Id, token)),
            found =>
            {
                ended = found.Before is { IsOpen: false } ? found.Before : null;
                _run = found.Open;
            },
            isQuiet: true);
        if (ended is not null)
        {
            await OnEnded.InvokeAsync(ended);
        }
    }

    private Task CancelAsync() => _run is { } run ? LoadAsync(async token => await Actions.CancelAsync(await Me.ActorAsync(token), run.Id, token), _ => { }) : Task.CompletedTask;
}
