using System.Data.Common;
using System.Globalization;
using DuckDB.NET.Data;

namespace DatasetAdmin.Core.ImageLists;

/// <summary>
/// The tables of one job: a DuckDB database in a scratch folder of its own, which goes to disk rather than over its
/// memory limit, and is deleted when disposed. For one thread at a time.
/// </summary>
public sealed class ListDatabase : IDisposable
{
    private readonly DuckDBConnection _connection;

    private ListDatabase(string folder, DuckDBConnection connection) => (Folder, _connection) = (folder, connection);

    /// <summary>A folder for this job's files; deleted with the database.</summary>
    public string Folder { get; }

    /// <summary>Makes an empty database under <paramref name="scratch"/>.</summary>
    public static ListDatabase Create(string scratch, ImageListOptions options)
    {
        var folder = Path.Combine(scratch, Guid.NewGuid().ToString("n"));
        Directory.CreateDirectory(folder);
        var connection = new DuckDBConnection($"DataSource={Path.Combine(folder, "tables.duckdb")}");
        connection.Open();
        var database = new ListDatabase(folder, connection);
        database.Execute(string.Create(CultureInfo.InvariantCulture, $"""
            SET memory_limit = '{options.MemoryMegabytes}MiB';
            SET threads = {options.Threads};
            SET temp_directory = '{Quote(Path.Combine(folder, "spill"))}';
            SET TimeZone = 'UTC';
            """));
        return database;
    }

    public void Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = Command(sql, values);
        command.ExecuteNonQuery();
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

    /// <summary>Adds rows to a table; they are there once it is disposed.</summary>
    public DuckDBAppender Append(string table) => _connection.CreateAppender(table);

    /// <summary>
    /// Writes what a query yields, in its order, to a Parquet file. The same rows give the same bytes. Small groups of rows,
    /// because a whole group waits in memory.
    /// </summary>
    public void WriteParquet(string select, string path) =>
        Execute($"COPY ({select}) TO '{Quote(path)}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20480)");

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
