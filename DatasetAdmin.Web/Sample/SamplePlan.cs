using DatasetAdmin.Core.Collecting;

namespace DatasetAdmin.Web.Sample;

/// <summary>What the bytes under a key are.</summary>
internal enum SampleContent
{
    Jpeg,
    TurnedJpeg,
    Png,
    WebP,
    Avif,
    TruncatedJpeg,
    HtmlPage,
    Empty,
    AnimatedGif,
    Tiny,
}

/// <summary>What the sample breaks, because uploads are broken in the wild. Each is there at least once.</summary>
internal enum SampleFault
{
    TruncatedJpeg,
    HtmlPage,
    EmptyObject,
    AnimatedGif,
    TinyImage,
    MissingObject,
    ForeignBucket,
    MalformedPhotoUrls,
    EmptyStyleId,
    FivePhotos,
}

/// <summary>A picture of a person in a class's style; equal pictures have equal bytes.</summary>
internal sealed record SamplePicture(SampleContent Content, string ClassName, int Person, int Photo);

/// <summary>An object to be stored.</summary>
/// <param name="Uploaded">UTC: when a user would have uploaded it.</param>
internal sealed record SamplePhoto(string Key, SamplePicture Picture, DateTime Uploaded);

/// <summary>Everything that a sample holds, before a byte of it is written.</summary>
/// <param name="Predictions">In the order of <c>created_at</c>.</param>
/// <param name="Photos">Of the photo bucket.</param>
/// <param name="Gold">Of the artifacts bucket.</param>
internal sealed record SamplePlan(IReadOnlyList<Prediction> Predictions, IReadOnlyList<SamplePhoto> Photos, IReadOnlyList<SamplePhoto> Gold);
