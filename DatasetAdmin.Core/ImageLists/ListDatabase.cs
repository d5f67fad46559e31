using System.Data.Common;
using System.Globalization;
using DatasetAdmin.Core.Storage;
using DuckDB.NET.Data;

namespace DatasetAdmin.Core.ImageLists;

/// <summary>
/// The tables of one job: a DuckDB database in memory, which goes to a scratch folder of its own rather than over its limit, and is
/// deleted with that when disposed. For one thread at a time.
/// </summary>
public sealed class ListDatabase : IDisposable
{
    // DuckDB's appender keeps up to 200,000 rows, outside of the memory that it is limited to.
    private const int AppendedAtOnce = 4000;

    private readonly DuckDBConnection _connection;
    private readonly string _setMemoryLimit;

    private ListDatabase(string folder, DuckDBConnection connection, string setMemoryLimit) =>
        (Folder, _connection, _setMemoryLimit) = (folder, connection, setMemoryLimit);

    /// <summary>A folder for this job's files; deleted with the database.</summary>
    public string Folder { get; }

    /// <summary>Makes an empty database under <paramref name="scratch"/>.</summary>
    public static ListDatabase Create(string scratch, ImageListOptions options)
    {
        var folder = Path.Combine(scratch, Guid.NewGuid().ToString("n"));
        Directory.CreateDirectory(folder);
        // A database file would keep a log of every change and pack every table, for a reader who never comes.
        var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        var database = new ListDatabase(folder, connection, string.Create(CultureInfo.InvariantCulture, $"SET memory_limit = '{options.MemoryMegabytes}MiB';"));
        database.Execute(string.Create(CultureInfo.InvariantCulture, $"""
            SET threads = {options.Threads};
            SET allocator_flush_threshold = '16MiB';
            SET allocator_bulk_deallocation_flush_threshold = '16MiB';
            SET temp_directory = '{Quote(Path.Combine(folder, "spill"))}';
            SET TimeZone = 'UTC';
            """));
        return database;
    }

    public void Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using (var command = Command(sql, values))
        {
            command.ExecuteNonQuery();
        }

        // DuckDB's allocator keeps what a statement freed for seconds, up to several times the limit. Setting the limit is what
        // makes it give that back to the system.
        using var limit = Command(_setMemoryLimit, []);
        limit.ExecuteNonQuery();
    }

    /// <summary>The first column of the only row.</summary>
    public long Count(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = Command(sql, values);
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// The rows of a query, as they come. While it is enumerated nothing else may be done with this database.
    /// </summary>
    public IEnumerable<T> Rows<T>(string sql, Func<DbDataReader, T> map, params ReadOnlySpan<(string Name, object? Value)> values) =>
        Read(Command(sql, values), map);

    /// <summary>
    /// The rows of <c>SELECT … FROM {table} WHERE {key} > … ORDER BY {key}</c>, some thousands at a time, so that the
    /// database may be used in between. <paramref name="key"/> is a unique BIGINT column and must be the first selected.
    /// </summary>
    public IEnumerable<T> Pages<T>(string columns, string table, string key, Func<DbDataReader, T> map)
    {
        const int PageSize = 4000;
        var last = long.MinValue;
        while (true)
        {
            List<(long Key, T Row)> page =
            [
                .. Rows(
                    $"SELECT {columns} FROM {table} WHERE {key} > $last ORDER BY {key} LIMIT {PageSize}",
                    row => (row.GetInt64(0), map(row)),
                    ("last", last)),
            ];
            foreach (var (_, row) in page)
            {
                yield return row;
            }

            if (page.Count < PageSize)
            {
                yield break;
            }

            last = page[^1].Key;
        }
    }

    /// <summary>Adds rows to a table; they are there once it is disposed. For a few thousand rows at most, which wait in memory until then.</summary>
    public DuckDBAppender Append(string table) => _connection.CreateAppender(table);

    /// <summary>Adds a row for each of any number of items to a table.</summary>
    public async Task AppendAsync<T>(string table, IAsyncEnumerable<T> items, Action<IDuckDBAppenderRow, T> fill, CancellationToken cancellationToken)
    {
        // In one transaction: of a fault nothing stays, and many small ones take a little more time and memory.
        Execute("BEGIN");
        try
        {
            await foreach (var some in items.Chunk(AppendedAtOnce).WithCancellation(cancellationToken))
            {
                using var rows = Append(table);
                foreach (var item in some)
                {
                    var row = rows.CreateRow();
                    fill(row, item);
                    row.EndRow();
                }
            }
        }
        catch
        {
            Execute("ROLLBACK");
            throw;
        }

        Execute("COMMIT");
    }

    /// <summary>Adds the objects under a prefix to a table with the columns name (relative to the prefix), bytes and ETag.</summary>
    public Task AppendListingAsync(string table, IObjectStore store, string prefix, CancellationToken cancellationToken) => AppendAsync(
        table,
        store.ListAsync(prefix, null, cancellationToken),
        (row, item) => row.AppendValue(item.Key[prefix.Length..]).AppendValue((long?)item.Size).AppendValue(item.ETag),
        cancellationToken);

    /// <summary>
    /// Writes what a query yields, in its order, to a Parquet file. The same rows give the same bytes. Small groups of rows,
    /// because a whole group waits in memory.
    /// </summary>
    public void WriteParquet(string select, string path) =>
        Execute($"COPY ({select}) TO '{Quote(path)}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20480)");

    /// <summary>
    /// Writes what a query yields, in its order, to a Parquet file that only this job reads: quickly rather than small, and in groups of
    /// rows so small that those which a filter has no use for are passed over.
    /// </summary>
    public void WriteScratch(string select, string path) =>
        Execute($"COPY ({select}) TO '{Quote(path)}' (FORMAT parquet, COMPRESSION uncompressed, ROW_GROUP_SIZE 4096)");

    /// <summary>A text as it may stand between single quotes.</summary>
    public static string Quote(string text) => text.Replace("'", "''", StringComparison.Ordinal);

    public void Dispose()
    {
        _connection.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static IEnumerable<T> Read<T>(DuckDBCommand command, Func<DbDataReader, T> map)
    {
        using (command)
        {
            command.UseStreamingMode = true;
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                yield return map(reader);
            }
        }
    }

    private DuckDBCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            command.Parameters.Add(new DuckDBParameter(name, value ?? DBNull.Value));
        }

        return command;
    }
}
