using System.Text;

namespace DatasetAdmin.Core.Storage;

/// <summary>Where the objects of a bucket lie as files; no key leads out of its folder.</summary>
internal sealed class FilePaths(string root, string bucket)
{
    private const int LongestSegment = 255;
    private readonly string _uploads = Path.Combine(root, ".uploads", bucket);

    public string Folder { get; } = Path.Combine(root, bucket);

    /// <exception cref="ArgumentException">The key breaks <see cref="ObjectKeyRules"/>, or files can't have it.</exception>
    public string Of(string key)
    {
        ObjectKeyRules.Check(key);
        var path = Folder;
        foreach (var segment in key.Split('/'))
        {
            if (Encoding.UTF8.GetByteCount(segment) > LongestSegment)
            {
                throw new ArgumentException($"The key '{key}' has a part of more than {LongestSegment} bytes, which a file's name can't have.", nameof(key));
            }

            if (segment.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0)
            {
                throw new ArgumentException($"The key '{key}' has a character that a file's name can't have.", nameof(key));
            }

            path = Path.Combine(path, segment);
            if (new FileInfo(path).LinkTarget is not null)
            {
                throw new ArgumentException($"The key '{key}' leads over a symbolic link, out of its bucket's folder.", nameof(key));
            }
        }

        return path;
    }

    /// <summary>A file beside the bucket, on the same file system, for what isn't finished.</summary>
    public string NewUpload()
    {
        Directory.CreateDirectory(_uploads);
        return Path.Combine(_uploads, Guid.NewGuid().ToString("N"));
    }

    /// <summary>Removes what processes that died left behind. A day is longer than any upload.</summary>
    public void RemoveOldUploads()
    {
        Directory.CreateDirectory(_uploads);
        foreach (var file in new DirectoryInfo(_uploads).EnumerateFiles().Where(file => file.CreationTimeUtc < DateTime.UtcNow.AddDays(-1)))
        {
            file.Delete();
        }
    }

    /// <summary>Removes the folders that a deletion left empty. A folder that gets a file meanwhile stays: only an empty one can be removed.</summary>
    public void RemoveEmptyParents(string path)
    {
        try
        {
            for (var parent = Path.GetDirectoryName(path)!; parent.Length > Folder.Length; parent = Path.GetDirectoryName(parent)!)
            {
                Directory.Delete(parent, recursive: false);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not empty, or somebody else removed it.
        }
    }

    /// <summary>Whether a folder lies where the object should, or a file where one of its folders should.</summary>
    public bool IsTakenByFolderOrFile(string path)
    {
        if (Directory.Exists(path))
        {
            return true;
        }

        for (var parent = Path.GetDirectoryName(path)!; parent.Length > Folder.Length; parent = Path.GetDirectoryName(parent)!)
        {
            if (File.Exists(parent))
            {
                return true;
            }
        }

        return false;
    }
}
