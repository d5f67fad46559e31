using System.Globalization;
using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Web.Components.Shared;

namespace DatasetAdmin.Web.Components.Evaluating;

/// <summary>The images of many days after each other, as if they were one list: a path begins with its day.</summary>
internal static class DaysSource
{
    /// <param name="days">Lists of days, in order, and how many images <paramref name="filter"/> leaves of each.</param>
    public static ImageSource Of(
        ImageQueries queries, IReadOnlyList<(BrowsedList List, long Images)> days, ImageFilter filter, Func<ListedImage, CancellationToken, Task<IReadOnlyList<ImageUse>>> uses)
    {
        List<(BrowsedList List, long First, long Images)> placed = [];
        var total = 0L;
        foreach (var (list, images) in days)
        {
            placed.Add((list, total, images));
            total += images;
        }

        return new(total, PageAsync, FindAsync, PositionAsync, uses);

        async Task<IReadOnlyList<ListedImage>> PageAsync(long skip, int take, CancellationToken cancellationToken)
        {
            List<ListedImage> page = [];
            foreach (var (list, first, images) in placed.Where(day => day.First < skip + take && day.First + day.Images > skip))
            {
                var from = Math.Max(0, skip - first);
                var count = (int)Math.Min(images - from, Math.Min(take - page.Count, ImageQueries.LargestPage));
                page.AddRange((await queries.PageAsync(list, filter, ImageOrder.Listed, from, count, cancellationToken)).Images.Select(Placed));
            }

            return page;
        }

        async Task<ListedImage?> FindAsync(string path, CancellationToken cancellationToken) =>
            path.Split('/', 2) is [var dayText, var inDay] && DateOnly.TryParseExact(dayText, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && placed.FirstOrDefault(item => item.List.Reference.Day == day).List is { } list
            && await queries.FindOrNullAsync(list, inDay, cancellationToken) is { } image
                ? Placed(image)
                : null;

        async Task<long?> PositionAsync(ListedImage image, CancellationToken cancellationToken)
        {
            var (list, first, _) = placed.First(item => item.List.Reference.Day == image.Day);
            return first + await queries.PositionOrNullAsync(list, filter, ImageOrder.Listed, image.Row, cancellationToken);
        }
    }

    private static ListedImage Placed(ListedImage image) => image with { Path = $"{ObjectKeys.DayText(image.Day!.Value)}/{image.Path}" };
}
