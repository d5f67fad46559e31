using DatasetAdmin.Core.Database;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Runs;

public static class RunsServices
{
    /// <summary>
    /// The runs, their history and their locks; needs <see cref="DatabaseServices.AddAdminDatabase"/>. At start, after the
    /// migrations, <see cref="RunStore.MarkInterruptedAsync"/> ends what died with its process.
    /// </summary>
    public static IServiceCollection AddRuns(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IRunLocks>(provider =>
        {
            var options = provider.GetRequiredService<IOptions<AdminDatabaseOptions>>().Value;
            return options.IsPostgres
                ? new PostgresRunLocks(options.ConnectionString!, provider.GetRequiredService<ILogger<PostgresRunLocks>>())
                : new FileRunLocks(options.LocksFolder);
        });
        services.TryAddSingleton<RunStore>();

        // One per process: it knows what this process is executing.
        services.TryAddSingleton<RunExecutor>();
        return services;
    }
}
