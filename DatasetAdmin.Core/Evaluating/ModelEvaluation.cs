namespace DatasetAdmin.Core.Evaluating;

/// <summary>How well the model did: its initial predictions against the labels that people verified.</summary>
/// <param name="Unknown">Verified predictions that say nothing of what the model had predicted; counted nowhere else.</param>
/// <param name="Cells">The confusion matrix; cells without predictions are left out.</param>
/// <param name="Confidence">Ten bins from 0 to 1, or none where no prediction has a confidence.</param>
public sealed record ModelEvaluation(long Unknown, IReadOnlyList<ConfusionCell> Cells, IReadOnlyList<ConfidenceBin> Confidence)
{
    /// <summary>Verified predictions.</summary>
    public long Predictions { get; } = Cells.Sum(cell => cell.Predictions);

    public long Correct { get; } = Cells.Where(cell => cell.IsCorrect).Sum(cell => cell.Predictions);

    /// <summary>The share of predictions that people confirmed, 0 to 1; null where there is none.</summary>
    public double? Accuracy => Predictions == 0 ? null : (double)Correct / Predictions;

    /// <summary>One class's part.</summary>
    public ClassScore Of(string name) => new(
        name,
        Cells.Where(cell => cell.Verified == name).Sum(cell => cell.Predictions),
        Cells.Where(cell => cell.Predicted == name).Sum(cell => cell.Predictions),
        Cells.Where(cell => cell.IsCorrect && cell.Verified == name).Sum(cell => cell.Predictions));
}

/// <param name="Verified">The class that a person verified.</param>
/// <param name="Predicted">The class that the model had predicted; it may be one that isn't configured.</param>
/// <param name="Predictions">Predictions, not images.</param>
public sealed record ConfusionCell(string Verified, string Predicted, long Predictions)
{
    public bool IsCorrect => Verified == Predicted;
}

/// <param name="Verified">Predictions that people verified to be of this class.</param>
/// <param name="Predicted">Verified predictions that the model had given this class.</param>
/// <param name="Correct">Those that are both.</param>
public sealed record ClassScore(string Class, long Verified, long Predicted, long Correct)
{
    /// <summary>Of this class's predictions, the share that the model found; null where there is none.</summary>
    public double? Recall => Verified == 0 ? null : (double)Correct / Verified;

    /// <summary>Of those that the model gave this class, the share that is of it; null where there is none.</summary>
    public double? Precision => Predicted == 0 ? null : (double)Correct / Predicted;
}

/// <param name="From">The bin holds confidences from here to a tenth above; the last one holds 1 too.</param>
public sealed record ConfidenceBin(double From, long Correct, long Wrong);
