using DatasetAdmin.Core.Storage;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.ImageLists;

/// <summary>An image list as a manifest names it.</summary>
/// <param name="Key">In the artifacts bucket.</param>
/// <param name="Rows">How many images it lists.</param>
/// <param name="Sha256">Of the Parquet file.</param>
public sealed record ImagesFile(string Key, long Rows, string Sha256);

/// <summary>A list that its manifest names is missing, or isn't the file that the manifest means.</summary>
public sealed class ImageListException(string message) : Exception(message);

/// <summary>
/// Parquet lists in the bucket and on local disk. A list never changes under its hash, so that a downloaded one is
/// kept, by hash, until the room is needed.
/// </summary>
public sealed class ImageListStore(Buckets buckets, DataFolder data, IOptions<ImageListOptions> options, TimeProvider time) : IDisposable
{
    private readonly string _cache = data.Make("cache", "lists");
    private readonly string _scratch = data.Make("scratch");
    private readonly SemaphoreSlim _deriving = new(1);

    /// <summary>An empty database for one job.</summary>
    public ListDatabase CreateDatabase() => ListDatabase.Create(_scratch, options.Value);

    /// <summary>Removes what jobs of killed processes left on local disk. Called once at start; running jobs of other processes are younger.</summary>
    public void DropAbandoned()
    {
        var old = time.GetUtcNow().UtcDateTime.AddDays(-2);
        foreach (var folder in new DirectoryInfo(_scratch).EnumerateDirectories().Where(folder => LastWritten(folder) < old))
        {
            folder.Delete(recursive: true);
        }

        foreach (var file in new DirectoryInfo(_scratch).EnumerateFiles().Where(file => file.LastWriteTimeUtc < old))
        {
            file.Delete();
        }

        static DateTime LastWritten(DirectoryInfo folder) =>
            folder.EnumerateFileSystemInfos().Select(item => item.LastWriteTimeUtc).Append(folder.LastWriteTimeUtc).Max();
    }

    /// <summary>Stores a list that was written to a local file, moves that file into the cache, and says how to name it.</summary>
    /// <param name="artifacts">The artifacts bucket under the lease of the run that writes.</param>
    public async Task<ImagesFile> StoreAsync(IObjectStore artifacts, string path, string key, long rows, CancellationToken cancellationToken)
    {
        var sha256 = await Hashes.Sha256OfFileAsync(path, cancellationToken);
        await using (var file = File.OpenRead(path))
        {
            await artifacts.PutAsync(key, file, ContentTypes.Parquet, cancellationToken);
        }

        File.Move(path, CachePath(sha256), overwrite: true);
        return new(key, rows, sha256);
    }

    /// <summary>The path of a local copy, to be read and not changed. It stays while the job that asked runs.</summary>
    /// <exception cref="ImageListException">The list is missing or isn't the one that was meant.</exception>
    public async Task<string> FetchAsync(ImagesFile list, CancellationToken cancellationToken)
    {
        if (FindLocalOrNull(list.Sha256) is { } local)
        {
            return local;
        }

        MakeRoom();
        var temporary = Path.Combine(_scratch, $"{Guid.NewGuid():n}.parquet");
        try
        {
            var found = await buckets.Artifacts.ReadAsync(
                list.Key,
                async (_, content, token) =>
                {
                    await using var file = File.Create(temporary);
                    await content.CopyToAsync(file, token);
                },
                cancellationToken);
            if (!found)
            {
                throw new ImageListException($"The image list {list.Key} is missing, though its manifest names it.");
            }

            var sha256 = await Hashes.Sha256OfFileAsync(temporary, cancellationToken);
            if (sha256 != list.Sha256)
            {
                throw new ImageListException($"The image list {list.Key} was changed: its SHA-256 is {sha256}, and its manifest says {list.Sha256}.");
            }

            File.Move(temporary, CachePath(list.Sha256), overwrite: true);
            return CachePath(list.Sha256);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>
    /// The path of a local file that is made from lists and kept like them. Where it isn't there it is made, one at a time, so that
    /// those who ask for the same wait for it and many who ask for others don't multiply memory.
    /// </summary>
    /// <param name="name">Names its content: the lists' hashes and what is made of them.</param>
    /// <param name="make">Writes the file to the path that it is given.</param>
    public async Task<string> DeriveAsync(string name, Func<string, Task> make, CancellationToken cancellationToken)
    {
        if (FindLocalOrNull(name) is { } local)
        {
            return local;
        }

        await _deriving.WaitAsync(cancellationToken);
        var temporary = Path.Combine(_scratch, $"{Guid.NewGuid():n}.parquet");
        try
        {
            if (FindLocalOrNull(name) is { } made)
            {
                return made;
            }

            MakeRoom();
            await make(temporary);
            File.Move(temporary, CachePath(name), overwrite: true);
            return CachePath(name);
        }
        finally
        {
            _deriving.Release();
            File.Delete(temporary);
        }
    }

    public void Dispose() => _deriving.Dispose();

    private string? FindLocalOrNull(string name)
    {
        var path = CachePath(name);
        if (!File.Exists(path))
        {
            return null;
        }

        File.SetLastAccessTimeUtc(path, time.GetUtcNow().UtcDateTime);
        return path;
    }

    private string CachePath(string name) => Path.Combine(_cache, $"{name}.parquet");

    // The least recently used go first. Fresh ones stay whatever the room: a job that runs may be about to read them.
    private void MakeRoom()
    {
        var limit = options.Value.CacheMegabytes * 1024L * 1024;
        long kept = 0;
        foreach (var file in new DirectoryInfo(_cache).EnumerateFiles("*.parquet").OrderByDescending(file => file.LastAccessTimeUtc))
        {
            kept += file.Length;
            if (kept > limit && file.LastAccessTimeUtc < time.GetUtcNow().UtcDateTime.AddHours(-12))
            {
                file.Delete();
            }
        }
    }
}
