using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace DatasetAdmin.Core.Collecting;

/// <summary>The same table in a SQLite file: the embedded sample.</summary>
/// <remarks>
/// SQLite has no type for a time: a column may hold ISO texts of several forms and offsets, which don't sort as texts,
/// and numbers. Its own date functions round to milliseconds, which moves 23:59:59.999999 into the next day. So rows are
/// compared by functions of ours that read a time as <see cref="SourceTime"/> does, to 100 ns.
/// </remarks>
public sealed class SqlitePredictionSource : SqlPredictionSource
{
    private readonly string _path;
    private readonly string _connectionString;

    public SqlitePredictionSource(string path, UserStylesOptions options, TimeProvider time, ILogger<SqlitePredictionSource> logger)
        : base(options, time, logger)
    {
        _path = path;
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly }.ToString();
    }

    private protected override async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            connection.CreateFunction<string?, long?>("utc_ticks", text => SourceTime.ParseOrNull(text)?.Ticks, isDeterministic: true);
            connection.CreateFunction<string?, string?>(
                "utc_day", text => SourceTime.ParseOrNull(text)?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), isDeterministic: true);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private protected override async Task<(TableName Name, List<SourceColumn> Columns)?> FindTableOrNullAsync(
        DbConnection connection, TableName name, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT name, type FROM pragma_table_info(@table, @schema)";
        Add(command, "table", name.Name);
        Add(command, "schema", name.Schema ?? "main");
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        List<SourceColumn> columns = [];
        while (await row.ReadAsync(cancellationToken))
        {
            columns.Add(new SourceColumn(row.GetString(0), row.GetString(1), "", IsArray: false));
        }

        return columns.Count == 0 ? null : (name, columns);
    }

    private protected override PredictionSourceException? Explain(Exception exception) => exception switch
    {
        // 14: can't open.
        SqliteException { SqliteErrorCode: 14 } => new PredictionSourceException(
            $"There is no sample database at {_path}, which is read because ConnectionStrings:UserStyles is empty: set it to the product's PostgreSQL database, or make the sample with the command 'sample'.",
            mayPass: false, exception),
        // 5 busy, 6 locked, 10 input or output.
        SqliteException fault => new PredictionSourceException(
            $"Reading {Table} (UserStyles:Table) from {_path} failed: {fault.Message}", fault.SqliteErrorCode is 5 or 6 or 10, exception),
        _ => null,
    };

    private protected override string AsText(SourceColumn column, bool mayBeLong) =>
        mayBeLong ? $"substr(CAST({column.Quoted} AS TEXT), 1, {PhotoUrls.MaxTextBytes + 1})" : $"CAST({column.Quoted} AS TEXT)";

    private protected override string Moment(SourceColumn createdAt) => $"utc_ticks({AsText(createdAt, mayBeLong: false)})";

    private protected override string KeysetColumns(SourceTable table) => $"{Moment(table.CreatedAt)}, {table.Id.Quoted}";

    private protected override string IsAfter(SourceTable table) =>
        $"({Moment(table.CreatedAt)}, {table.Id.Quoted}) > (@afterTime, @afterId)";

    private protected override string Day(SourceColumn createdAt) => $"utc_day({AsText(createdAt, mayBeLong: false)})";

    // The date that a text begins with is within a day of its UTC date, whatever the offset: that much an index can
    // tell. Numbers sort before every text. The exact bounds follow.
    private protected override string InWindow(SourceColumn createdAt)
    {
        var (column, moment) = (createdAt.Quoted, Moment(createdAt));
        return $"(({column} >= @fromText AND {column} < @toText) OR {column} < '') AND {moment} BETWEEN @from AND @last";
    }

    private protected override void AddWindow(DbCommand command, DateOnly first, DateOnly last)
    {
        Add(command, "fromText", $"{first.AddDays(-1):yyyy-MM-dd}");
        Add(command, "toText", $"{last.AddDays(3):yyyy-MM-dd}");
        Add(command, "from", first.ToDateTime(TimeOnly.MinValue).Ticks);
        Add(command, "last", last.ToDateTime(TimeOnly.MaxValue).Ticks);
    }

    private protected override string IdIsOneOf(SourceColumn id) => $"{id.Quoted} IN (SELECT value FROM json_each(@ids))";

    // A column without a declared type compares a number with a number only.
    private protected override void AddIds(DbCommand command, SourceColumn id, string[] ids) =>
        Add(command, "ids", JsonSerializer.Serialize(ids.SelectMany<string, object>(text =>
            long.TryParse(text, CultureInfo.InvariantCulture, out var number) && number.ToString(CultureInfo.InvariantCulture) == text ? [text, number] : [text])));
}
