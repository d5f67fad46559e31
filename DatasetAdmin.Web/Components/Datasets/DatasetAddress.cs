using System.Globalization;
using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Datasets;

namespace DatasetAdmin.Web.Components.Datasets;

/// <summary>Which dataset a page shows, and the URLs of its parts.</summary>
/// <param name="Version">An archived version; null for the one that stands.</param>
public sealed record DatasetAddress(DatasetKind Kind, Month Month, int? Version)
{
    public const string ImagesTab = "images";
    public const string DaysTab = "days";
    public const string LeftOutTab = "left-out";
    public const string VersionsTab = "versions";
    public const string ModelTab = "model";
    public const string FilesTab = "files";
    public const string BuildTab = "build";

    /// <summary>The queue's target.</summary>
    public string Target => $"{Kind.Name()}/{Month}";

    public DatasetKind OtherKind => Kind == DatasetKind.Verified ? DatasetKind.Full : DatasetKind.Verified;

    /// <summary>Verified against full of the month, whichever this is.</summary>
    public string CompareKindsUrl => AppUrls.CompareKinds(Month);

    /// <summary>The version that stands.</summary>
    public string CurrentUrl => (this with { Version = null }).Url(null);

    /// <summary>Where a build is looked at before it is done.</summary>
    public string BuildUrl => (this with { Version = null }).Url(BuildTab);

    /// <param name="tab">Null for the first.</param>
    public string Url(string? tab, params ReadOnlySpan<(string Name, string? Value)> parameters) =>
        AppUrls.Query(AppUrls.Dataset(Kind, Month), [("tab", tab), ("version", Version?.ToString(CultureInfo.InvariantCulture)), .. parameters]);

    public string File(string name) => AppUrls.DatasetFile(Kind, Month, Version, name);

    /// <summary>What a version changed against the one before it.</summary>
    public string ChangesUrl(int number) =>
        AppUrls.Compare(ListReference.Of(Kind, Month, number - 1).ToString(), ListReference.Of(Kind, Month, number).ToString());
}
