using DatasetAdmin.Core.Classes;
using DatasetAdmin.Core.ImageLists;

namespace DatasetAdmin.Core.Gold;

/// <summary>What lies in gold as its index knows it, for one change. For many threads.</summary>
internal sealed class GoldInventory : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ListDatabase _database;
    private readonly Dictionary<(string? Split, string Class), string> _folders = [];

    // What this change has added itself; an image of which nothing came is taken out again.
    private readonly Dictionary<string, string> _added = [];

    /// <param name="list">The index's list, on local disk.</param>
    public GoldInventory(ListDatabase database, string list, GoldSet gold)
    {
        _database = database;
        database.Execute($"CREATE TABLE gold AS SELECT file, sha256, bytes FROM read_parquet('{ListDatabase.Quote(list)}')");
        var counts = new Dictionary<(string? Split, string Class), Dictionary<string, int>>();
        foreach (var file in database.Rows("SELECT file FROM gold ORDER BY file", row => row.GetString(0)))
        {
            if (gold.Parse(file) is { Class: { } face } place)
            {
                IsSplit = IsSplit == true || place.Split is not null;
                var folders = counts.TryGetValue((place.Split, face.Name), out var known) ? known : counts[(place.Split, face.Name)] = [];
                folders[place.Folder] = folders.GetValueOrDefault(place.Folder) + 1;
            }
        }

        foreach (var (place, folders) in counts)
        {
            _folders[place] = folders.MaxBy(item => item.Value).Key;
        }
    }

    /// <summary>Whether gold is split; null while it has no images, which is to be decided by the first.</summary>
    public bool? IsSplit { get; private set; }

    /// <summary>How many files it has.</summary>
    public long Files => _database.Count("SELECT count(*) FROM gold");

    /// <summary>Decides for a gold without images, and says whether an image of this split, or of none, belongs into this gold.</summary>
    public bool Takes(string? split)
    {
        lock (_gate)
        {
            return (IsSplit ??= split is not null) == split is not null;
        }
    }

    /// <summary>The folder, relative to gold, that a class's images are put into: the one that most of them are in, here or in another split.</summary>
    public string FolderOf(FaceClass face, string? split)
    {
        if (_folders.TryGetValue((split, face.Name), out var own))
        {
            return own;
        }

        var others = _folders.Where(item => item.Key.Class == face.Name).Select(item => item.Value[(item.Value.LastIndexOf('/') + 1)..]);
        var name = others.Order(StringComparer.Ordinal).FirstOrDefault() ?? face.Name;
        return split is null ? name : $"{split}/{name}";
    }

    /// <summary>Notes that an image is about to come, unless its bytes are in gold or on their way: then their file is returned.</summary>
    /// <param name="file">What it is to be called.</param>
    public string? ClaimOrFind(string sha256, string file)
    {
        lock (_gate)
        {
            var known = _added.GetValueOrDefault(sha256)
                ?? _database.Rows("SELECT file FROM gold WHERE sha256 = $sha256 ORDER BY file LIMIT 1", row => row.GetString(0), ("sha256", sha256)).FirstOrDefault();
            if (known is null)
            {
                _added[sha256] = file;
            }

            return known;
        }
    }

    /// <summary>The bytes' hash (null where they are no picture) and count of a file, or null where gold has no such file.</summary>
    public (string? Sha256, long Bytes)? FindOrNull(string file)
    {
        lock (_gate)
        {
            List<(string?, long)> found = [.. _database.Rows(
                "SELECT sha256, bytes FROM gold WHERE file = $file", row => (row.IsDBNull(0) ? null : row.GetString(0), row.GetInt64(1)), ("file", file))];
            return found.Count > 0 ? found[0] : null;
        }
    }

    public void Dispose() => _database.Dispose();
}
