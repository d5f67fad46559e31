using DatasetAdmin.Core.Runs;
using DatasetAdmin.Web.Access;
using Microsoft.AspNetCore.Components;

namespace DatasetAdmin.Web.Components.Runs;

/// <summary>One run, live: its progress, its log, how it ended, and what can be done.</summary>
public sealed partial class RunDetailsPage
{
    private Run? _run;
    private IReadOnlyList<RunEvent> _events = [];
    private IDisposable? _subscription;
    private bool _isMissing;

    [Inject]
    internal RunStore Store { get; init; } = null!;

    [Inject]
    internal Actions Actions { get; init; } = null!;

    [Inject]
    internal CircuitUser Me { get; init; } = null!;

    [Inject]
    internal RunFeed Feed { get; init; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; init; } = null!;

    [Inject]
    internal TimeProvider Clock { get; init; } = null!;

    [Parameter]
    public required Guid Id { get; set; }

    // What has ended doesn't change any more.
    protected override void OnInitialized() => _subscription = Feed.Subscribe(() => InvokeAsync(() => _run is { IsOpen: false } ? Task.CompletedTask : FollowAsync(() => LoadRunAsync(isQuiet: true))));

    protected override Task OnParametersSetAsync()
    {
        if (_run?.Id == Id)
        {
            return Task.CompletedTask;
        }

        (_run, _events, _isMissing) = (null, [], false);
        return LoadRunAsync();
    }

    protected override void OnGone() => _subscription?.Dispose();

    private Task LoadRunAsync() => LoadRunAsync(isQuiet: false);

    private Task LoadRunAsync(bool isQuiet)
    {
        var id = Id;
        return LoadAsync(
            async token => (Run: await Store.FindOrNullAsync(id, token), Events: await Store.EventsAsync(id, token)),
            found => (_run, _events, _isMissing) = (found.Run, found.Events, found.Run is null),
            isQuiet);
    }

    private async Task CancelAsync()
    {
        await LoadAsync(async token => await Actions.CancelAsync(await Me.ActorAsync(token), Id, token), _ => { });
        await LoadRunAsync();
    }

    private Task RepeatAsync(bool allowDrops) => LoadAsync(
        async token => await Actions.RepeatAsync(await Me.ActorAsync(token), _run!, allowDrops, token),
        requested => Navigation.NavigateTo(AppUrls.Run(requested.Run.Id)));
}
