using System.Runtime.CompilerServices;

namespace DatasetAdmin.Core.Storage;

/// <summary>
/// A bucket as a folder <c>{root}/{bucket}</c>, for running without a server. An object is a file that is never changed in
/// place: it is written beside the bucket and moved in whole, and a copy is a hard link where the file system has them. The
/// ETag is made of length and time, so that a copy keeps it. Symbolic links inside a bucket are neither followed nor listed.
/// Unlike S3, a key can't be a folder of other keys.
/// </summary>
public sealed partial class FileObjectStore : IObjectStore
{
    private const int MostTries = 20;
    private readonly string _root;
    private readonly FilePaths _paths;
    private readonly FileLocks _locks;

    /// <param name="root">The folder that holds the buckets; made by <see cref="PrepareAsync"/>.</param>
    public FileObjectStore(string root, string bucket)
    {
        _root = Path.GetFullPath(root);
        Bucket = bucket;
        _paths = new FilePaths(_root, bucket);
        _locks = new FileLocks(Path.Combine(_root, ".locks", bucket), bucket);
    }

    public string Bucket { get; }

    public bool HonoursConditions => true;

    public Task PrepareAsync(bool create, CancellationToken cancellationToken) => GuardAsync(() =>
    {
        if (create)
        {
            Directory.CreateDirectory(_paths.Folder);
        }

        CheckBucket();
        _locks.Prepare();
        _paths.RemoveOldUploads();
        return Task.FromResult(true);
    });

    public async Task<StoredObject> PutAsync(string key, Stream content, string contentType, CancellationToken cancellationToken)
    {
        var path = _paths.Of(key);
        var upload = await WriteAsync(content, cancellationToken);
        return (await PlaceAsync(key, path, upload, _ => true, keepTime: false, cancellationToken))!;
    }

    public async Task<StoredObject?> TryPutAsync(string key, Stream content, string contentType, string? expectedETag, CancellationToken cancellationToken)
    {
        var path = _paths.Of(key);
        if (!content.CanSeek)
        {
            throw new ArgumentException("The content of a conditional PUT must be seekable.", nameof(content));
        }

        var upload = await WriteAsync(content, cancellationToken);
        return await PlaceAsync(key, path, upload, current => current?.ETag == expectedETag, keepTime: false, cancellationToken);
    }

    public Task<StoredObject?> FindOrNullAsync(string key, CancellationToken cancellationToken)
    {
        var path = _paths.Of(key);
        cancellationToken.ThrowIfCancellationRequested();
        return GuardAsync(() => Task.FromResult(DescribeOrNull(key, path)));
    }

    public async Task<bool> ReadAsync(string key, Func<StoredObject, Stream, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        var path = _paths.Of(key);
        cancellationToken.ThrowIfCancellationRequested();
        var file = await GuardAsync(() => Task.FromResult(OpenOrNull(path)));
        if (file is null)
        {
            return false;
        }

        var item = FileTags.Describe(key, file.Length, File.GetLastWriteTimeUtc(file.SafeFileHandle));
        await using var body = new BodyStream(file, item.Size, Timeout.InfiniteTimeSpan, cancellationToken);
        try
        {
            await read(item, body, cancellationToken);
        }
        catch (Exception) when (body.Fault is not null)
        {
            // The file's fault, whatever the reader made of it; said below.
        }

        return body.Fault is null ? true : throw FileFaults.Describe(body.Fault, Bucket);
    }

    public async Task<CopyResult> CopyAsync(string sourceBucket, string sourceKey, string sourceETag, string key, CancellationToken cancellationToken)
    {
        var source = new FilePaths(_root, sourceBucket).Of(sourceKey);
        var path = _paths.Of(key);
        var upload = await GuardAsync(() => Task.FromResult(_paths.NewUpload()));
        try
        {
            // What is compared is the link, which can't change any more, and not the source, which can.
            if (!await GuardAsync(() => Task.FromResult(FileLinks.TryLinkOrCopy(source, upload))))
            {
                return Directory.Exists(new FilePaths(_root, sourceBucket).Folder)
                    ? CopyResult.Missing
                    : throw FileFaults.BucketMissing(sourceBucket, new FilePaths(_root, sourceBucket).Folder);
            }

            if (FileTags.DescribeOrNull(key, upload)?.ETag != sourceETag)
            {
                return CopyResult.Changed;
            }

            var copy = await PlaceAsync(key, path, upload, _ => true, keepTime: true, cancellationToken);
            return new CopyResult(CopyOutcome.Copied, copy!.ETag);
        }
        finally
        {
            File.Delete(upload);
        }
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, string? startAfter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ObjectKeyRules.CheckPrefix(prefix);
        ObjectKeyRules.CheckPrefix(startAfter ?? "");
        await Task.Yield();
        CheckBucket();
        foreach (var item in new FileListing(_paths, Bucket, prefix, startAfter ?? "").Walk())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return item;
        }
    }

    public async Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var files = keys.Select(key => (Key: key, Path: _paths.Of(key))).ToList();
        foreach (var (key, path) in files)
        {
            using var held = await _locks.HoldAsync(key, cancellationToken);
            await GuardAsync(() =>
            {
                if (DescribeOrNull(key, path) is not null)
                {
                    File.Delete(path);
                    _paths.RemoveEmptyParents(path);
                }

                return Task.FromResult(true);
            });
        }
    }

    private FileStream? OpenOrNull(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException || _paths.IsTakenByFolderOrFile(path))
        {
            CheckBucket();
            return null;
        }
    }

    private StoredObject? DescribeOrNull(string key, string path)
    {
        var found = FileTags.DescribeOrNull(key, path);
        if (found is null)
        {
            CheckBucket();
        }

        return found;
    }

    private void CheckBucket()
    {
        if (!Directory.Exists(_paths.Folder))
        {
            throw FileFaults.BucketMissing(Bucket, _paths.Folder);
        }
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FileFaults.Describe(e, Bucket);
        }
    }
}
