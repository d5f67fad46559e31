using DatasetAdmin.Core.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Tests.Database;

public class AdminDatabaseOptionsTests
{
    [Theory]
    [InlineData("nonsense")]
    [InlineData("Host=db;Port=many;Password=canary")]
    [InlineData("Host=db;Pasword=canary")]
    [InlineData("postgres://admin:canary@db/admin")]
    [InlineData("Username=admin;Password=canary")]
    public void AddAdminDatabase_MalformedConnectionString_NamesTheSettingAndNoPassword(string connectionString)
    {
        using var services = Services(connectionString);

        var fault = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<AdminDatabase>());

        Assert.Contains("ConnectionStrings:Admin", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MigrateAsync_NobodyListens_NamesTheSettingAndNoPassword()
    {
        using var services = Services("Host=127.0.0.1;Port=1;Database=admin;Username=admin;Password=canary;Timeout=2");

        var fault = await Assert.ThrowsAsync<AdminDatabaseException>(() =>
            services.GetRequiredService<AdminDatabase>().MigrateAsync(TestContext.Current.CancellationToken));

        Assert.Contains("ConnectionStrings:Admin", fault.Message, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:1/admin", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", fault.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, typeof(SqliteAdminDbContext))]
    [InlineData(" ", typeof(SqliteAdminDbContext))]
    [InlineData("Host=db;Database=admin", typeof(PostgresAdminDbContext))]
    public void AddAdminDatabase_ConnectionString_DecidesOnTheProvider(string? connectionString, Type expected)
    {
        using var services = Services(connectionString);

        using var context = services.GetRequiredService<IDbContextFactory<AdminDbContext>>().CreateDbContext();

        Assert.IsType(expected, context);
    }

    private static ServiceProvider Services(string? connectionString) => new ServiceCollection()
        .AddLogging()
        .AddAdminDatabase(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Admin"] = connectionString,
            ["DataFolder"] = Path.GetTempPath(),
        }).Build())
        .BuildServiceProvider();
}
