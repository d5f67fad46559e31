using DatasetAdmin.Core.Candidates;
using Microsoft.AspNetCore.Components;

namespace DatasetAdmin.Web.Components.Candidates;

/// <summary>A day's rejected photos with the reasons why.</summary>
public sealed partial class RejectedPhotos
{
    private const int PageSize = 100;

    private List<RejectedPhoto>? _photos;
    private (string ETag, string? Reason) _shown;

    [Inject]
    internal CandidateImages Images { get; init; } = null!;

    [Parameter, EditorRequired]
    public required CandidateManifest Manifest { get; set; }

    /// <summary>Only those; null for all.</summary>
    [Parameter]
    public string? Reason { get; set; }

    /// <summary>The page's URL with a reason, or none.</summary>
    [Parameter, EditorRequired]
    public required Func<string?, string> UrlOf { get; set; }

    private long Count => Reason is null ? Manifest.Totals.Rejected : Manifest.Rejections.GetValueOrDefault(Reason);

    protected override Task OnParametersSetAsync()
    {
        if (_shown == (Manifest.ETag, Reason))
        {
            return Task.CompletedTask;
        }

        _shown = (Manifest.ETag, Reason);
        return LoadPageAsync();
    }

    private Task LoadPageAsync() => LoadAsync(token => Images.RejectedAsync(Manifest, Reason, 0, PageSize, token), photos => _photos = [.. photos]);

    private Task LoadMoreAsync() =>
        LoadAsync(token => Images.RejectedAsync(Manifest, Reason, _photos!.Count, PageSize, token), photos => _photos!.AddRange(photos));

    /// <summary>A reason as people say it: <c>too many pixels</c>.</summary>
    private static string Words(string reason) => reason.Replace('_', ' ');
}
