using DatasetAdmin.Core.Database;
using DatasetAdmin.Core.Runs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Tests.Database;

/// <summary>What both databases promise.</summary>
public abstract class AdminDatabaseContract : IAsyncLifetime
{
    protected TestAdmin Admin { get; private set; } = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Admin = await CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await Admin.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<TestAdmin> CreateAsync();

    protected static Task<AdminDbContext> ContextAsync(IServiceProvider process) =>
        process.GetRequiredService<IDbContextFactory<AdminDbContext>>().CreateDbContextAsync(Token);

    [Fact]
    public async Task Model_AgainstItsMigrations_HasNoPendingChanges()
    {
        await using var context = await ContextAsync(Admin.NewProcess());

        Assert.False(context.Database.HasPendingModelChanges());
        Assert.NotEmpty(context.Database.GetMigrations());
    }

    [Fact]
    public async Task MigrateAsync_FiveProcessesOnAnEmptyDatabase_MigratesOnce()
    {
        var processes = Enumerable.Range(0, 5).Select(_ => Admin.NewProcess()).ToArray();

        await Task.WhenAll(processes.Select(process =>
            Task.Run(() => process.GetRequiredService<AdminDatabase>().MigrateAsync(Token), Token)));

        await using var context = await ContextAsync(processes[0]);
        Assert.Equal(context.Database.GetMigrations(), await context.Database.GetAppliedMigrationsAsync(Token));
    }

    [Fact]
    public async Task MigrateAsync_SecondTime_ChangesNothing()
    {
        await Admin.NewMigratedProcessAsync();
        var process = await Admin.NewMigratedProcessAsync();

        await using var context = await ContextAsync(process);
        Assert.Empty(await context.Database.GetPendingMigrationsAsync(Token));
    }

    [Fact]
    public async Task MigrateAsync_SchemaOfANewerProgram_SaysSo()
    {
        var process = await Admin.NewMigratedProcessAsync();
        await using (var context = await ContextAsync(process))
        {
            await context.Database.ExecuteSqlRawAsync(
                Admin.ConnectionString is null
                    ? "insert into __EFMigrationsHistory values ('99990101000000_Future', '99')"
                    : "insert into dataset_admin.\"__EFMigrationsHistory\" values ('99990101000000_Future', '99')",
                Token);
        }

        var fault = await Assert.ThrowsAsync<AdminDatabaseException>(() => Admin.NewMigratedProcessAsync());

        Assert.Contains("99990101000000_Future", fault.Message, StringComparison.Ordinal);
        Assert.Contains("newer", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WrittenAndRead_KeepsTimesInUtcAndTextThatNoDatabaseLikes()
    {
        var process = await Admin.NewMigratedProcessAsync();
        var at = new DateTime(2026, 11, 6, 1, 2, 3, DateTimeKind.Utc);
        var run = new Run
        {
            Id = Guid.CreateVersion7(),
            Kind = RunKind.BuildDataset,
            Target = "verified/2026-10",
            Trigger = RunTrigger.Site,
            RequestedAt = at,
            Result = "a NUL \0 and half a pair \ud83d.",
            Counters = new Dictionary<string, long> { ["images"] = 3, ["rejected"] = long.MaxValue },
        };
        await using (var context = await ContextAsync(process))
        {
            context.Add(run);
            await context.SaveChangesAsync(Token);
        }

        await using var reading = await ContextAsync(process);
        var read = await reading.Runs.SingleAsync(item => item.RequestedAt >= at && item.RequestedAt < at.AddSeconds(1), Token);

        Assert.Equal(at, read.RequestedAt);
        Assert.Equal(DateTimeKind.Utc, read.RequestedAt.Kind);
        Assert.Equal("a NUL \uFFFD and half a pair \uFFFD.", read.Result);
        Assert.Equal(run.Counters, read.Counters);
    }
}

public class SqliteAdminDatabaseTests : AdminDatabaseContract
{
    protected override Task<TestAdmin> CreateAsync() => Task.FromResult(TestAdmin.OnSqlite());

    [Fact]
    public async Task MigrateAsync_AfterAProcessDiedWhileMigrating_DoesNotWaitForIt()
    {
        var process = await Admin.NewMigratedProcessAsync();
        await using (var context = await ContextAsync(process))
        {
            await context.Database.ExecuteSqlRawAsync(
                "create table if not exists __EFMigrationsLock (Id integer primary key, Timestamp text not null);"
                + "insert into __EFMigrationsLock values (1, '2026-11-06');", Token);
        }

        // It would wait for good.
        await Admin.NewMigratedProcessAsync().WaitAsync(TimeSpan.FromMinutes(3), Token);
    }

    [Fact]
    public async Task MigrateAsync_NewDatabase_LogsAhead()
    {
        var process = await Admin.NewMigratedProcessAsync();

        await using var context = await ContextAsync(process);
        var mode = await context.Database.SqlQueryRaw<string>("select journal_mode as Value from pragma_journal_mode").SingleAsync(Token);
        Assert.Equal("wal", mode);
    }
}

public class PostgresAdminDatabaseTests : AdminDatabaseContract
{
    protected override Task<TestAdmin> CreateAsync() => TestAdmin.OnPostgresAsync();

    [Fact]
    public async Task MigrateAsync_DatabaseOfAnotherApplication_LeavesItsTablesAlone()
    {
        await using (var context = await ContextAsync(Admin.NewProcess()))
        {
            await context.Database.ExecuteSqlRawAsync(
                "create table \"Runs\" (id int); create table \"__EFMigrationsHistory\" (\"MigrationId\" text, \"ProductVersion\" text);"
                + "insert into \"__EFMigrationsHistory\" values ('20200101000000_Theirs', '8.0.0')", Token);
        }

        var process = await Admin.NewMigratedProcessAsync();

        await using var after = await ContextAsync(process);
        Assert.Equal(0, await after.Runs.CountAsync(Token));
    }
}
