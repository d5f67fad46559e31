using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace DatasetAdmin.Core.Collecting;

/// <summary>
/// What the sources have in common: keyset pages over (<c>created_at</c>, <c>id</c>), one short command each, tried
/// again from the same place when a fault may pass. A database says only how it writes what differs.
/// </summary>
public abstract class SqlPredictionSource : IPredictionSource
{
    private const int IdsAtOnce = 1000;

    // Some rows hold a megabyte. A page ends early rather than fill the memory: the next one goes on where it ended.
    private const int PageCharacters = 16 * 1024 * 1024;

    private readonly TableName _configured;
    private readonly int _pageSize;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline _retry;

    // What was found of the table; looked for at first use and again after a lasting fault: it may have been migrated.
    private volatile SourceTable? _table;

    private protected SqlPredictionSource(UserStylesOptions options, TimeProvider time, ILogger logger)
    {
        _configured = TableName.ParseOrNull(options.Table) ?? throw new ArgumentException("UserStyles:Table isn't a table's name.", nameof(options));
        _pageSize = options.PageSize;
        _logger = logger;
        _retry = new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<PredictionSourceException>(fault => fault.MayPass),
            // Half a minute in all: a database's restart is ridden out.
            MaxRetryAttempts = 6,
            Delay = TimeSpan.FromSeconds(0.5),
            MaxDelay = TimeSpan.FromSeconds(15),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            OnRetry = retry =>
            {
                _logger.Retrying(Table, retry.AttemptNumber + 1, retry.RetryDelay, retry.Outcome.Exception);
                return default;
            },
        }).Build();
    }

    /// <inheritdoc/>
    public string Table => (_table?.Name ?? _configured).ToString();

    /// <inheritdoc/>
    public Task CheckAsync(CancellationToken cancellationToken) =>
        QueryAsync((table, command) => command.CommandText = $"{SelectFrom(table)} LIMIT 0", _ => 0, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<Prediction> ReadDaysAsync(DateOnly first, DateOnly last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Where no index knows the keyset, each page looks through its whole window: then a window of about a page is much less than a month.
        IEnumerable<(DateOnly, DateOnly)> windows = first == last ? [(first, last)] : Windows(await CountByDayAsync(first, last, cancellationToken));
        foreach (var (from, to) in windows)
        {
            Keyset? after = null;
            do
            {
                var page = await ReadPageAsync(from, to, after, cancellationToken);
                foreach (var prediction in page.Rows)
                {
                    yield return prediction;
                }

                after = page.Next;
            }
            while (after is not null);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Prediction> ReadByIdsAsync(IReadOnlyCollection<string> ids, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var chunk in ids.Distinct().Chunk(IdsAtOnce))
        {
            var rows = await QueryAsync(
                (table, command) =>
                {
                    command.CommandText = $"{SelectFrom(table)} WHERE {IdIsOneOf(table.Id)}";
                    AddIds(command, table.Id, chunk);
                },
                PredictionRow.Read, cancellationToken);
            foreach (var prediction in rows)
            {
                yield return prediction;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<DateOnly, long>> CountByDayAsync(DateOnly first, DateOnly last, CancellationToken cancellationToken)
    {
        var rows = await QueryAsync(
            (table, command) =>
            {
                command.CommandText = $"SELECT {Day(table.CreatedAt)}, count(*) FROM {table.From} WHERE {InWindow(table.CreatedAt)} GROUP BY 1";
                AddWindow(command, first, last);
            },
            row => (Day: DateOnly.ParseExact(row.GetString(0), "yyyy-MM-dd", CultureInfo.InvariantCulture), Count: row.GetInt64(1)),
            cancellationToken);
        return rows.ToDictionary(row => row.Day, row => row.Count);
    }

    /// <summary>Opens a connection that can't write.</summary>
    private protected abstract Task<DbConnection> OpenAsync(CancellationToken cancellationToken);

    /// <summary>The columns of a table or view, with its schema where the database has schemas; null when there is no such table.</summary>
    private protected abstract Task<(TableName Name, List<SourceColumn> Columns)?> FindTableOrNullAsync(DbConnection connection, TableName name, CancellationToken cancellationToken);

    /// <summary>What the fault means for an admin, and whether it may pass; null for an exception that isn't the database's.</summary>
    private protected abstract PredictionSourceException? Explain(Exception exception);

    /// <summary>The column's value as text, an array as JSON. What may be long is cut where <see cref="PhotoUrls"/> refuses it anyway.</summary>
    private protected abstract string AsText(SourceColumn column, bool mayBeLong);

    /// <summary>The moment that rows are ordered by.</summary>
    private protected abstract string Moment(SourceColumn createdAt);

    /// <summary>The moment and the id, exact enough to be compared with again.</summary>
    private protected abstract string KeysetColumns(SourceTable table);

    /// <summary>Whether a row comes after <c>@afterTime</c> and <c>@afterId</c>.</summary>
    private protected abstract string IsAfter(SourceTable table);

    /// <summary>The row's UTC day as <c>YYYY-MM-DD</c>.</summary>
    private protected abstract string Day(SourceColumn createdAt);

    /// <summary>Whether a row is of the days of <see cref="AddWindow"/>.</summary>
    private protected abstract string InWindow(SourceColumn createdAt);

    private protected abstract void AddWindow(DbCommand command, DateOnly first, DateOnly last);

    private protected abstract string IdIsOneOf(SourceColumn id);

    private protected abstract void AddIds(DbCommand command, SourceColumn id, string[] ids);

    private protected static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }

    // Days whose rows fit into one page together, or a day alone; those at either end have rows.
    private IEnumerable<(DateOnly From, DateOnly To)> Windows(IReadOnlyDictionary<DateOnly, long> counts)
    {
        (DateOnly From, DateOnly To, long Rows)? window = null;
        foreach (var (day, rows) in counts.OrderBy(item => item.Key))
        {
            if (window is { } full && full.Rows + rows >= _pageSize)
            {
                yield return (full.From, full.To);
                window = null;
            }

            window = (window?.From ?? day, day, (window?.Rows ?? 0) + rows);
        }

        if (window is { } last)
        {
            yield return (last.From, last.To);
        }
    }

    private async Task<(List<Prediction> Rows, Keyset? Next)> ReadPageAsync(DateOnly first, DateOnly last, Keyset? after, CancellationToken cancellationToken)
    {
        Keyset? place = null;
        var room = PageCharacters;
        var rows = await QueryAsync(
            (table, command) =>
            {
                (place, room) = (null, PageCharacters);
                var order = $"{Moment(table.CreatedAt)}, {table.Id.Quoted}";
                command.CommandText = $"{SelectFrom(table)} WHERE {InWindow(table.CreatedAt)}"
                    + $"{(after is null ? "" : $" AND {IsAfter(table)}")} ORDER BY {order} LIMIT {_pageSize}";
                // What an index can tell of the place is its day.
                AddWindow(command, after?.Day ?? first, last);
                if (after is not null)
                {
                    Add(command, "afterTime", after.CreatedAt);
                    Add(command, "afterId", after.Id);
                }
            },
            row =>
            {
                var prediction = PredictionRow.Read(row);
                place = PredictionRow.Place(row, prediction);
                room -= PredictionRow.Length(prediction);
                return prediction;
            },
            cancellationToken, () => room > 0);
        return (rows, rows.Count == _pageSize || room <= 0 ? place : null);
    }

    private string SelectFrom(SourceTable table)
    {
        var columns = PredictionRow.Columns.Select(name => table.FindOrNull(name) is { } column ? AsText(column, mayBeLong: name is "photo_urls" or "photo_url") : "NULL");
        return $"SELECT {string.Join(", ", columns)}, {KeysetColumns(table)} FROM {table.From}";
    }

    /// <summary>Runs one command on a connection of its own and reads its rows, again from the start after a fault that may pass.</summary>
    private async Task<List<T>> QueryAsync<T>(
        Action<SourceTable, DbCommand> prepare, Func<DbDataReader, T> read, CancellationToken cancellationToken, Func<bool>? goOn = null) =>
        await _retry.ExecuteAsync(
            async token =>
            {
                try
                {
                    await using var connection = await OpenAsync(token);
                    var table = _table ??= await FindTableAsync(connection, token);
                    await using var command = connection.CreateCommand();
                    prepare(table, command);
                    await using var reader = await command.ExecuteReaderAsync(token);
                    List<T> rows = [];
                    while ((goOn is null || goOn()) && await reader.ReadAsync(token))
                    {
                        rows.Add(read(reader));
                    }

                    return rows;
                }
                catch (Exception exception) when (!token.IsCancellationRequested && Explain(exception) is { } fault)
                {
                    _table = fault.MayPass ? _table : null;
                    throw fault;
                }
            },
            cancellationToken);

    private async Task<SourceTable> FindTableAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        if (await FindTableOrNullAsync(connection, _configured, cancellationToken) is { } found)
        {
            var table = new SourceTable(found.Name, found.Columns);
            if (_logger.IsEnabled(LogLevel.Information))
            {
                _logger.TableFound($"{table.Name}", string.Join(", ", PredictionRow.Columns.Where(name => table.FindOrNull(name) is not null)));
            }

            return table;
        }

        var product = _configured with { Name = "db_user_styles" };
        var advice = await FindTableOrNullAsync(connection, product, cancellationToken) is not null
            ? $"there is a table {product}, so write UserStyles:Table={product}."
            : "UserStyles:Table must name the table of predictions (schema.table), and the role needs SELECT on it.";
        throw new PredictionSourceException($"The source's database has no table {_configured}: {advice}", mayPass: false);
    }
}
