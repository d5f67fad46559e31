using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Web.Access;
using Microsoft.AspNetCore.Components;

namespace DatasetAdmin.Web.Components.Datasets;

/// <summary>A build as it goes, wherever it runs, and what came of it.</summary>
public sealed partial class BuildRun
{
    private IDisposable? _subscription;
    private Guid _shown;
    private Run? _run;
    private DatasetManifest? _made;
    private bool _isUnknown;

    [Inject]
    internal RunStore Runs { get; init; } = null!;

    [Inject]
    internal Actions Actions { get; init; } = null!;

    [Inject]
    internal CircuitUser Me { get; init; } = null!;

    [Inject]
    internal RunFeed Feed { get; init; } = null!;

    [Inject]
    internal DatasetQueries Datasets { get; init; } = null!;

    [Parameter, EditorRequired]
    public required DatasetAddress Address { get; set; }

    [Parameter, EditorRequired]
    public required Guid RunId { get; set; }

    [Parameter]
    public EventCallback OnEnded { get; set; }

    protected override void OnInitialized() => _subscription = Feed.Subscribe(() => InvokeAsync(ReadAsync));

    protected override Task OnParametersSetAsync()
    {
        if (_shown == RunId)
        {
            return Task.CompletedTask;
        }

        (_shown, _run, _made) = (RunId, null, null);
        return ReadAsync();
    }

    protected override void OnGone() => _subscription?.Dispose();

    private async Task ReadAsync()
    {
        if (_run is { IsOpen: false })
        {
            return;
        }

        var wasOpen = _run is not null;
        await LoadAsync(
            async token =>
            {
                var run = await Runs.FindOrNullAsync(RunId, token);
                var stands = run is { IsOpen: false } ? await Datasets.FindOrNullAsync(Address.Kind, Address.Month, null, token) : null;
                return (Run: run, Made: stands is not null && Guid.TryParseExact(stands.RunId, "N", out var maker) && maker == RunId ? stands : null);
            },
            found => (_run, _made, _isUnknown) = (found.Run, found.Made, found.Run is null));
        if (wasOpen && _run is { IsOpen: false })
        {
            await OnEnded.InvokeAsync();
        }
    }

    private Task CancelAsync() => LoadAsync(async token => await Actions.CancelAsync(await Me.ActorAsync(token), RunId, token), _ => { });
}
