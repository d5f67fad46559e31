namespace DatasetAdmin.Core.Storage;

/// <summary>
/// Walks a bucket's folder in the order of whole keys, holding the names of one folder per level. Within a folder that order
/// is the names' own, with a <c>/</c> behind each folder's: <c>a-b</c>, <c>a.c</c>, then what lies under <c>a/</c>, then <c>a0</c>.
/// </summary>
internal sealed class FileListing(FilePaths paths, string bucket, string prefix, string startAfter)
{
    private static readonly EnumerationOptions s_everything = new()
    {
        AttributesToSkip = FileAttributes.ReparsePoint,
        IgnoreInaccessible = false,
        ReturnSpecialDirectories = false,
    };

    public IEnumerable<StoredObject> Walk()
    {
        var start = prefix[..(prefix.LastIndexOf('/') + 1)];
        return Walk(start, start.Length == 0 ? paths.Folder : paths.Of(start.TrimEnd('/')));
    }

    /// <param name="path">What all keys below begin with: empty, or a folder with its <c>/</c>.</param>
    private IEnumerable<StoredObject> Walk(string path, string directory)
    {
        foreach (var name in Names(path, directory))
        {
            var key = path + name;
            if (name.EndsWith('/'))
            {
                foreach (var item in Walk(key, Path.Combine(directory, name)))
                {
                    yield return item;
                }
            }
            else if (FileTags.DescribeOrNull(key, Path.Combine(directory, name)) is { } item)
            {
                yield return item;
            }
        }
    }

    private List<string> Names(string path, string directory)
    {
        var names = new List<string>();
        try
        {
            foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos("*", s_everything))
            {
                var name = entry is DirectoryInfo ? entry.Name + "/" : entry.Name;
                if (MayHold(path + name, isFolder: entry is DirectoryInfo))
                {
                    names.Add(name);
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing was ever there, or it was deleted during the walk.
        }
        catch (IOException) when (File.Exists(directory.TrimEnd('/')))
        {
            // An object lies where the prefix has a folder: nothing is below it.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FileFaults.Describe(e, bucket);
        }

        names.Sort(ObjectKeyRules.Order);
        return names;
    }

    private bool MayHold(string key, bool isFolder)
    {
        var hasPrefix = key.StartsWith(prefix, StringComparison.Ordinal) || (isFolder && prefix.StartsWith(key, StringComparison.Ordinal));
        var isAfter = startAfter.Length == 0
            || ObjectKeyRules.Order.Compare(key, startAfter) > 0
            || (isFolder && startAfter.StartsWith(key, StringComparison.Ordinal));
        return hasPrefix && isAfter;
    }
}
