using Npgsql;

namespace DatasetAdmin.Tests.Support;

/// <summary>Run locks as the server sees them: taken from their holders, as a server does that loses their connections, or waited for.</summary>
internal static class PostgresLocks
{
    /// <summary>Ends the one connection that holds a lock in a database. When this returns the server has given the lock back, noticed by its holder or not.</summary>
    public static async Task TerminateAsync(string connectionString, CancellationToken cancellationToken)
    {
        // By the lock, as a connection of the same name may have been given up just now; and waited for, as a session tells its client
        // that it ends before it lets go of its locks.
        const string Sql = """
            SELECT count(pg_terminate_backend(pid, 60000)) FROM pg_locks
            WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """;
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(Sql, connection) { CommandTimeout = 120 };
        Assert.Equal(1L, await command.ExecuteScalarAsync(cancellationToken));
    }

    /// <summary>Returns once nobody holds a lock in a database.</summary>
    public static async Task WaitUntilFreeAsync(string connectionString, CancellationToken cancellationToken)
    {
        const string Sql = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(Sql, connection);
        await Waiting.UntilAsync(async () => await command.ExecuteScalarAsync(cancellationToken) is 0L);
    }
}
