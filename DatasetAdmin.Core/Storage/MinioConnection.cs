using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Microsoft.Extensions.Logging;
using Minio;
using Polly;
using Polly.Retry;

namespace DatasetAdmin.Core.Storage;

/// <summary>
/// The connection to one S3-compatible server, shared by all buckets: one handler with its pool of sockets, one client of
/// each package (they can't be built twice over one HttpClient), one way to retry. Nothing here logs a URL: a presigned
/// one is a key to its object.
/// </summary>
public sealed class MinioConnection : IDisposable
{
    private readonly S3Handler _handler;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline _pipeline;

    public MinioConnection(MinioOptions options, ILogger<MinioObjectStore> logger)
        : this(options, logger, new MinioLimits(), null)
    {
    }

    /// <param name="network">What sends requests; tests put faults in here. Null is the real network.</param>
    internal MinioConnection(MinioOptions options, ILogger<MinioObjectStore> logger, MinioLimits limits, HttpMessageHandler? network)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.Endpoint);
        _logger = logger;
        Endpoint = options.Endpoint;
        Limits = limits;
        _handler = new S3Handler(network ?? NewNetwork(limits), limits);

        // Minio's own client takes a deadline for the whole call; the handler's are the ones that count.
        Minio = new MinioClient()
            .WithEndpoint(options.Endpoint)
            .WithCredentials(options.AccessKey, options.SecretKey)
            .WithRegion(options.Region)
            .WithSSL(options.Secure)
            .WithHttpClient(NewClient(), disposeHttpClient: true)
            .Build();
        Http = NewClient();
        Amazon = new AmazonS3Client(new BasicAWSCredentials(options.AccessKey, options.SecretKey), new AmazonS3Config
        {
            ServiceURL = $"{(options.Secure ? "https" : "http")}://{options.Endpoint}",
            AuthenticationRegion = options.Region,
            ForcePathStyle = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            MaxErrorRetry = 0,
            HttpClientFactory = new Clients(this),
        });
        _pipeline = NewPipeline();
    }

    /// <summary><c>host:port</c>, for messages.</summary>
    public string Endpoint { get; }

    /// <summary>Requests sent so far over this connection, tries included.</summary>
    public long Requests => _handler.Requests;

    internal MinioLimits Limits { get; }

    internal IMinioClient Minio { get; }

    internal AmazonS3Client Amazon { get; }

    internal HttpClient Http { get; }

    internal static SocketsHttpHandler NewNetwork(MinioLimits limits) => new()
    {
        ConnectTimeout = limits.Connect,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    /// <summary>
    /// Makes a call until it succeeds, fails for good, or was tried often enough. What it meets comes out as
    /// <see cref="S3Failure"/>, whatever the client package made of it.
    /// </summary>
    /// <param name="operation">For the log.</param>
    /// <param name="expectedRoot">The root element that the answer must have, or null.</param>
    internal async Task<T> CallAsync<T>(string operation, string? expectedRoot, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(operation, cancellationToken);
        try
        {
            return await _pipeline.ExecuteAsync(async attempt => await TryAsync(expectedRoot, call, attempt.CancellationToken), context);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    public void Dispose()
    {
        Amazon.Dispose();
        Minio.Dispose();
        Http.Dispose();
        _handler.Dispose();
    }

    private static async Task<T> TryAsync<T>(string? expectedRoot, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        var seen = S3Handler.Begin(expectedRoot);
        try
        {
            return await call(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw seen.Failure ?? S3Failure.From(e);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The packages wrap a cancellation as well.
            throw new OperationCanceledException("The call was cancelled.", e, cancellationToken);
        }
    }

    private ResiliencePipeline NewPipeline() => new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = Limits.Tries - 1,
            ShouldHandle = new PredicateBuilder().Handle<S3Failure>(failure => failure.Fault == ObjectStoreFault.Unavailable),
            DelayGenerator = attempt => ValueTask.FromResult<TimeSpan?>(Limits.Pause(attempt.AttemptNumber)),
            OnRetry = attempt =>
            {
                StorageLog.Retrying(_logger, attempt.Context.OperationKey!, Endpoint, attempt.AttemptNumber + 1, attempt.RetryDelay, attempt.Outcome.Exception!.Message);
                return ValueTask.CompletedTask;
            },
        })
        .Build();

    private HttpClient NewClient() => new(_handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    private sealed class Clients(MinioConnection connection) : Amazon.Runtime.HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => connection.NewClient();

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }
}
