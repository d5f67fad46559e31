using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using Microsoft.AspNetCore.Components;

namespace DatasetAdmin.Web.Components.Datasets;

/// <summary>Every month's datasets, built or not.</summary>
public sealed partial class DatasetsPage
{
    private IDisposable? _subscription;
    private Content? _content;

    [Inject]
    internal DatasetQueries Datasets { get; init; } = null!;

    [Inject]
    internal RunStore Runs { get; init; } = null!;

    [Inject]
    internal RunFeed Feed { get; init; } = null!;

    [Inject]
    internal TimeProvider Clock { get; init; } = null!;

    protected override Task OnInitializedAsync()
    {
        _subscription = Feed.Subscribe(() => InvokeAsync(ReadRunsAsync));
        return ReadAsync();
    }

    protected override void OnGone() => _subscription?.Dispose();

    private Task ReadAsync() => LoadAsync(
        async token =>
        {
            var now = Month.Of(DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime));
            var open = await OpenAsync(token);
            if (await Datasets.FirstMonthOrNullAsync(token) is not { } first)
            {
                return new Content([], open, now);
            }

            List<Cell> cells = [];
            foreach (var dataset in await Datasets.MonthsAsync(first, now, token))
            {
                var by = dataset.Manifest is null ? null : await BuiltBy.FindOrNullAsync(Runs, dataset.Manifest, token);
                cells.Add(new(dataset, new(dataset.Kind, dataset.Month, null), by));
            }

            return new Content([.. cells.GroupBy(cell => cell.Dataset.Month).Select(month => new Row(month.Key, [.. month]))], open, now);
        },
        content => _content = content);

    // A run moves often and a dataset only when one ends.
    private async Task ReadRunsAsync()
    {
        if (_content is not { } content || IsLoading)
        {
            return;
        }

        var open = await OpenAsync(Gone);
        if (content.Open.Keys.Except(open.Keys).Any())
        {
            await ReadAsync();
        }
        else
        {
            _content = content with { Open = open };
            StateHasChanged();
        }
    }

    private async Task<IReadOnlyDictionary<string, Run>> OpenAsync(CancellationToken cancellationToken) =>
        (await Runs.OpenAsync(cancellationToken)).Where(run => run.Kind == RunKind.BuildDataset).GroupBy(run => run.Target).ToDictionary(runs => runs.Key, runs => runs.First());

    /// <param name="Open">The open builds, by their target.</param>
    private sealed record Content(IReadOnlyList<Row> Rows, IReadOnlyDictionary<string, Run> Open, Month Now);

    private sealed record Row(Month Month, IReadOnlyList<Cell> Cells);

    private sealed record Cell(DatasetMonth Dataset, DatasetAddress Address, string? By);
}
