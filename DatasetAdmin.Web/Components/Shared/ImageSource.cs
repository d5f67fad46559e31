using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Datasets;

namespace DatasetAdmin.Web.Components.Shared;

/// <summary>Where a grid and its viewer get their images from, filtered and sorted already. Another filter is another source.</summary>
/// <param name="Total">How many images there are.</param>
/// <param name="PageAsync">Some of them: how many to skip, how many to take.</param>
/// <param name="FindAsync">Everything known of the one with a path, or null.</param>
/// <param name="PositionAsync">The 0-based place of one, or null where it isn't among them.</param>
/// <param name="UsesAsync">Where else an image is used.</param>
/// <param name="LeftClassOf">In a comparison, the class that an image has on the left; null where it has none there.</param>
public sealed record ImageSource(
    long Total,
    Func<long, int, CancellationToken, Task<IReadOnlyList<ListedImage>>> PageAsync,
    Func<string, CancellationToken, Task<ListedImage?>> FindAsync,
    Func<ListedImage, CancellationToken, Task<long?>> PositionAsync,
    Func<ListedImage, CancellationToken, Task<IReadOnlyList<ImageUse>>>? UsesAsync = null,
    Func<ListedImage, string?>? LeftClassOf = null)
{
    /// <summary>The images of a list that a filter leaves.</summary>
    public static ImageSource Of(
        ImageQueries queries, BrowsedList list, ImageFilter filter, ImageOrder order, long total, Func<ListedImage, CancellationToken, Task<IReadOnlyList<ImageUse>>>? uses = null) => new(
        total,
        async (skip, take, token) => (await queries.PageAsync(list, filter, order, skip, Math.Min(take, ImageQueries.LargestPage), token)).Images,
        (path, token) => queries.FindOrNullAsync(list, path, token),
        (image, token) => queries.PositionOrNullAsync(list, filter, order, image.Row, token),
        uses);
}

/// <summary>A place that an image is used in.</summary>
/// <param name="Name">For people, such as <c>verified 2026-10-v2</c>.</param>
public sealed record ImageUse(string Name, string Href)
{
    public static IReadOnlyList<ImageUse> Of(IEnumerable<CandidateUse> uses) =>
        [.. uses.Select(use => new ImageUse($"{use.Kind.Name()} {use.Version}", AppUrls.Query(AppUrls.Dataset(use.Kind, use.Version.Month), ("tab", "images"), ("image", use.Path))))];
}
