using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Core.Building;

public static class BuildingServices
{
    /// <summary>Building and checking months; needs collecting.</summary>
    public static IServiceCollection AddBuilding(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<BuildingOptions>()
            .Bind(configuration.GetSection(BuildingOptions.Section))
            .Validate(options => options.Concurrency is >= 1 and <= 256, "Building:Concurrency must be between 1 and 256, such as 16.")
            .Validate(options => options.MostDroppedPercent is >= 0 and <= 100, "Building:MostDroppedPercent must be between 0 and 100, such as 20.")
            .Validate(options => options.MostDroppedImages >= 0, "Building:MostDroppedImages must be at least 0, such as 500.")
            .ValidateOnStart();
        services.AddSingleton<BuildingMetrics>().AddSingleton<DatasetBuilder>().AddSingleton<MonthBuild>().AddSingleton<IntegrityCheck>().AddSingleton<MonthCheck>().AddSingleton<DatasetQueries>();
        return services
            .AddSingleton<IRunJob>(provider => provider.GetRequiredService<MonthBuild>())
            .AddSingleton<IRunJob>(provider => provider.GetRequiredService<MonthCheck>());
    }
}
