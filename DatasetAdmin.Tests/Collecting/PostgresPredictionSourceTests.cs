using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace DatasetAdmin.Tests.Collecting;

/// <summary>What only PostgreSQL has: roles, sessions, connections that die, and a catalogue with surprises.</summary>
public class PostgresPredictionSourceTests
{
    private const string Password = "a-secret-of-the-role";

    private static readonly DateOnly s_day = new(2026, 11, 6);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryMethod_RoleWithSelectAlone_IsEnough()
    {
        await using var database = await CreateAsync(10);
        await using var source = await OpenAsRoleAsync(database, "GRANT SELECT ON db_user_styles TO");

        await source.CheckAsync(Cancellation);
        Assert.Equal(10, (await source.ReadDaysAsync(s_day, s_day, Cancellation).ToListAsync(Cancellation)).Count);
        Assert.Single(await source.ReadByIdsAsync([database.Id(1)], Cancellation).ToListAsync(Cancellation));
        Assert.Equal(10, (await source.CountByDayAsync(s_day, s_day, Cancellation))[s_day]);
        Assert.Equal("public.db_user_styles", source.Table);
    }

    [Fact]
    public async Task CheckAsync_RoleWithoutSelect_SaysWhatToGrant()
    {
        await using var database = await CreateAsync(1);
        await using var source = await OpenAsRoleAsync(database, "GRANT INSERT ON db_user_styles TO");

        await AssertFaultAsync(source, mayPass: false, "GRANT", "SELECT", "UserStyles:Table");
    }

    [Fact]
    public async Task CheckAsync_WrongPassword_NamesTheKeyAndNoPassword()
    {
        await using var database = await CreateAsync(1);
        var settings = new NpgsqlConnectionStringBuilder(database.Database) { Password = Password };
        await using var source = Open(settings.ConnectionString);

        await AssertFaultAsync(source, mayPass: false, "ConnectionStrings:UserStyles", "password");
    }

    [Fact]
    public async Task CheckAsync_NoSuchDatabase_NamesTheKey()
    {
        await using var database = await CreateAsync(1);
        await using var source = Open(new NpgsqlConnectionStringBuilder(database.Database) { Database = "nowhere" }.ConnectionString);

        await AssertFaultAsync(source, mayPass: false, "ConnectionStrings:UserStyles", "nowhere");
    }

    [Fact]
    public async Task CheckAsync_OnlyTheProductsTable_SaysWhatToWrite()
    {
        await using var database = await CreateAsync(1);
        await using var source = Open(database.Database, "user_styles");

        await AssertFaultAsync(source, mayPass: false, "UserStyles:Table=db_user_styles");
    }

    [Theory]
    [InlineData("CREATE TABLE other (id int)", "UserStyles:Table")]
    [InlineData("CREATE TABLE user_styles (id int, user_id int, created_at timestamp)", "style_id, photo_urls")]
    [InlineData("CREATE TABLE user_styles (id int, user_id int, style_id int, photo_urls text, created_at text)", "created_at")]
    public async Task CheckAsync_TableThatCannotServe_SaysWhy(string create, string part)
    {
        await using var source = Open(await DatabaseAsync(create), "user_styles");

        await AssertFaultAsync(source, mayPass: false, part, "user_styles");
    }

    [Fact]
    public async Task ReadDaysAsync_SessionOfAnotherZoneAndStyle_KeepsUtcDays()
    {
        var layouts = SourceLayouts.All.Where(layout => layout.IsPostgres);
        foreach (var layout in layouts)
        {
            await using var database = await TestSource.CreateAsync(layout);
            await database.InsertAsync(
                new TestRow(1, "2026-11-05 23:59:59.999999"), new TestRow(2, "2026-11-06 00:00:00"),
                new TestRow(3, "2026-11-06 23:59:59.999999"), new TestRow(4, "2026-11-07 00:00:00"));
            var name = new NpgsqlConnectionStringBuilder(database.Database).Database;
            await database.ExecuteAsync($"ALTER DATABASE {name} SET timezone = 'Pacific/Kiritimati'; ALTER DATABASE {name} SET datestyle = 'SQL, DMY'");
            var source = database.Open(pageSize: 1);

            var rows = await source.ReadDaysAsync(s_day, s_day, Cancellation).ToListAsync(Cancellation);

            Assert.Equal([database.Id(2), database.Id(3)], rows.Select(row => row.Id));
            Assert.Equal(new DateTime(2026, 11, 6, 0, 0, 0, DateTimeKind.Utc), rows[0].CreatedAt);
            Assert.Equal((s_day, 2L), (await source.CountByDayAsync(s_day, s_day, Cancellation)).Select(count => (count.Key, count.Value)).Single());
        }
    }

    [Fact]
    public async Task ReadDaysAsync_ViewThatWrites_IsRefused()
    {
        await using var database = await CreateAsync(1);
        await database.ExecuteAsync(
            """
            CREATE TABLE written (at timestamp);
            CREATE FUNCTION write() RETURNS text LANGUAGE sql VOLATILE AS 'INSERT INTO written VALUES (now()) RETURNING ''x''';
            CREATE VIEW sneaky AS SELECT id, write() AS user_id, photo_urls, style_id, created_at FROM db_user_styles;
            """);
        await using var source = Open(database.Database, "sneaky");

        var fault = await Assert.ThrowsAsync<PredictionSourceException>(() => source.ReadDaysAsync(s_day, s_day, Cancellation).ToListAsync(Cancellation).AsTask());

        Assert.Contains("25006", fault.Message);
    }

    [Fact]
    public async Task ReadDaysAsync_ColumnDroppedBetweenPages_FailsAndThenReadsWithoutIt()
    {
        await using var database = await CreateAsync(10);
        await using var source = Open(database.Database, pageSize: 5);
        await using var rows = source.ReadDaysAsync(s_day, s_day, Cancellation).GetAsyncEnumerator(Cancellation);
        await rows.MoveNextAsync();
        await database.ExecuteAsync("ALTER TABLE db_user_styles DROP COLUMN confidence");

        var fault = await Assert.ThrowsAsync<PredictionSourceException>(async () =>
        {
            while (await rows.MoveNextAsync())
            {
            }
        });

        Assert.False(fault.MayPass);
        Assert.Equal(10, (await source.ReadDaysAsync(s_day, s_day, Cancellation).ToListAsync(Cancellation)).Count);
    }

    [Fact]
    public async Task ReadDaysAsync_ConnectionsKilledBetweenPages_GivesEveryRowOnce()
    {
        await using var database = await CreateAsync(200);
        await using var source = Open(database.Database, pageSize: 20);
        List<string> seen = [];

        await foreach (var row in source.ReadDaysAsync(s_day, s_day, Cancellation))
        {
            seen.Add(row.Id);
            if (seen.Count % 40 == 0)
            {
                await database.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'DatasetAdmin' AND datname = current_database()");
            }
        }

        Assert.Equal((200, 200), (seen.Count, seen.Distinct().Count()));
    }

    [Fact]
    public async Task ReadDaysAsync_ServerRestartsBetweenPages_GivesEveryRowOnce()
    {
        await using var server = await TestServers.OwnPostgresAsync();
        await using var database = await TestSource.CreateAsync(SourceLayouts.Product, server);
        await database.InsertAsync(Enumerable.Range(1, 100).Select(number => new TestRow(number, "2026-11-06 10:00:00")));
        var time = new FakeTimeProvider();
        await using var source = Open(database.Database, pageSize: 20, time: time);
        List<string> seen = [];
        var restart = Task.CompletedTask;

        await foreach (var row in source.ReadDaysAsync(s_day, s_day, Cancellation))
        {
            seen.Add(row.Id);
            if (seen.Count == 20)
            {
                await server.StopAsync();
                restart = ComeBackAsync();
            }
        }

        await restart;
        Assert.Equal((100, 100), (seen.Count, seen.Distinct().Count()));

        // The source's patience begins to run when the server is there, however long that takes to start.
        async Task ComeBackAsync()
        {
            await server.StartAsync();
            while (seen.Count < 100)
            {
                time.Advance(TimeSpan.FromSeconds(0.5));
                await Task.Delay(50, Cancellation);
            }
        }
    }

    [Fact]
    public async Task CheckAsync_NobodyListens_TriesForHalfAMinuteAndMayPass()
    {
        var time = new FakeTimeProvider();
        await using var source = Open($"Host=127.0.0.1;Port=1;Database=x;Username=x;Password={Password}", time: time);
        var start = time.GetUtcNow();

        var check = AssertFaultAsync(source, mayPass: true, "ConnectionStrings:UserStyles", "127.0.0.1");
        await Waiting.UntilEndAsync(check, () => time.Advance(TimeSpan.FromSeconds(0.5)), milliseconds: 50);

        await check;
        Assert.InRange((time.GetUtcNow() - start).TotalSeconds, 10, 90);
    }

    [Fact]
    public async Task CheckAsync_CancelledWhilePausing_IsCancelled()
    {
        await using var source = Open("Host=127.0.0.1;Port=1;Database=x;Username=x");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        cancel.CancelAfter(200);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => source.CheckAsync(cancel.Token));
    }

    private static async Task<TestSource> CreateAsync(int rows)
    {
        var database = await TestSource.CreateAsync(SourceLayouts.Product);
        await database.InsertAsync(Enumerable.Range(1, rows).Select(number => new TestRow(number, "2026-11-06 10:00:00")));
        return database;
    }

    private static async Task<string> DatabaseAsync(string sql)
    {
        var database = await (await TestServers.PostgresAsync()).CreateDatabaseAsync(Cancellation);
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
        return database;
    }

    private static async Task<PostgresPredictionSource> OpenAsRoleAsync(TestSource database, string grant)
    {
        // Roles belong to the server, which the tests share.
        var role = $"reader_{Guid.NewGuid():n}";
        await database.ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD '{Password}'; {grant} {role}");
        return Open(new NpgsqlConnectionStringBuilder(database.Database) { Username = role, Password = Password }.ConnectionString);
    }

    private static PostgresPredictionSource Open(string database, string table = "db_user_styles", int pageSize = 1000, TimeProvider? time = null) =>
        new(database, new UserStylesOptions { Table = table, PageSize = pageSize }, time ?? TimeProvider.System, NullLogger<PostgresPredictionSource>.Instance);

    private static async Task AssertFaultAsync(PostgresPredictionSource source, bool mayPass, params string[] parts)
    {
        var fault = await Assert.ThrowsAsync<PredictionSourceException>(() => source.CheckAsync(Cancellation));

        Assert.Equal(mayPass, fault.MayPass);
        Assert.All(parts, part => Assert.Contains(part, fault.Message, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(Password, fault.ToString());
    }
}
