using DatasetAdmin.Core.Datasets;

namespace DatasetAdmin.Core.Building;

/// <summary>What a build would do at this moment.</summary>
/// <param name="Outcome">How it would end.</param>
/// <param name="Current">The version that stands; null before a first build.</param>
/// <param name="Changes">Against that version.</param>
/// <param name="Images">How many images the dataset would have.</param>
/// <param name="Withdrawn">Candidates whose prediction no longer exists, left out.</param>
/// <param name="Classes">All configured classes, in their order, and after them those that only the current version has.</param>
/// <param name="Reason">Why it would be blocked, and what to do; null otherwise.</param>
/// <param name="NeedsConsent">It would be blocked only because it drops much, which a person may allow.</param>
public sealed record BuildPreview(
    BuildOutcome Outcome, DatasetVersion? Current, DatasetChanges Changes, long Images, long Withdrawn, IReadOnlyList<ClassPreview> Classes, string? Reason, bool NeedsConsent)
{
    /// <summary>The days that the build would collect first. What they bring isn't in the numbers.</summary>
    public IReadOnlyList<DateOnly> DaysToCollect { get; init; } = [];
}

/// <param name="Added">Images that the current version hasn't in any class.</param>
/// <param name="Removed">Images that the dataset would no longer have in any class.</param>
/// <param name="MovedHere">Images that are in another class now.</param>
/// <param name="MovedAway">Images that would be in another class.</param>
public sealed record ClassPreview(string Class, long Before, long After, long Added, long Removed, long MovedHere, long MovedAway);
