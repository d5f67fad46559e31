using DatasetAdmin.Core.Browsing;

namespace DatasetAdmin.Core.Gold;

/// <summary>What gold holds and what of it datasets can't use.</summary>
/// <param name="List">Its images, as its index knows them; null while it was never indexed.</param>
/// <param name="IndexedAt">When the index last changed, UTC.</param>
/// <param name="IsSplit">Whether it has the folders train, val and test. Then what lies beside them is left out.</param>
/// <param name="Classes">All configured classes, in their order.</param>
/// <param name="UnmappedFolders">The folders, relative to gold, that belong to no class.</param>
/// <param name="LooseFiles">The first files that lie in no class folder.</param>
/// <param name="LeftOut">The first files in class folders that datasets leave out.</param>
/// <param name="LeftOutTotal">How many those are.</param>
public sealed record GoldSummary(
    BrowsedList? List,
    DateTime? IndexedAt,
    bool IsSplit,
    IReadOnlyList<GoldClass> Classes,
    IReadOnlyList<string> UnmappedFolders,
    IReadOnlyList<string> LooseFiles,
    IReadOnlyList<GoldLeftOut> LeftOut,
    long LeftOutTotal)
{
    /// <summary>Of a gold that is split, in their order; otherwise none.</summary>
    public IReadOnlyList<string> Splits => IsSplit ? GoldSet.Splits : [];

    public long Images => Classes.Sum(item => item.Images);

    public long Bytes => Classes.Sum(item => item.Bytes);
}

/// <param name="Folders">Those that hold its images, relative to gold.</param>
/// <param name="BySplit">Images in each split, in the order of <see cref="GoldSummary.Splits"/>; one number where gold isn't split.</param>
public sealed record GoldClass(string Name, IReadOnlyList<string> Folders, IReadOnlyList<long> BySplit, long Bytes)
{
    public long Images => BySplit.Sum();
}

/// <param name="File">Relative to gold.</param>
/// <param name="Reason">A rejection's, <see cref="BesideSplits"/> or <see cref="SameBytes"/>.</param>
public sealed record GoldLeftOut(string File, string Reason, string Detail, long Bytes)
{
    /// <summary>It lies in a class folder beside the splits of a gold that is split.</summary>
    public const string BesideSplits = "beside_splits";

    /// <summary>Another file has the same bytes.</summary>
    public const string SameBytes = "same_bytes";
}
