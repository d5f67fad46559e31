using DatasetAdmin.Core.Runs;
using Microsoft.AspNetCore.Components;

namespace DatasetAdmin.Web.Components.Runs;

/// <summary>The history of runs, filtered by the URL, live.</summary>
public sealed partial class RunsPage
{
    private const int PageSize = 50;

    private RunPage? _page;
    private (RunFilter Filter, int Page)? _loaded;
    private IDisposable? _subscription;

    [Inject]
    internal RunStore Store { get; init; } = null!;

    [Inject]
    internal RunFeed Feed { get; init; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; init; } = null!;

    [Inject]
    internal TimeProvider Clock { get; init; } = null!;

    [SupplyParameterFromQuery(Name = "kind")]
    public string? KindText { get; set; }

    [SupplyParameterFromQuery(Name = "status")]
    public string? StatusText { get; set; }

    [SupplyParameterFromQuery]
    public string? Target { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    public int? Number { get; set; }

    private int PageNumber => Math.Max(1, Number ?? 1);

    private int Pages => ((_page?.Total ?? 0) + PageSize - 1) / PageSize;

    private RunFilter Filter => new(AppUrls.ParseOrNull<RunKind>(KindText), string.IsNullOrWhiteSpace(Target) ? null : Target.Trim(), AppUrls.ParseOrNull<RunStatus>(StatusText));

    protected override void OnInitialized() => _subscription = Feed.Subscribe(() => InvokeAsync(() => FollowAsync(() => LoadPageAsync(isQuiet: true))));

    protected override Task OnParametersSetAsync() => _loaded == (Filter, PageNumber) ? Task.CompletedTask : LoadPageAsync();

    protected override void OnGone() => _subscription?.Dispose();

    private Task LoadPageAsync() => LoadPageAsync(isQuiet: false);

    private Task LoadPageAsync(bool isQuiet)
    {
        var (filter, number) = (Filter, PageNumber);
        _loaded = (filter, number);
        return LoadAsync(token => Store.ListAsync(filter, (number - 1) * PageSize, PageSize, token), page => _page = page, isQuiet);
    }

    private void Show(string? kind, string? status, string? target) =>
        Navigation.NavigateTo(AppUrls.RunsOf(AppUrls.ParseOrNull<RunKind>(kind), AppUrls.ParseOrNull<RunStatus>(status), target));

    private string UrlOf(int page) => AppUrls.RunsOf(Filter.Kind, Filter.Status, Filter.Target, page);

    private static string? Text(ChangeEventArgs change) => change.Value is string { Length: > 0 } text ? text : null;
}
