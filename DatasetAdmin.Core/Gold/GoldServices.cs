using DatasetAdmin.Core.Runs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Gold;

public static class GoldServices
{
    /// <summary>Looking at gold and changing it; needs runs, image lists and browsing. A web process also hosts <see cref="GoldChanges"/>.</summary>
    public static IServiceCollection AddGold(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<GoldOptions>().Bind(configuration.GetSection(GoldOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<GoldOptions>, ValidateGoldOptions>();
        return services.AddSingleton<GoldChanges>().AddSingleton<GoldQueries>().AddSingleton<IRunJob>(provider => provider.GetRequiredService<GoldChanges>());
    }
}
