using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Database;

/// <summary>Makes the context of the configured provider, so that nobody else needs to know which it is.</summary>
internal sealed class AdminDbContextFactory : IDbContextFactory<AdminDbContext>
{
    private readonly Func<AdminDbContext> _create;

    public AdminDbContextFactory(IOptions<AdminDatabaseOptions> configured, ILoggerFactory loggers)
    {
        var options = configured.Value;
        if (options.IsPostgres)
        {
            var postgres = PostgresAdminDbContext.Options(options.ConnectionString, loggers);
            _create = () => new PostgresAdminDbContext(postgres);
        }
        else
        {
            Directory.CreateDirectory(options.DataFolder);
            var connectionString = new SqliteConnectionStringBuilder
            {
                DataSource = options.SqliteFile,

                // How long a command waits for another writer: a write here takes milliseconds.
                DefaultTimeout = 10,
            }.ToString();
            var sqlite = new DbContextOptionsBuilder<SqliteAdminDbContext>()
                .UseSqlite(connectionString).UseLoggerFactory(loggers).Options;
            _create = () => new SqliteAdminDbContext(sqlite);
        }
    }

    public AdminDbContext CreateDbContext() => _create();
}
