namespace DatasetAdmin.Core.ImageLists;

/// <summary>Section <c>ImageLists</c>: what DuckDB may use in this process, for each job that runs.</summary>
public sealed class ImageListOptions
{
    public const string Section = "ImageLists";

    /// <summary>Memory that one job's tables may take before they go to disk, in MiB.</summary>
    public int MemoryMegabytes { get; set; } = 112;

    /// <summary>Each takes memory of its own for what it sorts and joins, and within a limit that leaves less for the rows.</summary>
    public int Threads { get; set; } = 1;

    /// <summary>Memory that all questions about lists together may take, in MiB, however many people ask.</summary>
    public int BrowsingMegabytes { get; set; } = 256;

    /// <summary>How many questions about lists are answered at once.</summary>
    public int BrowsingConnections { get; set; } = 4;

    /// <summary>Room for downloaded image lists on local disk, in MiB.</summary>
    public int CacheMegabytes { get; set; } = 2048;
}
