using System.Runtime.CompilerServices;
using DatasetAdmin.Core.Collecting;

namespace DatasetAdmin.Tests.Support;

/// <summary>A real source of predictions as a process that may die uses it; each row read is a call, so that it also dies amid a page.</summary>
internal sealed class CrashingSource(IPredictionSource inner, ProcessLife life) : IPredictionSource
{
    public string Table => inner.Table;

    public Task CheckAsync(CancellationToken cancellationToken) => life.CallAsync(OutsideCall.Read, "check the source", () => inner.CheckAsync(cancellationToken));

    public IAsyncEnumerable<Prediction> ReadDaysAsync(DateOnly first, DateOnly last, CancellationToken cancellationToken) =>
        ReadAsync(inner.ReadDaysAsync(first, last, cancellationToken), "read predictions", cancellationToken);

    public IAsyncEnumerable<Prediction> ReadByIdsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        ReadAsync(inner.ReadByIdsAsync(ids, cancellationToken), "read predictions by id", cancellationToken);

    public Task<IReadOnlyDictionary<DateOnly, long>> CountByDayAsync(DateOnly first, DateOnly last, CancellationToken cancellationToken) =>
        life.CallAsync(OutsideCall.Read, "count predictions", () => inner.CountByDayAsync(first, last, cancellationToken));

    private async IAsyncEnumerable<Prediction> ReadAsync(
        IAsyncEnumerable<Prediction> predictions, string what, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        life.Call(OutsideCall.Read, what);
        await foreach (var prediction in predictions.WithCancellation(cancellationToken))
        {
            life.Call(OutsideCall.Read, what);
            yield return prediction;
        }
    }
}
