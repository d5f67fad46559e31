using DatasetAdmin.Core.Classes;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Core.Gold;

/// <summary>
/// What the places of gold's files mean: <c>{Class}/…</c>, or where gold is split <c>{train|val|test}/{Class}/…</c>, the class
/// under its name or one of its aliases.
/// </summary>
public sealed class GoldSet(FaceClasses classes)
{
    public static IReadOnlyList<string> Splits { get; } = ["train", "val", "test"];

    /// <summary>The folders that belong to no class, as they were met.</summary>
    public SortedSet<string> UnmappedFolders { get; } = new(StringComparer.Ordinal);

    public IndexedFolder Folder => new(ObjectKeys.Gold, ObjectKeys.GoldIndex, ObjectKeys.GoldImages, Include, Name);

    /// <summary>Takes a file, given relative to gold, apart; the class is null where its folder belongs to none.</summary>
    public (string? Split, FaceClass? Class, string Folder, string Stem) Parse(string file)
    {
        var parts = file.Split('/');
        var split = parts.Length > 2 && Splits.Contains(parts[0]) ? parts[0] : null;
        var place = split is null ? 0 : 1;
        if (parts.Length < place + 2)
        {
            return (split, null, "", "");
        }

        var folder = string.Join('/', parts[..(place + 1)]);
        return (split, classes.FindByGoldFolderOrNull(parts[place]), folder, Path.ChangeExtension(string.Join('_', parts[(place + 1)..]), null));
    }

    private bool Include(string file)
    {
        var (_, face, folder, _) = Parse(file);
        if (face is null && folder.Length > 0)
        {
            UnmappedFolders.Add(folder);
        }

        return face is not null;
    }

    private string Name(string file, string sha256, string extension) => ObjectKeys.GoldName(Parse(file).Stem, sha256, extension);
}
