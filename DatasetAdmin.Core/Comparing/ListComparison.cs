using DatasetAdmin.Core.Browsing;

namespace DatasetAdmin.Core.Comparing;

/// <summary>How two lists of images differ. Images are the same when their bytes are; bytes that a list has twice count once in differences.</summary>
/// <param name="Classes">Every class that either side has, in the configured order; classes that aren't configured come last.</param>
/// <param name="Relabelled">Images of both sides whose class differs, by both classes.</param>
/// <param name="Same">Images of both sides in the same class.</param>
public sealed record ListComparison(
    BrowsedList Left, BrowsedList Right, IReadOnlyList<ClassComparison> Classes, IReadOnlyList<Relabelling> Relabelled, long Same)
{
    public long OnlyLeft => Classes.Sum(item => item.OnlyLeft);

    public long OnlyRight => Classes.Sum(item => item.OnlyRight);

    public long RelabelledImages => Relabelled.Sum(item => item.Images);

    public bool IsEqual => OnlyLeft + OnlyRight + RelabelledImages == 0;
}

/// <param name="Left">Images of this class on the left; repeated bytes count each time.</param>
/// <param name="OnlyLeft">Of this class on the left, and not on the right in any class.</param>
/// <param name="MovedAway">Of this class on the left, and of another on the right.</param>
/// <param name="MovedHere">Of this class on the right, and of another on the left.</param>
public sealed record ClassComparison(string Class, long Left, long Right, long OnlyLeft, long OnlyRight, long MovedAway, long MovedHere)
{
    public long Difference => Right - Left;
}

/// <param name="From">The class on the left.</param>
/// <param name="To">The class on the right.</param>
public sealed record Relabelling(string From, string To, long Images);

/// <summary>Which images of a comparison are meant.</summary>
public enum ComparisonPart
{
    OnlyLeft,
    OnlyRight,
    Relabelled,
}

/// <summary>An image as either side has it; null where a side hasn't.</summary>
public sealed record ComparedImage(ListedImage? Left, ListedImage? Right);

/// <param name="Total">How many the filters leave.</param>
public sealed record ComparedPage(IReadOnlyList<ComparedImage> Images, long Total);
