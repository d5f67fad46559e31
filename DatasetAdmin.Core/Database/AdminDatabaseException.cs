namespace DatasetAdmin.Core.Database;

/// <summary>The program's own database can't be reached or isn't of this program's schema. The message says what to do and holds no password.</summary>
public sealed class AdminDatabaseException(string message, Exception? inner = null) : Exception(message, inner);
