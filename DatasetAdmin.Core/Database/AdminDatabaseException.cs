namespace DatasetAdmin.Core.Database;

/// <summary>The program's own database can't be reached or isn't of this program's schema. The message says what to do and holds no password.</summary>
public sealed class AdminDatabaseException(string message, bool mayPass, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether the same start may succeed later with nothing changed by a person.</summary>
    public bool MayPass { get; } = mayPass;
}
