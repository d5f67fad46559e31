using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace DatasetAdmin.Web.Components.Datasets;

/// <summary>A dataset's images under the filters of the URL.</summary>
public sealed partial class DatasetImages
{
    private Content? _content;
    private (ImageView View, string List) _shown;

    [Inject]
    internal ListCatalog Catalog { get; init; } = null!;

    [Inject]
    internal ImageQueries Queries { get; init; } = null!;

    [Inject]
    internal CandidateImages Candidates { get; init; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; init; } = null!;

    [Parameter, EditorRequired]
    public required DatasetAddress Address { get; set; }

    [Parameter, EditorRequired]
    public required DatasetManifest Manifest { get; set; }

    /// <summary>Whether it is the version that stands.</summary>
    [Parameter]
    public bool IsCurrent { get; set; } = true;

    [Parameter, EditorRequired]
    public required ImageView View { get; set; }

    /// <summary>The open image's path, or null.</summary>
    [Parameter]
    public string? Image { get; set; }

    protected override Task OnParametersSetAsync()
    {
        if (_shown == (View, Manifest.ImagesFile.Sha256))
        {
            return Task.CompletedTask;
        }

        _shown = (View, Manifest.ImagesFile.Sha256);
        return ReadAsync();
    }

    private Task ReadAsync()
    {
        var (view, before) = (View, _content);
        return LoadAsync(
            async token =>
            {
                var list = await Catalog.OpenAsync(Address.Kind, Manifest, IsCurrent, token);
                var counts = await ListCounts.ReadAsync(Queries, list, view.Filter, before?.Counts, token);
                return new Content(counts, ImageSource.Of(Queries, list, view.Filter, view.Order, counts.Total(view.Filter.Class), UsesAsync));
            },
            content => _content = content);
    }

    private async Task<IReadOnlyList<ImageUse>> UsesAsync(ListedImage image, CancellationToken cancellationToken) =>
        image.Day is { } day ? ImageUse.Of(await Candidates.UsesAsync(day, image.File, cancellationToken)) : [];

    private IReadOnlyList<ClassBar> Bars(Content content)
    {
        var counts = content.Counts.Classes.ToDictionary(item => item.Class, item => item.Images);
        return
        [
            .. Manifest.Classes.Select(item => new ClassBar(
                item.Name,
                [counts.GetValueOrDefault(item.Name)],
                UrlOf(View with { Filter = View.Filter with { Class = item.Name == View.Filter.Class ? null : item.Name } }, null))),
        ];
    }

    private string UrlOf(ImageView view, string? image) => Address.Url(DatasetAddress.ImagesTab, [.. view.Parameters, ("image", image)]);

    private string UrlOfOrigin(string? origin) => UrlOf(View with { Filter = View.Filter with { Origin = origin } }, null);

    private sealed record Content(ListCounts Counts, ImageSource Source);
}
