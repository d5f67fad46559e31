using Npgsql;

namespace DatasetAdmin.Tests.Support;

/// <summary>A PostgreSQL server with a superuser. See <see cref="TestServers"/>.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private readonly ServerScript? _script;
    private readonly List<string> _databases = [];

    private PostgresServer(string connectionString, ServerScript? script)
    {
        ConnectionString = connectionString;
        _script = script;
    }

    /// <summary>The maintenance database, as a superuser.</summary>
    public string ConnectionString { get; }

    /// <summary>Whether the server is ours to stop.</summary>
    public bool IsOurs => _script is not null;

    /// <summary>Makes a database of its own for a test or a test class. Nobody needs to drop it.</summary>
    /// <returns>Its connection string, as a superuser.</returns>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken = default)
    {
        var name = $"test_{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        lock (_databases)
        {
            _databases.Add(name);
        }

        return new NpgsqlConnectionStringBuilder(ConnectionString) { Database = name }.ConnectionString;
    }

    /// <summary>
    /// Stops the server, whose connections break; its data stays. Only on a server of the test's own
    /// (<see cref="TestServers.OwnPostgresAsync"/>): the shared one is in use by the tests beside it.
    /// </summary>
    public Task StopAsync() => Owned.StopServerAsync();

    /// <summary>Starts a stopped server again, on the same port.</summary>
    public Task StartAsync() => Owned.StartServerAsync();

    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_script is not null)
        {
            await _script.DisposeAsync();
        }
    }

    internal static async Task<PostgresServer> StartNewAsync()
    {
        var (script, details) = await ServerScript.StartAsync("postgres");
        var connectionString = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = int.Parse(details[0], null),
            Username = "postgres",
            Password = details[1],
            Database = "postgres",
        };
        return new PostgresServer(WithTestSettings(connectionString), script);
    }

    internal static PostgresServer Existing(string connectionString)
    {
        var server = new PostgresServer(WithTestSettings(new NpgsqlConnectionStringBuilder(connectionString)), script: null);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DropDatabases();
        return server;
    }

    // Every test class has a database, and with it a connection pool, of its own: they mustn't hold on to idle connections.
    private static string WithTestSettings(NpgsqlConnectionStringBuilder connectionString)
    {
        connectionString.MaxPoolSize = 20;
        connectionString.ConnectionIdleLifetime = 5;
        connectionString.ConnectionPruningInterval = 2;
        connectionString.IncludeErrorDetail = true;
        return connectionString.ConnectionString;
    }

    private ServerScript Owned => _script
        ?? throw new InvalidOperationException("This PostgreSQL server is not ours to stop or start; take TestServers.OwnPostgresAsync().");

    private void DropDatabases()
    {
        using var connection = new NpgsqlConnection(ConnectionString);
        connection.Open();
        foreach (var name in _databases)
        {
            using var command = new NpgsqlCommand($"DROP DATABASE IF EXISTS {name} WITH (FORCE)", connection);
            command.ExecuteNonQuery();
        }
    }
}
