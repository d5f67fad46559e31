using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Comparing;

namespace DatasetAdmin.Web.Api;

/// <summary>How two lists of images differ.</summary>
internal static class ComparisonsApi
{
    private const string Lists = "verified/2026-10, full/2026-10/v2, day/2026-11-06 or gold";

    public static void MapComparisons(this RouteGroupBuilder api)
    {
        var compare = api.MapGroup("/compare").WithTags("compare");
        compare.MapGet("", CompareAsync).WithSummary($"How two lists differ, by class. A list is written like {Lists}.");
        compare.MapGet("/images", PageAsync).WithSummary("A page of the images that differ: part is only-left, only-right or relabelled; from and to are classes; take is at most 500.");
    }

    private static async Task<IResult> CompareAsync(ListCatalog catalog, DatasetComparer comparer, string? left, string? right, CancellationToken cancellationToken)
    {
        var (problem, one, other) = await OpenAsync(catalog, left, right, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }

        var comparison = await comparer.CompareAsync(one!, other!, cancellationToken);
        return ApiServices.Json(new
        {
            Left = one!.Reference.ToString(),
            Right = other!.Reference.ToString(),
            comparison.OnlyLeft,
            comparison.OnlyRight,
            Relabelled = comparison.RelabelledImages,
            comparison.Same,
            comparison.Classes,
            Relabellings = comparison.Relabelled,
        });
    }

    private static async Task<IResult> PageAsync(
        ListCatalog catalog, DatasetComparer comparer, string? left, string? right, string? part, string? from, string? to, long? skip, int? take, CancellationToken cancellationToken)
    {
        if (AppUrls.ParseOrNull<ComparisonPart>(part) is not { } of)
        {
            return ApiServices.Wrong($"part is '{part}': write only-left, only-right or relabelled.");
        }

        if (skip < 0 || take is < 1 or > ImageQueries.LargestPage)
        {
            return ApiServices.Wrong($"skip must be 0 or more, and take from 1 to {ImageQueries.LargestPage}.");
        }

        var (problem, one, other) = await OpenAsync(catalog, left, right, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }

        var page = await comparer.PageAsync(one!, other!, of, from, to, skip ?? 0, take ?? 100, cancellationToken);
        return ApiServices.Json(new
        {
            page.Total,
            Images = page.Images.Select(image => new
            {
                Left = image.Left is { } mine ? new { mine.Path, mine.Class, mine.PredictionId, mine.Sha256 } : null,
                Right = image.Right is { } theirs ? new { theirs.Path, theirs.Class, theirs.PredictionId, theirs.Sha256 } : null,
            }),
        });
    }

    private static async Task<(IResult? Problem, BrowsedList? Left, BrowsedList? Right)> OpenAsync(ListCatalog catalog, string? left, string? right, CancellationToken cancellationToken)
    {
        List<BrowsedList> lists = [];
        foreach (var (side, text) in new[] { ("left", left), ("right", right) })
        {
            if (!ListReference.TryParse(text, out var reference))
            {
                return (ApiServices.Wrong($"{side} is '{text}', which names no list: write one like {Lists}."), null, null);
            }

            if (await catalog.FindOrNullAsync(reference, cancellationToken) is not { } list)
            {
                return (ApiServices.Missing($"There is no list {reference}."), null, null);
            }

            lists.Add(list);
        }

        return (null, lists[0], lists[1]);
    }
}
