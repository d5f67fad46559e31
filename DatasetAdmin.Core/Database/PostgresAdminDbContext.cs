using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Logging;

namespace DatasetAdmin.Core.Database;

/// <summary>The state on PostgreSQL, for several processes. See <see cref="SqliteAdminDbContext"/> for how a migration is added.</summary>
public sealed class PostgresAdminDbContext(DbContextOptions<PostgresAdminDbContext> options) : AdminDbContext(options)
{
    /// <summary>A schema of its own, history table included: the database may be another application's too.</summary>
    public const string Schema = "dataset_admin";

    internal static DbContextOptions<PostgresAdminDbContext> Options(string? connectionString, ILoggerFactory? loggers = null) =>
        new DbContextOptionsBuilder<PostgresAdminDbContext>()
            .UseNpgsql(connectionString, npgsql => npgsql.MigrationsHistoryTable(HistoryRepository.DefaultTableName, Schema))
            .UseLoggerFactory(loggers)
            .Options;

    internal override bool HasSharedClock => true;

    protected override void OnModelCreating(ModelBuilder builder)
    {
        builder.HasDefaultSchema(Schema);
        base.OnModelCreating(builder);
    }
}

/// <summary>For <c>dotnet ef</c>, which has no configuration and opens no connection.</summary>
internal sealed class PostgresDesignTimeFactory : IDesignTimeDbContextFactory<PostgresAdminDbContext>
{
    public PostgresAdminDbContext CreateDbContext(string[] args) =>
        new(PostgresAdminDbContext.Options("Host=design-time"));
}
