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
        var key = new PostgresAdvisoryLockKey($"DatasetAdmin run {target}", allowHashing: true);
        var postgresLock = new PostgresDistributedLock(key, _connectionString, options => options.UseMultiplexing(false));
        var handle = await postgresLock.TryAcquireAsync(TimeSpan.Zero, cancellationToken);
        return handle is null ? null : new Lease(target, handle, _logger);
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
