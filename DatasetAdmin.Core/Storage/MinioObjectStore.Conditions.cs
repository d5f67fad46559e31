namespace DatasetAdmin.Core.Storage;

// Conditional writes: with the store's help, without it, and when an answer was lost.
public sealed partial class MinioObjectStore
{
    public async Task<StoredObject?> TryPutAsync(string key, Stream content, string contentType, string? expectedETag, CancellationToken cancellationToken)
    {
        CheckWrite(key);
        if (!content.CanSeek)
        {
            throw new ArgumentException("A conditional PUT may have to be sent again: its content must be seekable.", nameof(content));
        }

        await using var upload = await Upload.MeasureAsync(content, cancellationToken);
        return HonoursConditions
            ? await PutIfAsync(key, upload, contentType, new PutCondition(expectedETag, _quotesETags), cancellationToken)
            : await ComparePutCompareAsync(key, upload, contentType, expectedETag, cancellationToken);
    }

    private async Task<StoredObject?> PutIfAsync(string key, Upload upload, string contentType, PutCondition condition, CancellationToken cancellationToken)
    {
        // Once an answer was lost, the body may have arrived: a later refusal may then be of our own doing.
        var unsure = false;
        try
        {
            return await _connection.CallAsync("TryPut", null, PutOnceAsync, cancellationToken);
        }
        catch (S3Failure failure) when (failure.ConditionFailed || (failure.KeyMissing && condition.ETag is not null))
        {
            return unsure ? await FindOursAsync(key, upload, cancellationToken) : null;
        }
        catch (S3Failure failure) when (unsure)
        {
            return await FindOursAsync(key, upload, cancellationToken) ?? throw Describe(failure);
        }
        catch (S3Failure failure)
        {
            throw Describe(failure);
        }

        async Task<StoredObject?> PutOnceAsync(CancellationToken token)
        {
            try
            {
                return await _transfers.PutAsync(key, upload, contentType, condition, token);
            }
            catch (Exception e) when (S3Failure.From(e).Fault == ObjectStoreFault.Unavailable)
            {
                unsure = true;
                throw;
            }
        }
    }

    private async Task<StoredObject?> ComparePutCompareAsync(
        string key, Upload upload, string contentType, string? expectedETag, CancellationToken cancellationToken)
    {
        if ((await FindOrNullAsync(key, cancellationToken))?.ETag != expectedETag)
        {
            return null;
        }

        var stored = await PutAsync(key, upload, contentType, cancellationToken);
        var found = await FindOrNullAsync(key, cancellationToken);
        return found?.ETag == stored.ETag ? found : null;
    }

    private async Task<StoredObject?> FindOursAsync(string key, Upload upload, CancellationToken cancellationToken)
    {
        StoredObject? ours = null;
        await ReadAsync(key, CompareAsync, cancellationToken);
        return ours;

        async Task CompareAsync(StoredObject item, Stream body, CancellationToken token)
        {
            // By its bytes: an encrypted bucket's ETag isn't their MD5.
            ours = item.Size == upload.Length && await Upload.HashAsync(body, token) is { } md5 && md5.AsSpan().SequenceEqual(upload.Md5) ? item : null;
        }
    }

    private async Task<bool> ProbeAsync(CancellationToken cancellationToken)
    {
        var probe = new ConditionProbe(_connection, _transfers);
        try
        {
            var flaw = await probe.FindFlawAsync(cancellationToken);
            _quotesETags = probe.QuotesETags;
            if (flaw is not null)
            {
                StorageLog.ConditionsIgnored(_logger, Bucket, flaw);
            }

            return flaw is null;
        }
        catch (S3Failure failure)
        {
            throw Describe(failure);
        }
        finally
        {
            try
            {
                await DeleteAsync(probe.Keys, cancellationToken);
            }
            catch (ObjectStoreException e)
            {
                StorageLog.ProbeLeftBehind(_logger, Bucket, e.Message);
            }
        }
    }
}
