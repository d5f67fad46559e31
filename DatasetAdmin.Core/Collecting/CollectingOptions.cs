namespace DatasetAdmin.Core.Collecting;

/// <summary>Section <c>Collecting</c>.</summary>
public sealed class CollectingOptions
{
    public const string Section = "Collecting";

    /// <summary>The most photos of a prediction that count (design: at most four).</summary>
    public const int PhotosPerPrediction = 4;

    /// <summary>How many photos are moved at once.</summary>
    public int Concurrency { get; set; } = 16;

    /// <summary>How many minutes younger than its prediction a photo may be before it is marked as uploaded after it.</summary>
    public int UploadGraceMinutes { get; set; } = 10;
}
