namespace DatasetAdmin.Core.Storage;

// Writing: a whole file beside the bucket first, then one move.
public sealed partial class FileObjectStore
{
    private async Task<string> WriteAsync(Stream content, CancellationToken cancellationToken)
    {
        var announced = content.CanSeek ? content.Length - content.Position : (long?)null;
        var upload = await GuardAsync(() => Task.FromResult(_paths.NewUpload()));
        try
        {
            await using var file = await GuardAsync(() => Task.FromResult(
                new FileStream(upload, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous)));
            var buffer = new byte[81920];
            int count;
            while ((count = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                await GuardAsync(async () =>
                {
                    await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                    return true;
                });
            }

            if (file.Position < announced)
            {
                throw new EndOfStreamException($"The content ended after {file.Position} of {announced} bytes.");
            }

            await GuardAsync(() =>
            {
                file.Flush(flushToDisk: true);
                return Task.FromResult(true);
            });
            return upload;
        }
        catch
        {
            File.Delete(upload);
            throw;
        }
    }

    /// <summary>Moves a finished upload to its place if <paramref name="admits"/> what is there. Null when it doesn't; the upload is gone either way.</summary>
    private async Task<StoredObject?> PlaceAsync(
        string key, string path, string upload, Func<StoredObject?, bool> admits, bool keepTime, CancellationToken cancellationToken)
    {
        try
        {
            using var held = await _locks.HoldAsync(key, cancellationToken);
            return await GuardAsync(() =>
            {
                var current = DescribeOrNull(key, path);
                if (!admits(current))
                {
                    return Task.FromResult<StoredObject?>(null);
                }

                if (!keepTime)
                {
                    File.SetLastWriteTimeUtc(upload, FileTags.NewTime(current));
                }

                var placed = FileTags.DescribeOrNull(key, upload);
                Move(upload, path);
                return Task.FromResult(placed);
            });
        }
        finally
        {
            File.Delete(upload);
        }
    }

    private void Move(string upload, string path)
    {
        CheckBucket();
        for (var tries = 1; ; tries++)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.Move(upload, path, overwrite: true);
                return;
            }
            catch (DirectoryNotFoundException) when (tries < MostTries)
            {
                // A deletion next to it has just removed the folder, empty as it was.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException && _paths.IsTakenByFolderOrFile(path))
            {
                throw new ArgumentException("A file store can't hold a key that is a folder of another key.", e);
            }
        }
    }
}
