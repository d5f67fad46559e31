namespace DatasetAdmin.Core.Images;

/// <summary>Section <c>Thumbnails</c>: the small pictures that the site shows.</summary>
public sealed class ThumbnailOptions
{
    public const string Section = "Thumbnails";

    /// <summary>Room for made thumbnails on local disk, in MiB. The least recently shown go first.</summary>
    public int CacheMegabytes { get; set; } = 1024;

    /// <summary>How many originals are read at the same time; as many as there are processors are decoded.</summary>
    public int Concurrency { get; set; } = 8;
}
