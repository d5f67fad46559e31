using DatasetAdmin.Core.Browsing;

namespace DatasetAdmin.Web.Components.Shared;

/// <summary>What stands around a list's images: how many there are of each class under a filter, and the formats to choose from.</summary>
/// <param name="ListSha256">Of the list's file, so that another version of it is told apart.</param>
/// <param name="Filter">Without a class, which the counts are of.</param>
internal sealed record ListCounts(string ListSha256, ImageFilter Filter, IReadOnlyList<ClassCount> Classes, IReadOnlyList<string> Formats)
{
    /// <param name="before">What is shown; who only chooses another class has the counts already.</param>
    public static async Task<ListCounts> ReadAsync(ImageQueries queries, BrowsedList list, ImageFilter filter, ListCounts? before, CancellationToken cancellationToken)
    {
        var any = filter with { Class = null };
        if (before?.ListSha256 != list.Sha256)
        {
            return new(list.Sha256, any, await queries.DistributionAsync(list, any, cancellationToken), await queries.FormatsAsync(list, cancellationToken));
        }

        return before.Filter == any ? before : before with { Filter = any, Classes = await queries.DistributionAsync(list, any, cancellationToken) };
    }

    /// <summary>The images of a class, or of all.</summary>
    public long Total(string? className) => Classes.Where(item => className is null || item.Class == className).Sum(item => item.Images);
}
