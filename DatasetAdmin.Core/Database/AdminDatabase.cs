using System.Data.Common;
using Medallion.Threading.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace DatasetAdmin.Core.Database;

/// <summary>Brings the schema of the program's own database up to date.</summary>
public sealed class AdminDatabase(IDbContextFactory<AdminDbContext> contexts, IOptions<AdminDatabaseOptions> options)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>What the database is, for people: <c>PostgreSQL HOST:PORT/DATABASE</c> or <c>SQLite FILE</c>. Never a password.</summary>
    public string Description { get; } = Describe(options.Value);

    /// <summary>Applies what migrations are missing. Any number of processes may call it at once.</summary>
    /// <exception cref="AdminDatabaseException">The database can't be reached, or its schema is newer than this program.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            if (options.Value.IsPostgres)
            {
                await MigratePostgresAsync(context, cancellationToken);
            }
            else
            {
                await MigrateSqliteAsync(context, cancellationToken);
            }
        }
        catch (Exception exception) when (CauseOrNull(exception) is { } cause)
        {
            var setting = options.Value.IsPostgres ? AdminDatabaseOptions.ConnectionStringKey : "DataFolder";
            throw new AdminDatabaseException(
                $"The database of {setting} ({Description}) can't be used: {cause.Message.TrimEnd('.')}. {(MayPass(cause) ? "See that it runs and" : "See")} that the setting is right, then start again.",
                MayPass(cause),
                exception);
        }
    }

    // EF locks its history table for one migration at a time, and between two of them another process would begin with the same.
    private async Task MigratePostgresAsync(AdminDbContext context, CancellationToken cancellationToken)
    {
        context.Database.SetCommandTimeout(s_patience);
        await using var migrating = await LockOrNullAsync(cancellationToken);
        await ApplyAsync(context, cancellationToken);
    }

    // Null where the database isn't there yet: EF makes it, where the role may.
    private async Task<IAsyncDisposable?> LockOrNullAsync(CancellationToken cancellationToken)
    {
        try
        {
            var key = new PostgresAdvisoryLockKey("DatasetAdmin migrations", allowHashing: true);
            return await new PostgresDistributedLock(key, options.Value.ConnectionString!).AcquireAsync(s_patience, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            return null;
        }
    }

    private async Task MigrateSqliteAsync(AdminDbContext context, CancellationToken cancellationToken)
    {
        using var fileLock = await WaitForFileLockAsync(cancellationToken);

        // A process killed in the middle of a migration leaves EF's lock row behind, and every later start would wait for it for good.
        // Whoever holds the file lock knows that nobody else is migrating.
        if (File.Exists(options.Value.SqliteFile))
        {
            await context.Database.ExecuteSqlAsync($"drop table if exists __EFMigrationsLock", cancellationToken);
        }

        await ApplyAsync(context, cancellationToken);
        await context.Database.ExecuteSqlAsync($"pragma journal_mode = 'wal'", cancellationToken);
    }

    private static async Task ApplyAsync(AdminDbContext context, CancellationToken cancellationToken)
    {
        var known = context.Database.GetMigrations();
        var newer = (await context.Database.GetAppliedMigrationsAsync(cancellationToken)).Except(known, StringComparer.Ordinal).ToArray();
        if (newer.Length > 0)
        {
            throw new AdminDatabaseException(
                $"The database has a newer schema than this program knows ({string.Join(", ", newer)}): "
                + "start the program's newer version, or give this one a database of its own.",
                mayPass: false);
        }

        await context.Database.MigrateAsync(cancellationToken);
    }

    private async Task<FileStream> WaitForFileLockAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Value.LocksFolder);
        var file = Path.Combine(options.Value.LocksFolder, "migrations.lock");
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < 300)
            {
                await Task.Delay(200, cancellationToken);
            }
        }
    }

    // EF wraps what may pass into an InvalidOperationException of its own.
    private static Exception? CauseOrNull(Exception? exception) => exception switch
    {
        DbException or IOException or UnauthorizedAccessException or TimeoutException => exception,
        InvalidOperationException => CauseOrNull(exception.InnerException),
        _ => null,
    };

    // A wrong password or name stays wrong.
    private static bool MayPass(Exception cause) => cause is not (UnauthorizedAccessException or PostgresException
    {
        SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification
            or PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.InsufficientPrivilege,
    });

    private static string Describe(AdminDatabaseOptions options)
    {
        if (!options.IsPostgres)
        {
            return $"SQLite {options.SqliteFile}";
        }

        var parsed = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        return $"PostgreSQL {parsed.Host}:{parsed.Port}/{parsed.Database}";
    }
}
