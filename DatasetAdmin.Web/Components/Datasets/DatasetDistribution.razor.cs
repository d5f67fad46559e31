using System.Globalization;
using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace DatasetAdmin.Web.Components.Datasets;

/// <summary>How a dataset's images spread over the classes, and a few of each.</summary>
public sealed partial class DatasetDistribution
{
    private const int Shown = 8;

    private static readonly string[] s_series = ["Gold", "New"];
    private IReadOnlyDictionary<string, IReadOnlyList<ListedImage>>? _previews;
    private string? _shown;

    [Inject]
    internal ListCatalog Catalog { get; init; } = null!;

    [Inject]
    internal ImageQueries Queries { get; init; } = null!;

    [Parameter, EditorRequired]
    public required DatasetAddress Address { get; set; }

    [Parameter, EditorRequired]
    public required DatasetManifest Manifest { get; set; }

    /// <summary>Whether it is the version that stands.</summary>
    [Parameter]
    public bool IsCurrent { get; set; } = true;

    /// <summary><c>size</c>, or by class.</summary>
    [Parameter]
    public string? Order { get; set; }

    private bool IsBySize => Order == "size";

    private IEnumerable<DatasetClass> Ordered => IsBySize ? Manifest.Classes.OrderByDescending(item => item.Images).ThenBy(item => item.Index) : Manifest.Classes;

    protected override Task OnParametersSetAsync()
    {
        if (_shown == Manifest.ImagesFile.Sha256)
        {
            return Task.CompletedTask;
        }

        _shown = Manifest.ImagesFile.Sha256;
        return ReadAsync();
    }

    private Task ReadAsync() => LoadAsync(
        async token =>
        {
            var list = await Catalog.OpenAsync(Address.Kind, Manifest, IsCurrent, token);
            var previews = new Dictionary<string, IReadOnlyList<ListedImage>>();
            foreach (var item in Manifest.Classes.Where(item => item.Images > 0))
            {
                previews[item.Name] = (await Queries.PageAsync(list, new() { Class = item.Name }, ImageOrder.Newest, 0, Shown, token)).Images;
            }

            return previews;
        },
        previews => _previews = previews);

    private IReadOnlyList<ClassBar> Bars() =>
        [.. Ordered.Select(item => new ClassBar(item.Name, [item.Gold, item.New], Address.Url(DatasetAddress.ImagesTab, ("class", item.Name))))];

    private string Share(DatasetClass item) =>
        Manifest.Totals.Images == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * item.Images / Manifest.Totals.Images:0.0} %");
}
