using System.Diagnostics.CodeAnalysis;

namespace DatasetAdmin.Core.Datasets;

/// <summary>Which candidates a dataset adds to gold.</summary>
public enum DatasetKind
{
    /// <summary>Gold and verified candidates.</summary>
    Verified,

    /// <summary>Gold and all candidates.</summary>
    Full,
}

public static class DatasetKinds
{
    public static IReadOnlyList<DatasetKind> All { get; } = [DatasetKind.Verified, DatasetKind.Full];

    /// <summary>The kind as it stands in keys and files: <c>verified</c> or <c>full</c>.</summary>
    public static string Name(this DatasetKind kind) => kind == DatasetKind.Verified ? "verified" : "full";

    public static bool TryParse([NotNullWhen(true)] string? text, out DatasetKind kind)
    {
        kind = text == "full" ? DatasetKind.Full : DatasetKind.Verified;
        return text is "verified" or "full";
    }
}
