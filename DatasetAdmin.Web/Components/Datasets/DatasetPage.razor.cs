using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace DatasetAdmin.Web.Components.Datasets;

/// <summary>A dataset: which part of it is shown, which version and which filters stand in the URL.</summary>
public sealed partial class DatasetPage
{
    private DatasetAddress? _address;
    private Content? _content;

    [Inject]
    internal DatasetQueries Datasets { get; init; } = null!;

    [Inject]
    internal RunStore Runs { get; init; } = null!;

    [Inject]
    internal TimeProvider Clock { get; init; } = null!;

    /// <summary><c>verified</c> or <c>full</c>.</summary>
    [Parameter]
    public required string Kind { get; set; }

    /// <summary><c>YYYY-MM</c>.</summary>
    [Parameter]
    public required string Month { get; set; }

    [SupplyParameterFromQuery]
    public int? Version { get; set; }

    [SupplyParameterFromQuery]
    public string? Tab { get; set; }

    /// <summary>How the chart's bars are sorted.</summary>
    [SupplyParameterFromQuery]
    public string? Bars { get; set; }

    /// <summary>Of images that were left out.</summary>
    [SupplyParameterFromQuery]
    public string? Reason { get; set; }

    /// <summary>The first image that was left out to be shown, from 0.</summary>
    [SupplyParameterFromQuery]
    public long From { get; set; }

    /// <summary>The build that was asked for here.</summary>
    [SupplyParameterFromQuery(Name = "run")]
    public Guid? RunId { get; set; }

    private Month Today => Core.Datasets.Month.Of(DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime));

    // A link to an image, or to images, needn't say in which tab they are.
    private string CurrentTab => Tab ?? (Image is not null || View.IsFiltered ? DatasetAddress.ImagesTab : "");

    protected override async Task OnParametersSetAsync()
    {
        var address = DatasetKinds.TryParse(Kind, out var kind) && Core.Datasets.Month.TryParse(Month, out var month) ? new DatasetAddress(kind, month, Version) : null;
        if (address == _address)
        {
            return;
        }

        (_address, _content) = (address, null);
        if (address is not null)
        {
            await ReadAsync(address);
        }
    }

    private Task ReadAsync(DatasetAddress address) => LoadAsync(
        async token =>
        {
            var current = await Datasets.FindOrNullAsync(address.Kind, address.Month, null, token);
            var isCurrent = address.Version is null || current?.GetVersion().Number == address.Version;
            var manifest = isCurrent ? current : await Datasets.FindOrNullAsync(address.Kind, address.Month, address.Version, token);
            return new Content(manifest, isCurrent, manifest is null ? null : await BuiltBy.FindOrNullAsync(Runs, manifest, token));
        },
        content => _content = content);

    private IReadOnlyList<LinkTab> Tabs(DatasetAddress address)
    {
        (string Id, string Name)[] tabs = _content?.Manifest is null ? [(DatasetAddress.BuildTab, "Build")] :
        [
            ("", "Distribution"),
            (DatasetAddress.ImagesTab, "Images"),
            (DatasetAddress.DaysTab, "Days"),
            (DatasetAddress.LeftOutTab, "Left out"),
            (DatasetAddress.VersionsTab, "Versions"),
            (DatasetAddress.ModelTab, "Model performance"),
            (DatasetAddress.FilesTab, "Files"),
            (DatasetAddress.BuildTab, "Rebuild"),
        ];
        return [.. tabs.Select(tab => new LinkTab(tab.Name, (tab.Id == DatasetAddress.BuildTab ? address with { Version = null } : address).Url(tab.Id), tab.Id == CurrentTab))];
    }

    private string CellUrl(string verified, string predicted) =>
        _address!.Url(DatasetAddress.ImagesTab, ("class", verified), ("initial", predicted), ("verified", "yes"));

    private static string TitleOf(DatasetAddress address) => $"{(address.Kind == DatasetKind.Verified ? "Verified" : "Full")} {address.Month}";

    /// <param name="Manifest">Null where there is none.</param>
    private sealed record Content(DatasetManifest? Manifest, bool IsCurrent, string? By);
}
