using System.Collections.Concurrent;
using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Comparing;
using DatasetAdmin.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace DatasetAdmin.Web.Components.Comparing;

/// <summary>The images of one part of a comparison.</summary>
public sealed partial class ComparisonImages
{
    private const int MostChips = 60;

    private ImageSource? _source;
    private (ListComparison, ComparisonPart, string?, string?)? _shown;

    [Inject]
    internal DatasetComparer Comparer { get; init; } = null!;

    [Inject]
    internal ImageQueries Queries { get; init; } = null!;

    [Parameter, EditorRequired]
    public required ListComparison Comparison { get; set; }

    [Parameter, EditorRequired]
    public required ComparisonPart Part { get; set; }

    /// <summary>The class on the left; null for all.</summary>
    [Parameter]
    public string? From { get; set; }

    /// <summary>The class on the right; null for all.</summary>
    [Parameter]
    public string? To { get; set; }

    /// <summary>The open image's path, or null.</summary>
    [Parameter]
    public string? Image { get; set; }

    /// <summary>The page's URL with other classes, left and right, and an image open.</summary>
    [Parameter, EditorRequired]
    public required Func<string?, string?, string?, string> UrlOf { get; set; }

    private string? Face => Part == ComparisonPart.OnlyLeft ? From : To;

    protected override Task OnParametersSetAsync()
    {
        var wanted = (Comparison, Part, From, To);
        if (_shown == wanted)
        {
            return Task.CompletedTask;
        }

        (_shown, _source) = (wanted, null);
        return ReadAsync();
    }

    private Task ReadAsync()
    {
        var (left, right, part, from, to) = (Comparison.Left, Comparison.Right, Part, From, To);

        // What is on both sides is shown as the right has it, with the left's class beside it.
        var list = part == ComparisonPart.OnlyLeft ? left : right;
        var leftClasses = new ConcurrentDictionary<long, string>();
        return LoadAsync(
            async token =>
            {
                var first = await Comparer.PageAsync(left, right, part, from, to, 0, 1, token);
                return new ImageSource(
                    first.Total,
                    async (skip, take, inner) => [.. (await Comparer.PageAsync(left, right, part, from, to, skip, Math.Min(take, ImageQueries.LargestPage), inner)).Images.Select(image => TileOf(image, leftClasses))],
                    (path, inner) => Queries.FindOrNullAsync(list, path, inner),
                    (image, inner) => Comparer.PositionOrNullAsync(left, right, part, from, to, image.Row, inner),
                    LeftClassOf: image => leftClasses.GetValueOrDefault(image.Row));
            },
            source => _source = source);
    }

    private long CountOf(ClassComparison item) => Part == ComparisonPart.OnlyLeft ? item.OnlyLeft : item.OnlyRight;

    private static ListedImage TileOf(ComparedImage image, ConcurrentDictionary<long, string> leftClasses)
    {
        if (image is { Left: { } left, Right: { } right })
        {
            leftClasses[right.Row] = left.Class;
        }

        return (image.Right ?? image.Left)!;
    }
}
