using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace DatasetAdmin.Tests.Collecting;

/// <summary>A row to insert. The number becomes an id of the layout's type; the time is UTC, in ISO form.</summary>
public sealed record TestRow(int Number, string? CreatedAt, string? PhotoUrls = """["1/a.jpg"]""", bool? IsVerified = false);

/// <summary>How one installation's table looks. In the insert stand @id, @urls, @created and @verified, all texts.</summary>
public sealed record SourceLayout(string Name, bool IsPostgres, string Table, string Create, string Insert, Func<int, string> Id, Func<TestRow, string?> Time)
{
    public static string Uuid(int number) => new Guid(SHA256.HashData(BitConverter.GetBytes(number)).AsSpan(0, 16)).ToString();

    public static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    public override string ToString() => Name;
}

/// <summary>A database with one table of a layout, and sources that read it.</summary>
public sealed class TestSource : IAsyncDisposable
{
    private readonly SourceLayout _layout;
    private readonly List<IPredictionSource> _opened = [];

    private TestSource(SourceLayout layout, string database) => (_layout, Database) = (layout, database);

    /// <summary>A connection string, or the path of a file.</summary>
    public string Database { get; }

    public static async Task<TestSource> CreateAsync(SourceLayout layout, PostgresServer? server = null)
    {
        var database = layout.IsPostgres
            ? await (server ?? await TestServers.PostgresAsync()).CreateDatabaseAsync()
            : Path.Combine(Path.GetTempPath(), $"source-{Guid.NewGuid():n}.db");
        var source = new TestSource(layout, database);
        await source.ExecuteAsync(layout.Create);
        return source;
    }

    public string Id(int number) => _layout.Id(number);

    public IPredictionSource Open(int pageSize = 1000)
    {
        var options = new UserStylesOptions { Table = _layout.Table, PageSize = pageSize };
        IPredictionSource source = _layout.IsPostgres
            ? new PostgresPredictionSource(Database, options, TimeProvider.System, NullLogger<PostgresPredictionSource>.Instance)
            : new SqlitePredictionSource(Database, options, TimeProvider.System, NullLogger<SqlitePredictionSource>.Instance);
        _opened.Add(source);
        return source;
    }

    public async Task InsertAsync(params IEnumerable<TestRow> rows)
    {
        await using var connection = Connect();
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"INSERT INTO {_layout.Table} {_layout.Insert}";
        foreach (var row in rows)
        {
            command.Parameters.Clear();
            Add(command, "id", _layout.Id(row.Number));
            Add(command, "urls", row.PhotoUrls);
            Add(command, "created", row.CreatedAt is null ? null : _layout.Time(row));
            Add(command, "verified", row.IsVerified switch { null => null, true => "1", false => "0" });
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await transaction.CommitAsync(TestContext.Current.CancellationToken);
    }

    public Task DeleteAsync(IEnumerable<string> ids) =>
        ExecuteAsync($"DELETE FROM {_layout.Table} WHERE id IN ({string.Join(", ", ids.Select(id => $"'{id}'"))})");

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = Connect();
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _opened.OfType<IAsyncDisposable>())
        {
            await source.DisposeAsync();
        }

        if (!_layout.IsPostgres)
        {
            SqliteConnection.ClearAllPools();
            File.Delete(Database);
            return;
        }

        // Some sixty databases of a thousand files each would keep the server's end waiting for their deletion.
        var settings = new NpgsqlConnectionStringBuilder(Database) { Pooling = false };
        var name = settings.Database;
        settings.Database = "postgres";
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(CancellationToken.None);
        await using var command = new NpgsqlCommand($"DROP DATABASE {name} WITH (FORCE)", connection);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private DbConnection Connect() => _layout.IsPostgres
        ? new NpgsqlConnection(Database)
        : new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Database, Pooling = false }.ToString());

    private static void Add(DbCommand command, string name, string? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = (object?)value ?? DBNull.Value;
        parameter.DbType = System.Data.DbType.String;
        command.Parameters.Add(parameter);
    }
}
