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
}
