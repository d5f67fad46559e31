using System.Diagnostics.CodeAnalysis;

namespace DatasetAdmin.Core.Classes;

/// <summary>One face class. Its index is its place in the configured order.</summary>
/// <param name="Index">0-based.</param>
/// <param name="Name">Also the folder's name in candidates and datasets.</param>
/// <param name="Keys">Values of <c>style_id</c> that mean this class, beside its name.</param>
/// <param name="GoldFolders">Folder names in gold that hold this class, beside its name.</param>
public sealed record FaceClass(int Index, string Name, IReadOnlyList<string> Keys, IReadOnlyList<string> GoldFolders);

/// <summary>The configured classes, in their order. Names, keys and folders are found without regard to case.</summary>
public sealed class FaceClasses
{
    private readonly Dictionary<string, FaceClass> _byKey = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, FaceClass> _byFolder = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="ArgumentException">Two classes share a name, a key or a folder.</exception>
    public FaceClasses(IReadOnlyList<FaceClass> all)
    {
        All = all;
        foreach (var item in all)
        {
            Add(_byKey, item.Keys, item, "key");
            Add(_byFolder, item.GoldFolders, item, "gold folder");
        }
    }

    public IReadOnlyList<FaceClass> All { get; }

    /// <summary>The class that a <c>style_id</c> or an <c>initial_prediction</c> means, or null.</summary>
    public FaceClass? FindOrNull(string? key) => key is null ? null : _byKey.GetValueOrDefault(key.Trim());

    /// <summary>The class whose images a gold folder holds, or null.</summary>
    public FaceClass? FindByGoldFolderOrNull(string folder) => _byFolder.GetValueOrDefault(folder);

    /// <exception cref="KeyNotFoundException">There is no class of this name.</exception>
    public FaceClass Get(string name) =>
        TryGet(name, out var found) ? found : throw new KeyNotFoundException($"There is no class '{name}'.");

    public bool TryGet(string name, [NotNullWhen(true)] out FaceClass? found)
    {
        found = All.FirstOrDefault(item => item.Name == name);
        return found is not null;
    }

    private static void Add(Dictionary<string, FaceClass> index, IReadOnlyList<string> more, FaceClass item, string what)
    {
        foreach (var text in more.Prepend(item.Name).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (!index.TryAdd(text, item))
            {
                throw new ArgumentException($"The {what} '{text}' belongs to two classes: {index[text].Name} and {item.Name}.");
            }
        }
    }
}
