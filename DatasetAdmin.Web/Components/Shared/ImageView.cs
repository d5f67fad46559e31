using DatasetAdmin.Core.Browsing;

namespace DatasetAdmin.Web.Components.Shared;

/// <summary>What a page of images shows of its list, as its URL says it.</summary>
public sealed record ImageView(ImageFilter Filter, ImageOrder Order)
{
    public bool IsFiltered => Filter != ImageFilter.All;

    /// <summary>The parameters of the URL; what is as usual is left out.</summary>
    public (string Name, string? Value)[] Parameters =>
    [
        ("class", Filter.Class),
        ("verified", Filter.Verified switch { true => "yes", false => "no", null => null }),
        ("differs", Filter.Relabelled switch { true => "yes", false => "no", null => null }),
        ("initial", Filter.InitialPrediction),
        ("format", Filter.Format),
        ("size", FileSizes.NameOrNull(Filter)),
        ("q", Filter.Search),
        ("split", Filter.Split),
        ("origin", Filter.Origin),
        ("sort", Order == ImageOrder.Listed ? null : AppUrls.Name(Order)),
    ];
}
