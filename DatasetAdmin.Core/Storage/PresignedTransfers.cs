using System.Net;
using System.Net.Http.Headers;
using Minio.DataModel.Args;

namespace DatasetAdmin.Core.Storage;

/// <summary>
/// Bodies move through presigned URLs and a plain HttpClient, one request each, streamed: the packages buffer what they
/// send, ask more than once for what they get, and change conditional headers into metadata. Each method is one try.
/// </summary>
internal sealed class PresignedTransfers(MinioConnection connection, string bucket)
{
    // A body above this waits for the server's consent: a refusal would otherwise come as a broken connection.
    private const int AskFirst = 1024 * 1024;
    private const int ExpirySeconds = 3600;

    public async Task<StoredObject> PutAsync(string key, Upload upload, string contentType, PutCondition? condition, CancellationToken cancellationToken)
    {
        var url = await connection.Minio.PresignedPutObjectAsync(new PresignedPutObjectArgs().WithBucket(bucket).WithObject(key).WithExpiry(ExpirySeconds));
        using var request = new HttpRequestMessage(HttpMethod.Put, url);
        request.Content = upload.ToContent();
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        request.Headers.ExpectContinue = upload.Length > AskFirst;
        condition?.AddTo(request);
        using var response = await connection.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Accepted || (!response.Headers.Contains("ETag") && response.Headers.Contains("x-amz-request-id")))
        {
            // Swift's ways to say that another writer was faster and nothing was stored. A PUT replaces, so it tries again.
            throw new S3Failure(HttpStatusCode.Conflict, "OperationAborted");
        }

        return new StoredObject(key, upload.Length, ETag(response), (response.Headers.Date ?? DateTimeOffset.UtcNow).UtcDateTime);
    }

    /// <summary>Opens an object; a key that holds nothing is an <see cref="S3Failure"/> that tells whether the bucket is there.</summary>
    public async Task GetAsync(string key, Func<StoredObject, BodyStream, Task> read, CancellationToken cancellationToken)
    {
        var url = await connection.Minio.PresignedGetObjectAsync(new PresignedGetObjectArgs().WithBucket(bucket).WithObject(key).WithExpiry(ExpirySeconds));
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        using var response = await connection.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var etag = ETag(response);
        if (response.Content.Headers is not { ContentLength: { } length, LastModified: { } lastModified })
        {
            throw new S3Failure("it gave an object without length or time") { NotS3 = true };
        }

        await using var body = new BodyStream(
            await response.Content.ReadAsStreamAsync(cancellationToken), length, connection.Limits.ForBody(length), cancellationToken);
        await read(new StoredObject(key, length, etag, lastModified.UtcDateTime), body);
    }

    private static string ETag(HttpResponseMessage response) =>
        response.Headers.TryGetValues("ETag", out var values) && values.FirstOrDefault()?.Trim('"') is { Length: > 0 } etag
            ? etag
            : throw new S3Failure("it gave no ETag") { NotS3 = true };
}

/// <summary>The condition of a PUT: the key holds <paramref name="ETag"/>, or nothing when that is null.</summary>
/// <param name="Quoted">Whether the ETag goes in quotes, as HTTP wants it. Ceph compares what it is sent with the bare tag.</param>
internal readonly record struct PutCondition(string? ETag, bool Quoted = true)
{
    public void AddTo(HttpRequestMessage request)
    {
        if (ETag is null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", "*");
        }
        else
        {
            request.Headers.TryAddWithoutValidation("If-Match", Quoted ? $"\"{ETag}\"" : ETag);
        }
    }
}
