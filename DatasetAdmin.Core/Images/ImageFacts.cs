using DatasetAdmin.Core.Candidates;

namespace DatasetAdmin.Core.Images;

/// <summary>Everything that one decode of a photo's bytes tells (design: the day manifest's image fields).</summary>
/// <param name="Sha256">Of the stored bytes, 64 lower-case hex digits.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Width">Pixels, after the EXIF orientation was applied.</param>
/// <param name="Height">Pixels, after the EXIF orientation was applied.</param>
/// <param name="Format"><c>jpeg</c>, <c>png</c>, <c>webp</c>, <c>avif</c> or <c>heic</c>, by content.</param>
/// <param name="ExifOrientation">1 to 8; 1 where the file says nothing.</param>
/// <param name="ColorMode">As Pillow names it: <c>L</c>, <c>LA</c>, <c>RGB</c>, <c>RGBA</c>, <c>CMYK</c>, <c>I;16</c>.</param>
/// <param name="PHash">64-bit difference hash of the upright image as 16 hex digits; null where the image has too little structure.</param>
/// <param name="Brightness">Mean luminance, 0 to 1, of the reduction to 256 px.</param>
/// <param name="Sharpness">Variance of the Laplacian of that reduction.</param>
public sealed record ImageFacts(
    string Sha256,
    long Bytes,
    int Width,
    int Height,
    string Format,
    int ExifOrientation,
    string ColorMode,
    string? PHash,
    double Brightness,
    double Sharpness)
{
    /// <summary>The file name extension of the format, without a dot: <c>jpg</c>, <c>png</c>, <c>webp</c>, <c>avif</c>, <c>heic</c>.</summary>
    public string Extension => Format == "jpeg" ? "jpg" : Format;
}

/// <summary>What inspection says of some bytes: exactly one of the two is set.</summary>
public readonly record struct Inspection(ImageFacts? Facts, Rejection? Rejection)
{
    public static Inspection Accepted(ImageFacts facts) => new(facts, null);

    public static Inspection Rejected(RejectionReason reason, string detail) => new(null, new Rejection(reason, detail));
}
