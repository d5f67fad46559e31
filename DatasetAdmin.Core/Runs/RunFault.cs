using System.Data.Common;

namespace DatasetAdmin.Core.Runs;

/// <summary>What a run's row says of a fault.</summary>
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
}
