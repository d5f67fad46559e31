using DatasetAdmin.Core.Browsing;
using Microsoft.AspNetCore.Components;

namespace DatasetAdmin.Web.Components.Shared;

/// <summary>A page that shows the images of a list: its filters and the open image stand in the URL.</summary>
public abstract class ImagePage : DataPage
{
    [SupplyParameterFromQuery(Name = "class")]
    public string? ClassName { get; set; }

    [SupplyParameterFromQuery]
    public string? Verified { get; set; }

    [SupplyParameterFromQuery]
    public string? Differs { get; set; }

    [SupplyParameterFromQuery]
    public string? Initial { get; set; }

    [SupplyParameterFromQuery]
    public string? Format { get; set; }

    [SupplyParameterFromQuery]
    public string? Size { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    public string? Search { get; set; }

    [SupplyParameterFromQuery]
    public string? Split { get; set; }

    [SupplyParameterFromQuery]
    public string? Origin { get; set; }

    [SupplyParameterFromQuery]
    public string? Sort { get; set; }

    /// <summary>The path of the open image, or null.</summary>
    [SupplyParameterFromQuery]
    public string? Image { get; set; }

    /// <summary>What the URL asks for; what it says and can't mean doesn't matter.</summary>
    protected ImageView View => new(
        FileSizes.Set(
            new ImageFilter
            {
                Class = Given(ClassName),
                Verified = YesOrNo(Verified),
                Relabelled = YesOrNo(Differs),
                InitialPrediction = Given(Initial),
                Format = Given(Format),
                Search = Given(Search),
                Split = Given(Split),
                Origin = Given(Origin),
            },
            Size),
        AppUrls.ParseOrNull<ImageOrder>(Sort) ?? ImageOrder.Listed);

    private static bool? YesOrNo(string? text) => text switch { "yes" => true, "no" => false, _ => null };

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
