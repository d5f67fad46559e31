using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Database;

public static class DatabaseServices
{
    /// <summary>
    /// The program's own state on PostgreSQL where <c>ConnectionStrings:Admin</c> is set, and on SQLite under
    /// <c>DataFolder</c> elsewhere. <see cref="AdminDatabase.MigrateAsync"/> is called before anything else uses it.
    /// </summary>
    public static IServiceCollection AddAdminDatabase(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AdminDatabaseOptions>()
            .Configure(options =>
            {
                options.ConnectionString = configuration[AdminDatabaseOptions.ConnectionStringKey];
                options.DataFolder = configuration["DataFolder"] ?? options.DataFolder;
            })
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AdminDatabaseOptions>, ValidateAdminDatabaseOptions>());
        services.TryAddSingleton<IDbContextFactory<AdminDbContext>, AdminDbContextFactory>();

        // For what can't be told to ask the factory; whoever takes it from a scope keeps it for one operation.
        services.TryAddScoped(provider => provider.GetRequiredService<IDbContextFactory<AdminDbContext>>().CreateDbContext());
        services.TryAddSingleton<AdminDatabase>();
        return services;
    }
}
