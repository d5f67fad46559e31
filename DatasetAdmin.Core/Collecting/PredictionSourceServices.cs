using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Collecting;

public static class PredictionSourceServices
{
    /// <summary>
    /// Adds the <see cref="IPredictionSource"/>: PostgreSQL when <c>ConnectionStrings:UserStyles</c> is set, otherwise
    /// the sample in <c>{DataFolder}/sample/user_styles.db</c>.
    /// </summary>
    public static IServiceCollection AddPredictionSource(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<UserStylesOptions>().Bind(configuration.GetSection(UserStylesOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<UserStylesOptions>>(new ValidateUserStylesOptions(configuration));
        services.TryAddSingleton(TimeProvider.System);
        // One for all: it holds the pool of connections and what was found of the table.
        return services.AddSingleton<IPredictionSource>(provider =>
        {
            var options = provider.GetRequiredService<IOptions<UserStylesOptions>>().Value;
            var time = provider.GetRequiredService<TimeProvider>();
            return configuration.GetConnectionString(UserStylesOptions.ConnectionString) is { Length: > 0 } database
                ? new PostgresPredictionSource(database, options, time, provider.GetRequiredService<ILogger<PostgresPredictionSource>>())
                : new SqlitePredictionSource(SamplePath(configuration), options, time, provider.GetRequiredService<ILogger<SqlitePredictionSource>>());
        });
    }

    /// <summary>Where the sample source lies.</summary>
    public static string SamplePath(IConfiguration configuration) =>
        Path.Combine(configuration["DataFolder"] is { Length: > 0 } folder ? folder : "data", "sample", "user_styles.db");
}
