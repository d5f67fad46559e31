namespace DatasetAdmin.Core.Storage;

/// <summary>The one local folder that the program writes to: setting <c>DataFolder</c>.</summary>
public sealed record DataFolder(string Path)
{
    public const string Key = "DataFolder";

    /// <summary>A folder below it, made if it isn't there.</summary>
    public string Make(params ReadOnlySpan<string> names) =>
        Directory.CreateDirectory(System.IO.Path.Combine([Path, .. names])).FullName;
}
