using System.Data.Common;
using System.Net.Sockets;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Database;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Core.Runs;

/// <summary>What a fault means for its run.</summary>
internal static class RunFault
{
    /// <summary>
    /// The type, and the message where it is ours or a database's. Others' messages may hold a path, an address or a key, and
    /// stand in the log only.
    /// </summary>
    public static string Describe(Exception exception)
    {
        for (var fault = exception; fault is not null; fault = fault.InnerException)
        {
            var isOurs = fault.GetType().Assembly.GetName().Name?.StartsWith(nameof(DatasetAdmin), StringComparison.Ordinal) == true;
            if (isOurs || fault is DbException)
            {
                return $"{fault.GetType().Name}: {fault.Message}";
            }
        }

        return $"{exception.GetType().Name}: an unexpected fault. The program's log has its details under this run's id.";
    }

    /// <summary>
    /// Whether the same may succeed later with nothing changed by a person. The outermost fault that says so decides; what isn't
    /// known is taken to stay.
    /// </summary>
    public static bool MayPass(Exception exception)
    {
        for (var fault = exception; fault is not null; fault = fault.InnerException)
        {
            bool? mayPass = fault switch
            {
                ObjectStoreException store => store.MayPass,
                PredictionSourceException source => source.MayPass,
                AdminDatabaseException database => database.MayPass,
                DbException database => DatabaseFaults.MayPass(database),
                TimeoutException or OperationCanceledException or HttpRequestException or SocketException => true,
                _ => null,
            };
            if (mayPass is { } known)
            {
                return known;
            }
        }

        return false;
    }
}
