using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DatasetAdmin.Core.Collecting;

/// <summary>The product's table in PostgreSQL. Sessions are read-only and in UTC; a role with SELECT alone is enough.</summary>
public sealed class PostgresPredictionSource : SqlPredictionSource, IAsyncDisposable
{
    // With oids of the catalogue, so that a table is found as the session would find it; a domain counts as its base type.
    private const string FindColumns = """
        SELECT n.nspname::text, c.relname::text, a.attname::text, t.typname::text,
               quote_ident(tn.nspname) || '.' || quote_ident(t.typname), t.typcategory = 'A'
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_catalog.pg_type d ON d.oid = a.atttypid
        JOIN pg_catalog.pg_type t ON t.oid = CASE d.typtype WHEN 'd' THEN d.typbasetype ELSE d.oid END
        JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
        WHERE c.oid = to_regclass($1)
        ORDER BY a.attnum
        """;

    private static readonly string[] s_timeTypes = ["timestamptz", "timestamp", "date"];

    private readonly NpgsqlDataSource _database;
    private readonly string _server;

    public PostgresPredictionSource(string connectionString, UserStylesOptions options, TimeProvider time, ILogger<PostgresPredictionSource> logger)
        : base(options, time, logger)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Timezone = "UTC", Enlist = false };
        settings.ApplicationName ??= "DatasetAdmin";
        // Belt and braces beside the SELECT-only role: this program never writes here, not even by mistake.
        settings.Options = $"{settings.Options} -c default_transaction_read_only=on -c DateStyle=ISO".Trim();
        _server = $"{settings.Host}, database {settings.Database ?? settings.Username}";
        _database = NpgsqlDataSource.Create(settings);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private protected override async Task<DbConnection> OpenAsync(CancellationToken cancellationToken) =>
        await _database.OpenConnectionAsync(cancellationToken);

    private protected override async Task<(TableName Name, List<SourceColumn> Columns)?> FindTableOrNullAsync(
        DbConnection connection, TableName name, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(FindColumns, (NpgsqlConnection)connection);
        command.Parameters.Add(new NpgsqlParameter { Value = name.Quoted });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        TableName? found = null;
        List<SourceColumn> columns = [];
        while (await row.ReadAsync(cancellationToken))
        {
            found = new TableName(row.GetString(0), row.GetString(1));
            columns.Add(new SourceColumn(row.GetString(2), row.GetString(3), row.GetString(4), row.GetBoolean(5)));
        }

        if (columns.Find(column => column.Name == "created_at") is { } createdAt && !s_timeTypes.Contains(createdAt.Type))
        {
            throw new PredictionSourceException(
                $"{found}.created_at is of type {createdAt.Type}, and must be a timestamp: let UserStyles:Table name a view that casts it.", mayPass: false);
        }

        return found is null ? null : (found, columns);
    }

    private protected override PredictionSourceException? Explain(Exception exception)
    {
        var (what, mayPass) = exception switch
        {
            PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } =>
                ($"The role of ConnectionStrings:UserStyles may not read {Table} (UserStyles:Table): grant it SELECT on the table and USAGE on its schema.", false),
            PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
                ($"The database server ({_server}) refused the user or password of ConnectionStrings:UserStyles: write those of a role that may read {Table}.", false),
            PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } =>
                ($"The database of ConnectionStrings:UserStyles doesn't exist ({_server}): write the name of the product's.", false),
            PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn } =>
                ($"{Table} (UserStyles:Table) was changed while it was read: a table or a column is gone.", false),
            PostgresException fault =>
                ($"Reading {Table} from ConnectionStrings:UserStyles ({_server}) failed: {fault.MessageText} (SQLSTATE {fault.SqlState}).", MayPass(fault)),
            NpgsqlException { InnerException: TimeoutException } =>
                ($"The database of ConnectionStrings:UserStyles ({_server}) didn't answer in time: see that it runs and that the setting names it.", true),
            NpgsqlException { IsTransient: false } =>
                ($"The database of ConnectionStrings:UserStyles ({_server}) can't be used: {exception.Message}", false),
            NpgsqlException or SocketException or IOException =>
                ($"The database of ConnectionStrings:UserStyles can't be reached, or the connection was lost ({_server}): see that it runs and that the setting names it.", true),
            _ => (null, false),
        };
        if (mayPass)
        {
            // What broke one connection likely broke the pool's others to the same server.
            _database.Clear();
        }

        return what is null ? null : new PredictionSourceException(what, mayPass, exception);
    }

    private static bool MayPass(PostgresException fault) =>
        // 57: shut down, crashed, starting up, cancelled by an operator or a timeout. 08: the connection.
        fault.IsTransient || fault.SqlState.StartsWith("57", StringComparison.Ordinal) || fault.SqlState.StartsWith("08", StringComparison.Ordinal);

    private protected override string AsText(SourceColumn column, bool mayBeLong)
    {
        var text = column.IsArray ? $"to_jsonb({column.Quoted})::text" : $"{column.Quoted}::text";
        return mayBeLong ? $"left({text}, {PhotoUrls.MaxTextBytes + 1})" : text;
    }

    private protected override string Moment(SourceColumn createdAt) => createdAt.Quoted;

    private protected override string KeysetColumns(SourceTable table) => $"{table.CreatedAt.Quoted}::text, {table.Id.Quoted}::text";

    // On the bare columns: the planner takes an index on created_at for it.
    private protected override string IsAfter(SourceTable table) =>
        $"({table.CreatedAt.Quoted}, {table.Id.Quoted}) > (@afterTime::{table.CreatedAt.CastType}, @afterId::{table.Id.CastType})";

    private protected override string Day(SourceColumn createdAt) =>
        createdAt.Type == "timestamptz" ? $"to_char({createdAt.Quoted} AT TIME ZONE 'UTC', 'YYYY-MM-DD')" : $"to_char({createdAt.Quoted}, 'YYYY-MM-DD')";

    private protected override string InWindow(SourceColumn createdAt) =>
        $"{createdAt.Quoted} >= @from::{createdAt.CastType} AND {createdAt.Quoted} < @to::{createdAt.CastType}";

    // A timestamp without a zone ignores the offset, and its times are UTC.
    private protected override void AddWindow(DbCommand command, DateOnly first, DateOnly last)
    {
        Add(command, "from", $"{first:yyyy-MM-dd} 00:00:00+00");
        Add(command, "to", $"{last.AddDays(1):yyyy-MM-dd} 00:00:00+00");
    }

    private protected override string IdIsOneOf(SourceColumn id) => $"{id.Quoted} = ANY(@ids::{id.CastType}[])";

    private protected override void AddIds(DbCommand command, SourceColumn id, string[] ids) =>
        Add(command, "ids", ids.Select(text => IdOrNull(id.Type, text)).OfType<string>().ToArray());

    /// <summary>The text if the column's type can hold it. What can't be an id would fail the whole query.</summary>
    private static string? IdOrNull(string type, string text) => type switch
    {
        "uuid" => Guid.TryParse(text, out var id) ? id.ToString() : null,
        "int2" => short.TryParse(text, CultureInfo.InvariantCulture, out _) ? text : null,
        "int4" => int.TryParse(text, CultureInfo.InvariantCulture, out _) ? text : null,
        "int8" => long.TryParse(text, CultureInfo.InvariantCulture, out _) ? text : null,
        "numeric" => decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _) ? text : null,
        _ => text.Contains('\0') || !PhotoUrl.IsWellFormed(text) ? null : text,
    };
}
