using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Evaluating;
using DatasetAdmin.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace DatasetAdmin.Web.Components.Evaluating;

/// <summary>The images of one cell of the confusion matrix, of a month's days or of all.</summary>
public sealed partial class ModelImagesPage
{
    private ImageSource? _source;
    private Month? _month;
    private (string?, string?, string?)? _shown;

    [Inject]
    internal ModelEvaluator Evaluator { get; init; } = null!;

    [Inject]
    internal ImageQueries Queries { get; init; } = null!;

    [Inject]
    internal CandidateImages Candidates { get; init; } = null!;

    /// <summary>A month; nothing for all days.</summary>
    [SupplyParameterFromQuery]
    public string? Of { get; set; }

    /// <summary>The verified label.</summary>
    [SupplyParameterFromQuery(Name = "class")]
    public string? ClassName { get; set; }

    /// <summary>What the model had predicted.</summary>
    [SupplyParameterFromQuery]
    public string? Initial { get; set; }

    /// <summary>The open image's path, or null.</summary>
    [SupplyParameterFromQuery]
    public string? Image { get; set; }

    protected override Task OnParametersSetAsync()
    {
        if (_shown == (Of, ClassName, Initial))
        {
            return Task.CompletedTask;
        }

        (_shown, _source) = ((Of, ClassName, Initial), null);
        _month = Month.TryParse(Of, out var month) ? month : null;
        return ReadAsync();
    }

    private Task ReadAsync()
    {
        var (month, verified, predicted) = (_month, ClassName ?? "", Initial ?? "");
        return LoadAsync(
            async token => DaysSource.Of(
                Queries,
                await Evaluator.DaysOfCellAsync(month, verified, predicted, token),
                new() { Class = verified, InitialPrediction = predicted, Verified = true },
                UsesAsync),
            source => _source = source);
    }

    private async Task<IReadOnlyList<ImageUse>> UsesAsync(ListedImage image, CancellationToken cancellationToken) =>
        ImageUse.Of(await Candidates.UsesAsync(image.Day!.Value, image.File, cancellationToken));
}
