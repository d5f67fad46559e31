using DatasetAdmin.Core.Database;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Tests.Database;

/// <summary>An admin database of a test's own, and what several processes on it would have: services of their own each.</summary>
public sealed class TestAdmin : IAsyncDisposable
{
    private readonly List<ServiceProvider> _processes = [];

    private TestAdmin(string dataFolder, string? connectionString) => (DataFolder, ConnectionString) = (dataFolder, connectionString);

    public string DataFolder { get; }

    /// <summary>PostgreSQL's, or null.</summary>
    public string? ConnectionString { get; }

    public static TestAdmin OnSqlite() => new(Directory.CreateTempSubdirectory("dataset-admin-").FullName, null);

    public static async Task<TestAdmin> OnPostgresAsync() => new(
        Directory.CreateTempSubdirectory("dataset-admin-").FullName,
        await (await TestServers.PostgresAsync()).CreateDatabaseAsync());

    /// <summary>The services of one more process on the same database.</summary>
    /// <param name="change">Adds services, such as the jobs of a queue.</param>
    public ServiceProvider NewProcess(TimeProvider? time = null, Action<IServiceCollection>? change = null)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["DataFolder"] = DataFolder,
            ["ConnectionStrings:Admin"] = ConnectionString,
        }).Build();

        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(time ?? TimeProvider.System);

        // Around the real one, so that tests can take the database away.
        services.AddSingleton<AdminDbContextFactory>();
        services.AddSingleton<BreakableContextFactory>();
        services.AddSingleton<IDbContextFactory<AdminDbContext>>(provider => provider.GetRequiredService<BreakableContextFactory>());
        services.AddAdminDatabase(configuration);
        services.AddRuns(configuration);
        change?.Invoke(services);

        var process = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        _processes.Add(process);
        return process;
    }

    /// <summary>As <see cref="NewProcess"/>, after the migrations.</summary>
    public async Task<ServiceProvider> NewMigratedProcessAsync(TimeProvider? time = null, Action<IServiceCollection>? change = null)
    {
        var process = NewProcess(time, change);
        await process.GetRequiredService<AdminDatabase>().MigrateAsync(TestContext.Current.CancellationToken);
        return process;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        SqliteConnection.ClearAllPools();
        Directory.Delete(DataFolder, recursive: true);
    }
}

/// <summary>The real contexts, until the database is away.</summary>
internal sealed class BreakableContextFactory(AdminDbContextFactory real) : IDbContextFactory<AdminDbContext>
{
    private int _refused;
    private int _comesBackAt = int.MaxValue;

    public bool IsAway { get; set; }

    /// <summary>How many contexts were asked for in vain.</summary>
    public int Refused => _refused;

    /// <summary>It comes back once it was asked for so many more times in vain.</summary>
    public void ComeBackAfter(int refusals) => _comesBackAt = _refused + refusals;

    public AdminDbContext CreateDbContext()
    {
        if (IsAway)
        {
            IsAway = Interlocked.Increment(ref _refused) < Volatile.Read(ref _comesBackAt);
            throw new TimeoutException("The database is away, says the test.");
        }

        return real.CreateDbContext();
    }
}
