using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Comparing;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace DatasetAdmin.Web.Components.Comparing;

/// <summary>How two lists of images differ; both of them, and which images are shown, stand in the URL.</summary>
public sealed partial class ComparePage
{
    private (string?, string?)? _shown;
    private Content? _content;
    private List<string> _unknown = [];
    private bool _hasNone;

    [Inject]
    internal ListCatalog Catalog { get; init; } = null!;

    [Inject]
    internal DatasetComparer Comparer { get; init; } = null!;

    [Inject]
    internal DatasetQueries Datasets { get; init; } = null!;

    [Inject]
    internal CandidateQueries Candidates { get; init; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; init; } = null!;

    [Inject]
    internal TimeProvider Clock { get; init; } = null!;

    [SupplyParameterFromQuery(Name = "left")]
    public string? LeftText { get; set; }

    [SupplyParameterFromQuery(Name = "right")]
    public string? RightText { get; set; }

    [SupplyParameterFromQuery(Name = "images")]
    public string? PartText { get; set; }

    /// <summary>The class on the left.</summary>
    [SupplyParameterFromQuery]
    public string? From { get; set; }

    /// <summary>The class on the right.</summary>
    [SupplyParameterFromQuery]
    public string? To { get; set; }

    /// <summary>The open image's path, or null.</summary>
    [SupplyParameterFromQuery]
    public string? Image { get; set; }

    private DateOnly Today => DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime);

    // What there is most reason to look at, where the URL doesn't say.
    private ComparisonPart Part => AppUrls.ParseOrNull<ComparisonPart>(PartText) ?? _content?.Comparison switch
    {
        { RelabelledImages: > 0 } => ComparisonPart.Relabelled,
        { OnlyLeft: > 0 } => ComparisonPart.OnlyLeft,
        _ => ComparisonPart.OnlyRight,
    };

    protected override Task OnParametersSetAsync()
    {
        if (_shown == (LeftText, RightText))
        {
            return Task.CompletedTask;
        }

        (_shown, _content, _unknown, _hasNone) = ((LeftText, RightText), null, [], false);
        return ReadAsync();
    }

    // What there is most reason to compare, where nobody said what.
    private async Task BeginAsync()
    {
        Month? pair = null;
        await LoadAsync(
            async token => (await ComparableLists.FindAsync(Datasets, Candidates, Today, token)).NewestPair,
            newest => (pair, _hasNone) = (newest, newest is null));
        if (pair is { } month)
        {
            Navigation.NavigateTo(AppUrls.CompareKinds(month), replace: true);
        }
    }

    private Task ReadAsync()
    {
        _unknown = [];
        if (LeftText is null && RightText is null)
        {
            return BeginAsync();
        }

        var (left, right) = (Parse(LeftText), Parse(RightText));
        return left is null || right is null
            ? Task.CompletedTask
            : LoadAsync(
                async token =>
                {
                    var one = await Catalog.FindOrNullAsync(left.Value, token);
                    var other = await Catalog.FindOrNullAsync(right.Value, token);
                    var content = one is null || other is null ? null : new Content(await Comparer.CompareAsync(one, other, token));
                    return (content, Missing: new[] { one is null ? left : null, other is null ? right : null }.OfType<ListReference>().Distinct().ToList());
                },
                found =>
                {
                    _content = found.content;
                    _unknown = [.. found.Missing.Select(reference => $"{reference}: {(reference.Kind is null ? "nothing is collected or indexed there" : "nothing is built there")}.")];
                });
    }

    private ListReference? Parse(string? text)
    {
        if (ListReference.TryParse(text, out var reference))
        {
            return reference;
        }

        _unknown.Add($"'{text}' is no list of images: write verified/2026-10, full/2026-10/v2, day/2026-10-05 or gold.");
        return null;
    }

    private IReadOnlyList<LinkTab> Tabs(ListComparison comparison) =>
    [
        new($"Relabelled ({CountText.Text(comparison.RelabelledImages)})", UrlOf(ComparisonPart.Relabelled, null, null), Part == ComparisonPart.Relabelled),
        new($"Only left ({CountText.Text(comparison.OnlyLeft)})", UrlOf(ComparisonPart.OnlyLeft, null, null), Part == ComparisonPart.OnlyLeft),
        new($"Only right ({CountText.Text(comparison.OnlyRight)})", UrlOf(ComparisonPart.OnlyRight, null, null), Part == ComparisonPart.OnlyRight),
    ];

    private string UrlOf(ComparisonPart part, string? from, string? to, string? image = null) =>
        AppUrls.Query(AppUrls.CompareRoute, ("left", LeftText), ("right", RightText), ("images", AppUrls.Name(part)), ("from", from), ("to", to), ("image", image));

    private sealed record Content(ListComparison Comparison);
}
