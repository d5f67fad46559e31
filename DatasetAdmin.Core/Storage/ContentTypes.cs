namespace DatasetAdmin.Core.Storage;

/// <summary>The media types that we store and serve.</summary>
public static class ContentTypes
{
    public const string Json = "application/json";
    public const string Markdown = "text/markdown; charset=utf-8";
    public const string Text = "text/plain; charset=utf-8";
    public const string Parquet = "application/vnd.apache.parquet";

    /// <summary>Of an image format as inspection names it.</summary>
    public static string OfImage(string format) => $"image/{format}";

    /// <summary>The media type of a picture by its first bytes; null where they are none that a browser may be told to show.</summary>
    public static string? OfImageOrNull(ReadOnlySpan<byte> beginning) => Images.ImageSniffer.Sniff(beginning).Kind switch
    {
        Images.ImageKind.Jpeg => OfImage("jpeg"),
        Images.ImageKind.Png => OfImage("png"),
        Images.ImageKind.WebP => OfImage("webp"),
        Images.ImageKind.Avif => OfImage("avif"),
        Images.ImageKind.Heic => OfImage("heic"),
        _ => null,
    };
}
