using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Web.Sample;

internal static class SampleServices
{
    /// <summary>The sample source, made where the embedded default has no other and, at start, in Development only.</summary>
    public static IServiceCollection AddSample(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(new SampleUse(
            IsSource: string.IsNullOrEmpty(configuration.GetConnectionString(UserStylesOptions.ConnectionString)),
            HasOwnStore: string.IsNullOrEmpty(configuration[$"{MinioOptions.Section}:{nameof(MinioOptions.Endpoint)}"])));
        services.AddSingleton<SampleProgress>();
        return services.AddSingleton(provider => new SampleSource(
            provider.GetRequiredService<Buckets>(), provider.GetRequiredService<DataFolder>().Path, provider.GetRequiredService<TimeProvider>()));
    }
}

/// <param name="IsSource">No product's table is configured, so that the sample's is read.</param>
/// <param name="HasOwnStore">The buckets are folders of ours, so that the sample may write photos.</param>
internal sealed record SampleUse(bool IsSource, bool HasOwnStore)
{
    /// <summary>Whether the sample may be made: never beside a product's table or in a product's buckets.</summary>
    public bool MayBeMade => IsSource && HasOwnStore;
}
