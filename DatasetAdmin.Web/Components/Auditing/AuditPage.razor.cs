using DatasetAdmin.Core.Access;
using Microsoft.AspNetCore.Components;

namespace DatasetAdmin.Web.Components.Auditing;

/// <summary>The audit log, newest first, filtered by the URL.</summary>
public sealed partial class AuditPage
{
    private const int PageSize = 100;

    private IReadOnlyList<AuditEntry>? _entries;
    private (AuditFilter Filter, long? Before)? _loaded;

    [Inject]
    internal AuditLog Log { get; init; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; init; } = null!;

    [SupplyParameterFromQuery(Name = "action")]
    public string? ActionText { get; set; }

    [SupplyParameterFromQuery(Name = "outcome")]
    public string? OutcomeText { get; set; }

    [SupplyParameterFromQuery]
    public string? Text { get; set; }

    [SupplyParameterFromQuery]
    public string? From { get; set; }

    [SupplyParameterFromQuery]
    public string? To { get; set; }

    [SupplyParameterFromQuery]
    public long? Before { get; set; }

    private AuditFilter Filter => AppUrls.AuditFilterOf(ActionText, OutcomeText, Text, From, To);

    protected override Task OnParametersSetAsync() => _loaded == (Filter, Before) ? Task.CompletedTask : LoadEntriesAsync();

    private Task LoadEntriesAsync()
    {
        var (filter, before) = (Filter, Before);
        _loaded = (filter, before);
        return LoadAsync(token => Log.ListAsync(filter, before, PageSize, token), entries => _entries = entries);
    }

    private void Show(AuditFilter filter) => Navigation.NavigateTo(AppUrls.AuditOf(AppUrls.Audit, filter));

    private void ShowDays(string? from, string? to) => Show(AppUrls.AuditFilterOf(ActionText, OutcomeText, Text, from, to));
}
