using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Runs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Core.Collecting;

public static class CollectingServices
{
    /// <summary>Collecting days; needs storage, images, image lists, runs, classes and a prediction source.</summary>
    public static IServiceCollection AddCollecting(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<CollectingOptions>()
            .Bind(configuration.GetSection(CollectingOptions.Section))
            .Validate(options => options.Concurrency is >= 1 and <= 256, "Collecting:Concurrency must be between 1 and 256, such as 16.")
            .Validate(options => options.UploadGraceMinutes is >= 0 and <= 1440, "Collecting:UploadGraceMinutes must be between 0 and 1440, such as 10.")
            .ValidateOnStart();
        services.AddSingleton<CollectingMetrics>().AddSingleton<DayCollector>().AddSingleton<DayCollection>().AddSingleton<CandidateQueries>().AddSingleton<CandidateImages>();
        return services.AddSingleton<IRunJob>(provider => provider.GetRequiredService<DayCollection>());
    }
}
