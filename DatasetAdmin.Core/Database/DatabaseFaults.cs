using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace DatasetAdmin.Core.Database;

/// <summary>What a fault of the program's own database means, on either kind.</summary>
public static class DatabaseFaults
{
    /// <summary>A row with the same unique values is there already.</summary>
    public static bool IsDuplicate(Exception exception) => CauseOrNull(exception)
        is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }
        or SqliteException { SqliteExtendedErrorCode: 1555 or 2067 };

    /// <summary>Two transactions waited for each other, and the server ended this one.</summary>
    public static bool IsDeadlock(Exception exception) => CauseOrNull(exception) is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected };

    /// <summary>Whether the same call may succeed later with nothing changed by a person.</summary>
    public static bool MayPass(DbException exception) => exception is
        NpgsqlException { IsTransient: true }
        or PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow }
        or SqliteException { SqliteErrorCode: 5 or 6 };

    /// <summary>The database didn't answer, or not as it should; EF wraps what may pass.</summary>
    public static bool IsAway(Exception exception) =>
        exception is DbException or TimeoutException or InvalidOperationException { InnerException: DbException or TimeoutException };

    // EF wraps what it writes, and once more what may pass.
    private static DbException? CauseOrNull(Exception? exception) => exception switch
    {
        null => null,
        DbException cause => cause,
        _ => CauseOrNull(exception.InnerException),
    };
}
