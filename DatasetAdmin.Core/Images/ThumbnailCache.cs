using DatasetAdmin.Core.Storage;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Images;

/// <summary>
/// Made thumbnails on local disk, by what they were made of. What was shown least recently goes first when the room is needed; whatever
/// goes can be made again.
/// </summary>
public sealed class ThumbnailCache(DataFolder data, IOptions<ThumbnailOptions> options, TimeProvider time)
{
    private readonly string _folder = data.Make("cache", "thumbnails");
    private readonly long _limit = options.Value.CacheMegabytes * 1024L * 1024;
    private readonly Lock _gate = new();
    private long? _bytes;

    /// <summary>The path of a thumbnail that was made, or null.</summary>
    /// <param name="name">A hash, in hex.</param>
    public string? FindOrNull(string name)
    {
        var file = new FileInfo(PathOf(name));
        if (!file.Exists)
        {
            return null;
        }

        var now = time.GetUtcNow().UtcDateTime;
        if (file.LastAccessTimeUtc < now.AddHours(-1))
        {
            try
            {
                file.LastAccessTimeUtc = now;
            }
            catch (FileNotFoundException)
            {
                return null;
            }
        }

        return file.FullName;
    }

    /// <summary>Keeps a thumbnail and returns its path.</summary>
    public async Task<string> AddAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        // Whoever finds the name finds the whole file.
        var temporary = Path.Combine(_folder, $"{Guid.NewGuid():n}.new");
        await File.WriteAllBytesAsync(temporary, content, cancellationToken);
        File.SetLastAccessTimeUtc(temporary, time.GetUtcNow().UtcDateTime);
        File.Move(temporary, path, overwrite: true);
        MakeRoom(content.Length);
        return path;
    }

    private void MakeRoom(long added)
    {
        lock (_gate)
        {
            _bytes = _bytes is { } known ? known + added : Files().Sum(file => file.Length);
            if (_bytes <= _limit)
            {
                return;
            }

            // A tenth more than must be, so that the next thumbnail doesn't look through the folder again.
            long kept = 0;
            foreach (var file in Files().OrderByDescending(file => file.LastAccessTimeUtc).ToList())
            {
                kept += file.Length;
                if (kept > _limit * 9 / 10)
                {
                    kept -= file.Length;
                    file.Delete();
                }
            }

            _bytes = kept;
        }
    }

    // Only those that are whole: one that another thread is writing gets its name, and is gone, while this looks.
    private IEnumerable<FileInfo> Files() => new DirectoryInfo(_folder).EnumerateFiles("*.webp", SearchOption.AllDirectories);

    private string PathOf(string name) => Path.Combine(_folder, name[..2], $"{name}.webp");
}
