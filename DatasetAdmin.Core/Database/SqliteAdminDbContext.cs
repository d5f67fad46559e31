using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace DatasetAdmin.Core.Database;

/// <summary>The embedded default. It exists beside its sibling only because each provider needs its own migrations.</summary>
/// <remarks>
/// A new migration, from the solution's folder, and the same for <c>PostgresAdminDbContext</c> into <c>Postgres</c>:
/// <code>
/// GenerateRuntimeConfigurationFiles=true dotnet ef migrations add NAME --project DatasetAdmin.Core \
///   --context SqliteAdminDbContext --output-dir Database/Migrations/Sqlite
/// </code>
/// </remarks>
public sealed class SqliteAdminDbContext(DbContextOptions<SqliteAdminDbContext> options) : AdminDbContext(options)
{
    internal override bool HasSharedClock => false;
}

/// <summary>For <c>dotnet ef</c>, which has no configuration and opens no connection.</summary>
internal sealed class SqliteDesignTimeFactory : IDesignTimeDbContextFactory<SqliteAdminDbContext>
{
    public SqliteAdminDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteAdminDbContext>().UseSqlite("Data Source=design-time").Options);
}
