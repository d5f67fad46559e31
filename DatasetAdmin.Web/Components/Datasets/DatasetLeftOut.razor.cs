using System.Globalization;
using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Datasets;
using Microsoft.AspNetCore.Components;

namespace DatasetAdmin.Web.Components.Datasets;

/// <summary>What a build left out, why, and what was kept instead.</summary>
public sealed partial class DatasetLeftOut
{
    private const int PageSize = 60;

    private static readonly (string Reason, string Name)[] s_reasons =
    [
        ("conflict", "In another class"),
        ("duplicate", "Twice in its class"),
        ("withdrawn", "Withdrawn"),
        ("leaked", "In val or test"),
        ("format", "Format"),
        ("unknown_class", "No class"),
    ];

    private Content? _content;
    private (string List, string? Reason, long From) _shown;

    [Inject]
    internal LeftOutQueries Queries { get; init; } = null!;

    [Parameter, EditorRequired]
    public required DatasetAddress Address { get; set; }

    [Parameter, EditorRequired]
    public required DatasetManifest Manifest { get; set; }

    /// <summary>Only those; null for all.</summary>
    [Parameter]
    public string? Reason { get; set; }

    /// <summary>The first to be shown, from 0.</summary>
    [Parameter]
    public long From { get; set; }

    protected override Task OnParametersSetAsync()
    {
        var wanted = (Manifest.LeftOutFile.Sha256, Reason, From);
        if (_shown == wanted)
        {
            return Task.CompletedTask;
        }

        _shown = wanted;
        return ReadAsync();
    }

    private Task ReadAsync()
    {
        var (reason, from) = (Reason, Math.Max(0, From));
        return LoadAsync(
            async token => new Content(await Queries.CountAsync(Manifest, token), await Queries.PageAsync(Manifest, reason, from, PageSize, token)), content => _content = content);
    }

    private string UrlOf(string? reason, long from) =>
        Address.Url(DatasetAddress.LeftOutTab, ("reason", reason), ("from", from == 0 ? null : from.ToString(CultureInfo.InvariantCulture)));

    private static string NameOf(string reason) => s_reasons.FirstOrDefault(item => item.Reason == reason).Name ?? reason;

    // {class}/{name}, behind a split where there is one.
    private static string ClassOf(string path) => path.Split('/')[^2];

    private sealed record Content(IReadOnlyDictionary<string, long> Counts, LeftOutPage Page);
}
