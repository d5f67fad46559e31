using DatasetAdmin.Core.Database;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Runs;

public static class RunsServices
{
    /// <summary>
    /// The runs, their history, queue and locks; needs <see cref="DatabaseServices.AddAdminDatabase"/>. At start, after the
    /// migrations, <see cref="RunTakeover.SweepAsync"/> finds what died with its process. A web process also hosts the
    /// <see cref="RunWorker"/>, which needs an <see cref="IRunJob"/> for each kind of run that it is to execute.
    /// </summary>
    public static IServiceCollection AddRuns(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RunsOptions>().Bind(configuration.GetSection(RunsOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RunsOptions>, ValidateRunsOptions>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IRunLocks>(provider =>
        {
            var options = provider.GetRequiredService<IOptions<AdminDatabaseOptions>>().Value;
            return options.IsPostgres
                ? new PostgresRunLocks(options.ConnectionString!, provider.GetRequiredService<ILogger<PostgresRunLocks>>())
                : new FileRunLocks(options.LocksFolder);
        });
        services.AddMetrics();
        services.TryAddSingleton<RunMetrics>();
        services.TryAddSingleton<RunStore>();
        services.TryAddSingleton<RunTakeover>();
        services.TryAddSingleton<RunRetry>();
        services.TryAddSingleton<RunFeed>();
        services.TryAddSingleton<RunQueue>();
        services.TryAddSingleton<RunWorker>();

        // One per process: it knows what this process is executing.
        services.TryAddSingleton<RunExecutor>();
        return services;
    }
}
