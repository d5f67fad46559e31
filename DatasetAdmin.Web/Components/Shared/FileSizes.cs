using DatasetAdmin.Core.Browsing;

namespace DatasetAdmin.Web.Components.Shared;

/// <summary>The ranges of file sizes that a filter offers.</summary>
internal static class FileSizes
{
    private const long Kilobytes = 1000;
    private const long Megabytes = 1000 * Kilobytes;

    /// <summary>The upper bound belongs to the next range.</summary>
    public static IReadOnlyList<(string Name, string Text, long? From, long? Below)> All { get; } =
    [
        ("tiny", "Below 50 KB", null, 50 * Kilobytes),
        ("small", "50 to 250 KB", 50 * Kilobytes, 250 * Kilobytes),
        ("medium", "250 KB to 1 MB", 250 * Kilobytes, Megabytes),
        ("large", "1 to 5 MB", Megabytes, 5 * Megabytes),
        ("huge", "From 5 MB", 5 * Megabytes, null),
    ];

    /// <summary>The filter with the range of a name; one that isn't known doesn't matter.</summary>
    public static ImageFilter Set(ImageFilter filter, string? name)
    {
        var range = All.FirstOrDefault(item => item.Name == name);
        return filter with { MinBytes = range.From, MaxBytes = range.Below - 1 };
    }

    public static string? NameOrNull(ImageFilter filter) => All.FirstOrDefault(item => item.From == filter.MinBytes && item.Below - 1 == filter.MaxBytes).Name;
}
