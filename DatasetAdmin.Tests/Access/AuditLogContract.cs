using System.Data.Common;
using DatasetAdmin.Core.Access;
using DatasetAdmin.Core.Database;
using DatasetAdmin.Tests.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DatasetAdmin.Tests.Access;

/// <summary>What the audit log promises on both databases.</summary>
public abstract class AuditLogContract : IAsyncLifetime
{
    private static readonly Actor s_olga = new("olga@example.com", Guid.NewGuid(), UserRole.Operator, AuditChannel.Site, "192.0.2.7");

    private readonly FakeTimeProvider _time = new(new(2026, 11, 6, 12, 0, 0, TimeSpan.Zero));
    private TestAdmin _admin = null!;
    private ServiceProvider _process = null!;
    private AuditLog _log = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _admin = await CreateAsync();
        _process = await _admin.NewMigratedProcessAsync(_time, services => services.AddAccessStore());
        _log = _process.GetRequiredService<AuditLog>();
    }

    public async ValueTask DisposeAsync()
    {
        await _admin.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<TestAdmin> CreateAsync();

    [Theory]
    [InlineData("UPDATE {0} SET \"Actor\" = 'somebody else'")]
    [InlineData("DELETE FROM {0}")]
    public async Task Entry_ChangedOrDeletedByHand_IsRefusedByTheDatabase(string statement)
    {
        await _log.WriteAsync(s_olga, AuditAction.Build, "full/2026-10", null, AuditOutcome.Done, Token);
        await using var context = await _process.GetRequiredService<IDbContextFactory<AdminDbContext>>().CreateDbContextAsync(Token);
        var table = _admin.ConnectionString is null ? "\"AuditEntries\"" : "dataset_admin.\"AuditEntries\"";
        var sql = string.Format(System.Globalization.CultureInfo.InvariantCulture, statement, table);

        var refused = await Assert.ThrowsAnyAsync<DbException>(() => context.Database.ExecuteSqlRawAsync(sql, Token));
        Assert.Contains("append-only", refused.Message, StringComparison.Ordinal);
        Assert.Equal("olga@example.com", Assert.Single(await AllAsync(new())).Actor);
    }

    [Fact]
    public async Task ListAsync_EachFilter_FindsItsEntriesNewestFirst()
    {
        await _log.WriteAsync(s_olga, AuditAction.Collect, "2026-11-05", null, AuditOutcome.Done, Token);
        _time.Advance(TimeSpan.FromDays(1));
        await _log.WriteAsync(s_olga with { Name = "ivan@example.com", Address = "198.51.100.2" }, AuditAction.Build, "full/2026-10", "drops allowed", AuditOutcome.Refused, Token);
        _time.Advance(TimeSpan.FromDays(1));
        await _log.WriteAsync(s_olga, AuditAction.Build, "verified/2026-10", null, AuditOutcome.Done, Token);

        Assert.Equal(["verified/2026-10", "full/2026-10", "2026-11-05"], await TargetsAsync(new()));
        Assert.Equal(["verified/2026-10", "full/2026-10"], await TargetsAsync(new(AuditAction.Build)));
        Assert.Equal(["full/2026-10"], await TargetsAsync(new(Outcome: AuditOutcome.Refused)));
        Assert.Equal(["verified/2026-10", "2026-11-05"], await TargetsAsync(new(Text: " olga ")));
        Assert.Equal(["verified/2026-10"], await TargetsAsync(new(Text: "verified/")));
        Assert.Equal(["full/2026-10"], await TargetsAsync(new(Text: "198.51.100.2")));
        Assert.Equal(["full/2026-10"], await TargetsAsync(new(From: new(2026, 11, 7, 0, 0, 0, DateTimeKind.Utc), To: new(2026, 11, 8, 0, 0, 0, DateTimeKind.Utc))));
        var all = await AllAsync(new());
        Assert.Equal([all[2].Id], (await _log.ListAsync(new(), all[1].Id, 10, Token)).Select(entry => entry.Id));
    }

    [Fact]
    public async Task ReadAsync_MoreThanAPage_GivesEachOnce()
    {
        await using (var context = await _process.GetRequiredService<IDbContextFactory<AdminDbContext>>().CreateDbContextAsync(Token))
        {
            context.AddRange(Enumerable.Range(0, 2500).Select(number => _log.New(s_olga, AuditAction.DownloadOriginal, $"{number}")));
            await context.SaveChangesAsync(Token);
        }

        var entries = await AllAsync(new());

        Assert.Equal(2500, entries.Select(entry => entry.Target).Distinct().Count());
        Assert.Equal(entries.OrderByDescending(entry => entry.Id).Select(entry => entry.Id), entries.Select(entry => entry.Id));
    }

    private async Task<IReadOnlyList<string>> TargetsAsync(AuditFilter filter) => [.. (await AllAsync(filter)).Select(entry => entry.Target)];

    private async Task<IReadOnlyList<AuditEntry>> AllAsync(AuditFilter filter)
    {
        List<AuditEntry> entries = [];
        await foreach (var entry in _log.ReadAsync(filter, Token))
        {
            entries.Add(entry);
        }

        return entries;
    }
}

public class SqliteAuditLogTests : AuditLogContract
{
    protected override Task<TestAdmin> CreateAsync() => Task.FromResult(TestAdmin.OnSqlite());
}

public class PostgresAuditLogTests : AuditLogContract
{
    protected override Task<TestAdmin> CreateAsync() => TestAdmin.OnPostgresAsync();
}
