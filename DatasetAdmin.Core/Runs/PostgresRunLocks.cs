using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Medallion.Threading.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DatasetAdmin.Core.Runs;

/// <summary>
/// Advisory locks of PostgreSQL, each on a connection of its own. The connection must be direct: behind a pooler that shares
/// sessions between transactions, two processes could hold the same lock.
/// </summary>
internal sealed class PostgresRunLocks : IRunLocks
{
    private readonly string _connectionString;
    private readonly ILogger<PostgresRunLocks> _logger;
    private string? _watchedConnectionString;

    public PostgresRunLocks(string connectionString, ILogger<PostgresRunLocks> logger)
    {
        _logger = logger;
        _connectionString = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "DatasetAdmin run lock",

            // A pooled session keeps a lock whose release failed; a closed one keeps none.
            Pooling = false,
            Multiplexing = false,

            // A server that vanished without a word is noticed by the system's probes; one that closed the connection is noticed at once.
            TcpKeepAlive = true,
            TcpKeepAliveTime = 1,
            TcpKeepAliveInterval = 1,
        }.ToString();
    }

    public async Task<IRunLease?> TryAcquireAsync(string target, CancellationToken cancellationToken)
    {
        var postgresLock = new PostgresDistributedLock(new PostgresAdvisoryLockKey(KeyOf(target)), await WatchedAsync(cancellationToken), options => options.UseMultiplexing(false));
        var handle = await postgresLock.TryAcquireAsync(TimeSpan.Zero, cancellationToken);
        return handle is null ? null : new Lease(target, handle, _logger);
    }

    public async Task<bool> TryBreakAsync(string target, CancellationToken cancellationToken)
    {
        // A key of 64 bits is shown in two halves. The session is of our own role, which may end it.
        const string Sql = """
            SELECT count(pg_terminate_backend(pid)) FROM pg_locks
            WHERE locktype = 'advisory' AND objsubid = 1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND classid = ($1 >> 32 & 4294967295)::oid AND objid = ($1 & 4294967295)::oid
            """;
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(Sql, connection) { Parameters = { new NpgsqlParameter { Value = KeyOf(target) } } };
        return await command.ExecuteScalarAsync(cancellationToken) is > 0L;
    }

    private static long KeyOf(string target) =>
        BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"DatasetAdmin run {target}")));

    // The watch over the connection is a query that sleeps, during which a server doesn't look whether its client still lives: a
    // killed process would keep its locks until the query ends. Servers from 14 on look every second if they are told to; one
    // that can't, or something before it that doesn't pass the setting on, refuses the connection.
    private async Task<string> WatchedAsync(CancellationToken cancellationToken)
    {
        if (_watchedConnectionString is null)
        {
            var watched = new NpgsqlConnectionStringBuilder(_connectionString);
            watched.Options = $"{watched.Options} -c client_connection_check_interval=1000".Trim();
            try
            {
                await using var connection = new NpgsqlConnection(watched.ToString());
                await connection.OpenAsync(cancellationToken);
                _watchedConnectionString = watched.ToString();
            }
            catch (NpgsqlException)
            {
                // Where it was refused for another reason, taking the lock says so.
                return _connectionString;
            }
        }

        return _watchedConnectionString;
    }

    private sealed class Lease : IRunLease
    {
        private readonly string _target;
        private readonly PostgresDistributedLockHandle _handle;
        private readonly ILogger _logger;

        public Lease(string target, PostgresDistributedLockHandle handle, ILogger logger)
        {
            (_target, _handle, _logger) = (target, handle, logger);

            // Asking for the token is what starts the watch over the connection; after the handle's end it couldn't be asked for.
            Lost = handle.HandleLostToken;
        }

        public CancellationToken Lost { get; }

        public void ThrowIfLost()
        {
            if (Lost.IsCancellationRequested)
            {
                throw new RunLeaseLostException(_target);
            }
        }

        public async ValueTask DisposeAsync()
        {
            try
            {
                await _handle.DisposeAsync();
            }
            catch (Exception exception)
            {
                // A lost handle throws. The connection is closed either way and the lock with it, and what the run did counts.
                RunsLog.LockNotReleased(_logger, exception, _target);
            }
        }
    }
}
