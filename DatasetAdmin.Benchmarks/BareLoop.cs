using System.Buffers;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace DatasetAdmin.Benchmarks;

/// <summary>
/// The peer of a collection: moves the same bytes and does nothing else. One HttpClient, presigned URLs, one GET and one
/// server-side copy for each photo, sixteen photos at once; no retries, no checks but the status, no files, no tables.
/// </summary>
internal static class BareLoop
{
    private const int Concurrency = 16;

    /// <summary>The order's target and warm-up are files with a photo's key on each line.</summary>
    public static async Task<Measured> RunAsync(Order order)
    {
        var settings = order.Settings;
        using var signer = new AmazonS3Client(new BasicAWSCredentials(settings["Minio:AccessKey"], settings["Minio:SecretKey"]), new AmazonS3Config
        {
            ServiceURL = $"http://{settings["Minio:Endpoint"]}",
            AuthenticationRegion = settings["Minio:Region"],
            ForcePathStyle = true,
            UseHttp = true,
        });
        using var http = new HttpClient();
        await signer.PutBucketAsync(settings["Buckets:Artifacts"]);
        if (order.WarmUp is not null)
        {
            await MoveAsync(order.WarmUp);
        }

        var keys = File.ReadLines(order.Target).Count();
        return await ChildProcess.TimeAsync(() => MoveAsync(order.Target)) with { Requests = 2 * keys, PhotosRead = keys };

        Task MoveAsync(string list) => Parallel.ForEachAsync(
            File.ReadLines(list), new ParallelOptions { MaxDegreeOfParallelism = Concurrency }, async (key, token) =>
            {
                await DownloadAsync(key, token);
                await CopyAsync(key, token);
            });

        async Task DownloadAsync(string key, CancellationToken token)
        {
            var url = await signer.GetPreSignedURLAsync(Request(settings["Buckets:Photos"], key, HttpVerb.GET));
            using var response = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, token);
            response.EnsureSuccessStatusCode();
            var length = (int)response.Content.Headers.ContentLength!;
            var buffer = ArrayPool<byte>.Shared.Rent(length);
            await using var body = await response.Content.ReadAsStreamAsync(token);
            await body.ReadExactlyAsync(buffer.AsMemory(0, length), token);
            ArrayPool<byte>.Shared.Return(buffer);
        }

        async Task CopyAsync(string key, CancellationToken token)
        {
            var source = $"/{settings["Buckets:Photos"]}/{key}";
            var presign = Request(settings["Buckets:Artifacts"], $"copies/{key}", HttpVerb.PUT);
            presign.Headers["x-amz-copy-source"] = source;
            using var request = new HttpRequestMessage(HttpMethod.Put, await signer.GetPreSignedURLAsync(presign));
            request.Headers.Add("x-amz-copy-source", source);
            using var response = await http.SendAsync(request, token);
            response.EnsureSuccessStatusCode();
        }

        GetPreSignedUrlRequest Request(string bucket, string key, HttpVerb verb) =>
            new() { BucketName = bucket, Key = key, Verb = verb, Protocol = Protocol.HTTP, Expires = DateTime.UtcNow.AddHours(1) };
    }
}
