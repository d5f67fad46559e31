namespace DatasetAdmin.Core.Building;

/// <summary>Section <c>Building</c>.</summary>
public sealed class BuildingOptions
{
    public const string Section = "Building";

    private static readonly string[] s_unreadFormats = ["avif", "heic"];

    /// <summary>How many images are copied at once.</summary>
    public int Concurrency { get; set; } = 16;

    /// <summary>A rebuild that would drop more than this share of a version's images, in per cent, waits for a person's word.</summary>
    public double MostDroppedPercent { get; set; } = 20;

    /// <summary>A rebuild that would drop more images than this waits for a person's word.</summary>
    public long MostDroppedImages { get; set; } = 500;

    /// <summary>Formats that stay candidates but don't go into datasets, because common folder loaders can't read them; absent: avif and heic.</summary>
    public IList<string>? LeaveOutFormats { get; set; }

    internal IReadOnlyList<string> LeftOutFormats => LeaveOutFormats is null ? s_unreadFormats : [.. LeaveOutFormats];
}
