namespace DatasetAdmin.Core.ImageLists;

/// <summary>Section <c>ImageLists</c>: what DuckDB may use in this process, for each job that runs.</summary>
public sealed class ImageListOptions
{
    public const string Section = "ImageLists";

    /// <summary>Memory that one job's tables may take before they go to disk, in MiB.</summary>
    public int MemoryMegabytes { get; set; } = 160;

    public int Threads { get; set; } = 2;

    /// <summary>Room for downloaded image lists on local disk, in MiB.</summary>
    public int CacheMegabytes { get; set; } = 2048;
}
