using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Storage;
using DuckDB.NET.Data;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Browsing;

/// <summary>
/// Where people's questions about image lists are answered: one DuckDB of this process with one memory limit, and a few
/// connections to it that stay open. However many ask at once, as many are answered as there are connections, and the
/// others wait: viewers multiply neither memory nor threads.
/// </summary>
public sealed class ListBrowser : IDisposable
{
    private readonly Lazy<DuckDBConnection> _database;
    private readonly SemaphoreSlim _free;
    private readonly ConcurrentBag<DuckDBConnection> _idle = [];
    private readonly string _setMemoryLimit;
    private readonly string _spill;

    public ListBrowser(DataFolder data, IOptions<ImageListOptions> options)
    {
        _spill = Path.Combine(data.Make("scratch"), Guid.NewGuid().ToString("n"));
        _setMemoryLimit = string.Create(CultureInfo.InvariantCulture, $"SET memory_limit = '{options.Value.BrowsingMegabytes}MiB'");
        _free = new(options.Value.BrowsingConnections);
        _database = new(() => Open(options.Value.Threads));
    }

    /// <summary>Answers one question when a connection is free.</summary>
    /// <param name="ask">Reads all that it wants before it returns. Runs on a pool thread; a cancellation stops its query.</param>
    public async Task<T> AskAsync<T>(Func<ListQuestion, T> ask, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Ask(ask, cancellationToken), cancellationToken);
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose()
    {
        foreach (var connection in _idle)
        {
            connection.Dispose();
        }

        if (_database.IsValueCreated)
        {
            _database.Value.Dispose();
        }

        _free.Dispose();
        if (Directory.Exists(_spill))
        {
            Directory.Delete(_spill, recursive: true);
        }
    }

    private T Ask<T>(Func<ListQuestion, T> ask, CancellationToken cancellationToken)
    {
        if (!_idle.TryTake(out var connection))
        {
            connection = _database.Value.Duplicate();
            connection.Open();
        }

        var question = new ListQuestion(connection);
        try
        {
            using var cancelled = cancellationToken.Register(question.Cancel);
            return ask(question);
        }
        catch (DuckDBException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        finally
        {
            if (question.WasHeavy)
            {
                // DuckDB's allocator keeps what a statement freed, up to several times the limit. Setting the limit is what
                // makes it give that back to the system.
                using var command = connection.CreateCommand();
                command.CommandText = _setMemoryLimit;
                command.ExecuteNonQuery();
            }

            _idle.Add(connection);
        }
    }

    private DuckDBConnection Open(int threads)
    {
        var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = string.Create(CultureInfo.InvariantCulture, $"""
            {_setMemoryLimit};
            SET threads = {threads};
            SET temp_directory = '{ListDatabase.Quote(_spill)}';
            SET TimeZone = 'UTC';
            SET preserve_insertion_order = true;
            SET parquet_metadata_cache = true;
            """);
        command.ExecuteNonQuery();
        return connection;
    }
}

/// <summary>A connection in the hands of who asks. For one thread at a time.</summary>
public sealed class ListQuestion
{
    private readonly Lock _gate = new();
    private readonly DuckDBConnection _connection;
    private DuckDBCommand? _running;
    private bool _isCancelled;

    internal ListQuestion(DuckDBConnection connection) => _connection = connection;

    internal bool WasHeavy { get; private set; }

    /// <summary>The rows of a query, all of them: ask for a page at a time.</summary>
    public IReadOnlyList<T> Rows<T>(string sql, Func<DbDataReader, T> map, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            command.Parameters.Add(new DuckDBParameter(name, value ?? DBNull.Value));
        }

        Run(command);
        try
        {
            command.UseStreamingMode = true;
            using var reader = command.ExecuteReader();
            List<T> rows = [];
            while (reader.Read())
            {
                rows.Add(map(reader));
            }

            return rows;
        }
        finally
        {
            Run(null);
        }
    }

    /// <summary>The first column of the only row.</summary>
    public long Count(string sql, params ReadOnlySpan<(string Name, object? Value)> values) => Rows(sql, row => row.GetInt64(0), values).Single();

    /// <summary>Executes a statement that writes rows to a file; returns how many.</summary>
    public int Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        Run(command);
        try
        {
            return command.ExecuteNonQuery();
        }
        finally
        {
            Run(null);
        }
    }

    /// <summary>Says that what was asked took much memory, which is to be given back.</summary>
    public void GiveMemoryBack() => WasHeavy = true;

    internal void Cancel()
    {
        lock (_gate)
        {
            _isCancelled = true;
            _running?.Cancel();
        }
    }

    private void Run(DuckDBCommand? command)
    {
        lock (_gate)
        {
            _running = command;
            if (command is not null && _isCancelled)
            {
                throw new OperationCanceledException();
            }
        }
    }
}
