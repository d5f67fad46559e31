using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;
using Minio.DataModel.Args;

namespace DatasetAdmin.Core.Storage;

/// <summary>
/// One bucket of MinIO or another S3-compatible server: the one gateway to it. The Minio package signs, deletes and creates;
/// bodies move through presigned URLs. Three calls are AWSSDK.S3's: listing, because Minio's can't begin after a key, or
/// stop before the last page; copying, because Minio's makes three requests and doesn't tell the copy's ETag; and
/// describing, because Minio's makes two. Whatever the client, errors are told by status and never by an exception's text.
/// </summary>
public sealed partial class MinioObjectStore : IObjectStore
{
    private const int MostListedAtOnce = 1000;

    // S3 takes 1000, but some stores delete one by one before they answer, and that has a deadline.
    private const int MostDeletedAtOnce = 250;

    private readonly MinioConnection _connection;
    private readonly ILogger<MinioObjectStore> _logger;
    private readonly PresignedTransfers _transfers;
    private readonly bool _readOnly;
    private bool _quotesETags = true;

    /// <param name="readOnly">The photo bucket: never written to, not even to try out conditions.</param>
    public MinioObjectStore(MinioConnection connection, string bucket, bool readOnly, ILogger<MinioObjectStore> logger)
    {
        (_connection, Bucket, _readOnly, _logger) = (connection, bucket, readOnly, logger);
        _transfers = new PresignedTransfers(connection, bucket);
    }

    public string Bucket { get; }

    public bool HonoursConditions { get; private set; }

    public async Task PrepareAsync(bool create, CancellationToken cancellationToken)
    {
        try
        {
            // A listing proves the server, the keys and the bucket at once; a HEAD's 200 proves nothing.
            await PageAsync(new ListObjectsV2Request { BucketName = Bucket, MaxKeys = 1 }, cancellationToken);
        }
        catch (ObjectStoreException e) when (e.Fault == ObjectStoreFault.BucketMissing && create && !_readOnly)
        {
            await CallAsync("CreateBucket", null, token => _connection.Minio.MakeBucketAsync(new MakeBucketArgs().WithBucket(Bucket), token), cancellationToken);
            StorageLog.Created(_logger, Bucket);
        }

        if (!_readOnly)
        {
            HonoursConditions = await ProbeAsync(cancellationToken);
        }

        StorageLog.Ready(_logger, Bucket, HonoursConditions);
    }

    public async Task<StoredObject> PutAsync(string key, Stream content, string contentType, CancellationToken cancellationToken)
    {
        CheckWrite(key);
        await using var upload = await Upload.MeasureAsync(content, cancellationToken);
        return await PutAsync(key, upload, contentType, cancellationToken);
    }

    public async Task<StoredObject?> FindOrNullAsync(string key, CancellationToken cancellationToken)
    {
        ObjectKeyRules.Check(key);
        try
        {
            var found = await _connection.CallAsync("Find", null, token => _connection.Amazon.GetObjectMetadataAsync(Bucket, key, token), cancellationToken);
            return found is { ETag.Length: > 0, LastModified: { } lastModified }
                ? new StoredObject(key, found.ContentLength, found.ETag.Trim('"'), lastModified.ToUniversalTime())
                : throw new S3Failure("it gave an object without ETag or time") { NotS3 = true };
        }
        catch (S3Failure failure) when (failure.KeyMissing)
        {
            // A HEAD's 404 may mean the bucket, and a photo must not be called missing because its bucket is. A GET tells.
            StoredObject? opened = null;
            await ReadAsync(key, (item, _, _) => Task.FromResult(opened = item), cancellationToken);
            return opened;
        }
        catch (S3Failure failure)
        {
            throw Describe(failure);
        }
    }

    public async Task<bool> ReadAsync(string key, Func<StoredObject, Stream, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        ObjectKeyRules.Check(key);
        ExceptionDispatchInfo? readersOwn = null;
        try
        {
            await CallAsync("Read", null, token => _transfers.GetAsync(key, ReadOnceAsync, token), cancellationToken);
        }
        catch (ObjectStoreException e) when (e.InnerException is S3Failure { KeyMissing: true })
        {
            return false;
        }

        readersOwn?.Throw();
        return true;

        async Task ReadOnceAsync(StoredObject item, BodyStream body)
        {
            try
            {
                await read(item, body, cancellationToken);
            }
            catch (Exception e) when (body.Fault is null)
            {
                readersOwn = ExceptionDispatchInfo.Capture(e);
            }
            catch (Exception) when (body.Fault is not null)
            {
                // The store's fault, whatever the reader made of it.
            }

            if (body.Fault is not null)
            {
                throw new S3Failure("a body broke off", body.Fault);
            }
        }
    }

    public async Task<CopyResult> CopyAsync(string sourceBucket, string sourceKey, string sourceETag, string key, CancellationToken cancellationToken)
    {
        ObjectKeyRules.Check(sourceKey);
        CheckWrite(key);
        var request = new CopyObjectRequest
        {
            SourceBucket = sourceBucket,
            SourceKey = sourceKey,
            ETagToMatch = $"\"{sourceETag}\"",
            DestinationBucket = Bucket,
            DestinationKey = key,
        };
        string etag;
        try
        {
            var response = await _connection.CallAsync(
                "Copy", "CopyObjectResult", token => _connection.Amazon.CopyObjectAsync(request, token), cancellationToken);
            etag = response.ETag.Trim('"');
        }
        catch (S3Failure failure) when (failure.ConditionFailed)
        {
            return CopyResult.Changed;
        }
        catch (S3Failure failure) when (failure.KeyMissing)
        {
            return CopyResult.Missing;
        }
        catch (S3Failure failure)
        {
            throw Describe(failure);
        }

        if (etag == sourceETag)
        {
            return new CopyResult(CopyOutcome.Copied, etag);
        }

        // Ceph ignores the condition, and a source that was uploaded in parts may get another tag by being copied. The
        // source itself tells which it was.
        var source = await new MinioObjectStore(_connection, sourceBucket, readOnly: true, _logger).FindOrNullAsync(sourceKey, cancellationToken);
        return source?.ETag == sourceETag ? new CopyResult(CopyOutcome.Copied, etag) : CopyResult.Changed;
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, string? startAfter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ObjectKeyRules.CheckPrefix(prefix);
        ObjectKeyRules.CheckPrefix(startAfter ?? "");
        var request = new ListObjectsV2Request { BucketName = Bucket, Prefix = prefix, MaxKeys = MostListedAtOnce };
        if (!string.IsNullOrEmpty(startAfter))
        {
            request.StartAfter = startAfter;
        }

        var last = startAfter ?? "";
        while (true)
        {
            var page = await PageAsync(request, cancellationToken);
            foreach (var item in page.S3Objects ?? [])
            {
                if (!item.Key.StartsWith(prefix, StringComparison.Ordinal) || ObjectKeyRules.Order.Compare(item.Key, last) <= 0)
                {
                    throw Describe(new S3Failure("its listing is out of order") { NotS3 = true });
                }

                last = item.Key;
                yield return new StoredObject(item.Key, item.Size ?? 0, item.ETag.Trim('"'), (item.LastModified ?? default).ToUniversalTime());
            }

            if (page.IsTruncated != true)
            {
                yield break;
            }

            request.ContinuationToken = page.NextContinuationToken is { Length: > 0 } next
                ? next
                : throw Describe(new S3Failure("its listing breaks off") { NotS3 = true });
        }
    }

    public async Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        foreach (var key in keys)
        {
            CheckWrite(key);
        }

        foreach (var some in keys.Chunk(MostDeletedAtOnce))
        {
            await CallAsync("Delete", "DeleteResult", token => DeleteOnceAsync(some, token), cancellationToken);
        }
    }

    private async Task DeleteOnceAsync(IList<string> keys, CancellationToken cancellationToken)
    {
        var errors = await _connection.Minio.RemoveObjectsAsync(new RemoveObjectsArgs().WithBucket(Bucket).WithObjects(keys), cancellationToken);
        if (errors.FirstOrDefault(error => error.Code != "NoSuchKey") is { } first)
        {
            throw S3Failure.FromCode(first.Code);
        }
    }

    private Task<StoredObject> PutAsync(string key, Upload upload, string contentType, CancellationToken cancellationToken) =>
        CallAsync("Put", null, token => _transfers.PutAsync(key, upload, contentType, null, token), cancellationToken);

    private Task<ListObjectsV2Response> PageAsync(ListObjectsV2Request request, CancellationToken cancellationToken) =>
        CallAsync("List", "ListBucketResult", token => _connection.Amazon.ListObjectsV2Async(request, token), cancellationToken);

    private Task<bool> CallAsync(string operation, string? expectedRoot, Func<CancellationToken, Task> call, CancellationToken cancellationToken) =>
        CallAsync(
            operation,
            expectedRoot,
            async token =>
            {
                await call(token);
                return true;
            },
            cancellationToken);

    private async Task<T> CallAsync<T>(string operation, string? expectedRoot, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await _connection.CallAsync(operation, expectedRoot, call, cancellationToken);
        }
        catch (S3Failure failure)
        {
            throw Describe(failure);
        }
    }

    private void CheckWrite(string key)
    {
        ObjectKeyRules.Check(key);
        if (_readOnly)
        {
            throw new InvalidOperationException($"The bucket '{Bucket}' is only read.");
        }
    }

    private ObjectStoreException Describe(S3Failure failure) =>
        S3Faults.Describe(failure, _connection.Endpoint, Bucket, _readOnly ? "Buckets:Photos" : "Buckets:Artifacts");
}
