using Microsoft.Extensions.Options;
using Npgsql;

namespace DatasetAdmin.Core.Database;

/// <summary>Where the program's own state lies: <c>ConnectionStrings:Admin</c>, or SQLite under <c>DataFolder</c>.</summary>
public sealed class AdminDatabaseOptions
{
    public const string ConnectionStringKey = "ConnectionStrings:Admin";

    /// <summary>A connection string of PostgreSQL, or empty for SQLite.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The folder of everything the program keeps on disk.</summary>
    public string DataFolder { get; set; } = "data";

    public bool IsPostgres => !string.IsNullOrWhiteSpace(ConnectionString);

    internal string SqliteFile => Path.Combine(DataFolder, "admin.db");

    internal string LocksFolder => Path.Combine(DataFolder, "locks");
}

internal sealed class ValidateAdminDatabaseOptions : IValidateOptions<AdminDatabaseOptions>
{
    private const string Example = "write it like Host=localhost;Database=dataset_admin;Username=admin;Password=..., or leave it empty for SQLite under DataFolder";

    public ValidateOptionsResult Validate(string? name, AdminDatabaseOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.DataFolder))
        {
            return ValidateOptionsResult.Fail("DataFolder is empty: write a folder that the program may create and write to.");
        }

        if (!options.IsPostgres)
        {
            return ValidateOptionsResult.Success;
        }

        try
        {
            var parsed = new NpgsqlConnectionStringBuilder(options.ConnectionString);
            return string.IsNullOrWhiteSpace(parsed.Host) || string.IsNullOrWhiteSpace(parsed.Database)
                ? ValidateOptionsResult.Fail($"{AdminDatabaseOptions.ConnectionStringKey} needs a Host and a Database: {Example}.")
                : ValidateOptionsResult.Success;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            // The parser's message is left out: it may quote a part of the string, and that may be the password.
            return ValidateOptionsResult.Fail($"{AdminDatabaseOptions.ConnectionStringKey} is no connection string of PostgreSQL: {Example}.");
        }
    }
}
