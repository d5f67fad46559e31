using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.ImageLists;

namespace DatasetAdmin.Tests.Support;

/// <summary>Manifests that no collection wrote, for what is decided by their numbers alone.</summary>
internal static class TestManifests
{
    public static CandidateManifest Day(DateOnly day, long images, long verified, long rejected) => new()
    {
        CollectionDate = day,
        CreatedAt = DateTime.UnixEpoch,
        TotalImages = images,
        VerifiedImages = verified,
        UnverifiedImages = images - verified,
        ClassDistribution = new Dictionary<string, long>(),
        SchemaVersion = 1,
        Window = new(DateTime.UnixEpoch, DateTime.UnixEpoch),
        RunId = "run",
        Source = new("photos", "user_styles"),
        Totals = new(images, images + rejected, images, verified, rejected, 1000 * images, 0),
        Classes = [],
        Rejections = new Dictionary<string, long>(),
        ImagesFile = new ImagesFile("", images, ""),
        RejectedFile = new ImagesFile("", rejected, ""),
    };
}
