using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Storage;

public static class StorageServices
{
    /// <summary>
    /// Adds <see cref="Buckets"/>: of the S3-compatible server that <c>Minio:Endpoint</c> names, or without one of files
    /// under <c>{DataFolder}/store</c>. Nothing is reached until <see cref="IObjectStore.PrepareAsync"/>.
    /// </summary>
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<MinioOptions>().Bind(configuration.GetSection(MinioOptions.Section)).ValidateOnStart();
        services.AddOptions<BucketOptions>().Bind(configuration.GetSection(BucketOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MinioOptions>, MinioOptionsValidation>();
        services.AddSingleton<IValidateOptions<BucketOptions>, BucketOptionsValidation>();

        // Singletons: the connection's sockets and the file store's locks are shared by all that runs. The container
        // disposes the connection, which is only made when something asks for it.
        services.AddSingleton(provider => new MinioConnection(
            provider.GetRequiredService<IOptions<MinioOptions>>().Value, provider.GetRequiredService<ILogger<MinioObjectStore>>()));
        services.AddSingleton(provider => NewBuckets(provider, configuration["DataFolder"]));
        return services;
    }

    private static Buckets NewBuckets(IServiceProvider provider, string? dataFolder)
    {
        var minio = provider.GetRequiredService<IOptions<MinioOptions>>().Value;
        var buckets = provider.GetRequiredService<IOptions<BucketOptions>>().Value;
        var logger = provider.GetRequiredService<ILogger<MinioObjectStore>>();
        if (string.IsNullOrWhiteSpace(minio.Endpoint))
        {
            var root = Path.GetFullPath(Path.Combine(string.IsNullOrWhiteSpace(dataFolder) ? "data" : dataFolder, "store"));
            StorageLog.UsingFiles(logger, root);
            return new Buckets(new FileObjectStore(root, buckets.Photos), new FileObjectStore(root, buckets.Artifacts));
        }

        if (minio.SecretKey == "minioadmin")
        {
            StorageLog.WellKnownSecret(logger);
        }

        var connection = provider.GetRequiredService<MinioConnection>();
        return new Buckets(
            new MinioObjectStore(connection, buckets.Photos, readOnly: true, logger),
            new MinioObjectStore(connection, buckets.Artifacts, readOnly: false, logger));
    }
}
