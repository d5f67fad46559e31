namespace DatasetAdmin.Core.Collecting;

/// <summary>
/// The product's table of predictions, owned by another application and only ever read. Every method opens its own
/// connection, reads in keyset pages over (<c>created_at</c>, <c>id</c>) without a transaction that outlives a page,
/// and throws <see cref="PredictionSourceException"/> when the table can't be read.
/// </summary>
public interface IPredictionSource
{
    /// <summary>What is read, for people and manifests: <c>schema.table</c>.</summary>
    string Table { get; }

    /// <summary>Checks that the database answers and that the table has the columns we need.</summary>
    Task CheckAsync(CancellationToken cancellationToken);

    /// <summary>The predictions with <c>created_at</c> in [00:00, next 00:00) UTC of the days from <paramref name="first"/> to <paramref name="last"/>, in keyset order.</summary>
    IAsyncEnumerable<Prediction> ReadDaysAsync(DateOnly first, DateOnly last, CancellationToken cancellationToken);

    /// <summary>The predictions among <paramref name="ids"/> that still exist, in any order. An id that can't be one of the column's type is one that doesn't exist.</summary>
    IAsyncEnumerable<Prediction> ReadByIdsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken);

    /// <summary>How many predictions each of the days has; a day without any is left out.</summary>
    Task<IReadOnlyDictionary<DateOnly, long>> CountByDayAsync(DateOnly first, DateOnly last, CancellationToken cancellationToken);
}

/// <summary>The source can't be read: the message says what is wrong and what to do, without a secret.</summary>
public sealed class PredictionSourceException(string message, bool mayPass, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether the same call may succeed later with nothing changed by a person.</summary>
    public bool MayPass { get; } = mayPass;
}
