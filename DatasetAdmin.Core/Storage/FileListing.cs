using System.IO.Enumeration;

namespace DatasetAdmin.Core.Storage;

/// <summary>
/// Walks a bucket's folder in the order of whole keys, holding what one folder per level has. Within a folder that order is
/// the names' own, with a <c>/</c> behind each folder's: <c>a-b</c>, <c>a.c</c>, then what lies under <c>a/</c>, then <c>a0</c>.
/// </summary>
internal sealed class FileListing(FilePaths paths, string bucket, string prefix, string startAfter)
{
    private static readonly EnumerationOptions s_everything = new()
    {
        AttributesToSkip = FileAttributes.ReparsePoint,
        IgnoreInaccessible = false,
        ReturnSpecialDirectories = false,
    };

    // What .NET says of a file that is deleted between its name and its description.
    private static readonly DateTime s_never = DateTime.FromFileTimeUtc(0);

    public IEnumerable<StoredObject> Walk()
    {
        var start = prefix[..(prefix.LastIndexOf('/') + 1)];
        return Walk(start, start.Length == 0 ? paths.Folder : paths.Of(start.TrimEnd('/')));
    }

    /// <param name="path">What all keys below begin with: empty, or a folder with its <c>/</c>.</param>
    private IEnumerable<StoredObject> Walk(string path, string directory)
    {
        foreach (var (key, length, lastWrite) in Entries(path, directory))
        {
            if (key.EndsWith('/'))
            {
                foreach (var item in Walk(key, Path.Combine(directory, key[path.Length..])))
                {
                    yield return item;
                }
            }
            else
            {
                yield return FileTags.Describe(key, length, lastWrite);
            }
        }
    }

    private List<(string Key, long Length, DateTime LastWrite)> Entries(string path, string directory)
    {
        List<(string Key, long Length, DateTime LastWrite)> entries = [];
        try
        {
            // Described while the folder is walked: to ask for each file afterwards takes more than twice as long.
            var found = new FileSystemEnumerable<(string Key, long Length, DateTime LastWrite)>(
                directory,
                (ref FileSystemEntry entry) => entry.IsDirectory
                    ? ($"{path}{entry.FileName}/", 0, default)
                    : ($"{path}{entry.FileName}", entry.Length, entry.LastWriteTimeUtc.UtcDateTime),
                s_everything);
            entries.AddRange(found.Where(entry => entry.LastWrite != s_never && MayHold(entry.Key)));
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

        entries.Sort((left, right) => ObjectKeyRules.Order.Compare(left.Key, right.Key));
        return entries;
    }

    private bool MayHold(string key)
    {
        var isFolder = key.EndsWith('/');
        var hasPrefix = key.StartsWith(prefix, StringComparison.Ordinal) || (isFolder && prefix.StartsWith(key, StringComparison.Ordinal));
        var isAfter = startAfter.Length == 0
            || ObjectKeyRules.Order.Compare(key, startAfter) > 0
            || (isFolder && startAfter.StartsWith(key, StringComparison.Ordinal));
        return hasPrefix && isAfter;
    }
}
