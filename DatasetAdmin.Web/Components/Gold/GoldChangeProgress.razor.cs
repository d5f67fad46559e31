using DatasetAdmin.Core.Runs;
using DatasetAdmin.Web.Access;
using Microsoft.AspNetCore.Components;

namespace DatasetAdmin.Web.Components.Gold;

/// <summary>A change of gold while it runs and after, with what became of each file: what was refused first.</summary>
public sealed partial class GoldChangeProgress
{
    private const int MostShown = 200;

    private IDisposable? _subscription;
    private Run? _run;
    private IReadOnlyList<RunEvent> _events = [];
    private int _more;

    [Inject]
    internal RunStore Store { get; init; } = null!;

    [Inject]
    internal Actions Actions { get; init; } = null!;

    [Inject]
    internal CircuitUser Me { get; init; } = null!;

    [Inject]
    internal RunFeed Feed { get; init; } = null!;

    [Parameter, EditorRequired]
    public required Guid RunId { get; set; }

    protected override Task OnInitializedAsync()
    {
        _subscription = Feed.Subscribe(() => InvokeAsync(ReadAsync));
        return ReadAsync();
    }

    protected override void OnGone() => _subscription?.Dispose();

    // The events are read once, at the end: there may be ten thousand.
    private Task ReadAsync() => _run is { IsOpen: false }
        ? Task.CompletedTask
        : LoadAsync(
            async token =>
            {
                var run = await Store.FindOrNullAsync(RunId, token);
                IReadOnlyList<RunEvent> events = run is { IsOpen: false } ? await Store.EventsAsync(RunId, token) : [];
                return (run, events);
            },
            found =>
            {
                _run = found.run;
                _events = [.. found.events.OrderByDescending(item => item.Level).ThenBy(item => item.Number).Take(MostShown)];
                _more = found.events.Count - _events.Count;
            });

    private Task CancelAsync() => LoadAsync(async token => await Actions.CancelAsync(await Me.ActorAsync(token), RunId, token), _ => { });
}
