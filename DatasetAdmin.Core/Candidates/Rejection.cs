using System.Text.Json;

namespace DatasetAdmin.Core.Candidates;

/// <summary>Why a photo didn't become a candidate. In files written in snake_case: <see cref="Rejections.Name"/>.</summary>
public enum RejectionReason
{
    MalformedPhotoUrls,
    TooManyPhotos,
    MalformedUrl,
    OutsidePhotoBucket,
    MissingObject,
    EmptyObject,
    TooLarge,
    TooManyPixels,
    TooSmall,
    UnsupportedFormat,
    CorruptImage,
    AnimatedImage,
    UnknownClass,
}

/// <summary>A reason with what an admin should know about this photo, in one plain sentence without secrets.</summary>
public sealed record Rejection(RejectionReason Reason, string Detail);

public static class Rejections
{
    private static readonly string[] s_names =
        [.. Enum.GetNames<RejectionReason>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    /// <summary>The reason as the manifests write it, such as <c>too_many_pixels</c>.</summary>
    public static string Name(this RejectionReason reason) => s_names[(int)reason];
}
