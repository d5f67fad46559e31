using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Images;

/// <summary>Section <c>Collecting:Limits</c>: what a photo may be at most, and must be at least.</summary>
public sealed class ImageLimitOptions
{
    public const string Section = "Collecting:Limits";

    /// <summary>Larger files are <c>too_large</c>; nothing of them is looked at.</summary>
    public long MaxBytes { get; set; } = 25 * 1024 * 1024;

    /// <summary>More millions of pixels than this are <c>too_many_pixels</c>; nothing is decoded.</summary>
    public double MaxMegapixels { get; set; } = 50;

    /// <summary>A longer side than this is <c>too_many_pixels</c> too.</summary>
    public int MaxSide { get; set; } = 16_384;

    /// <summary>A shorter side below this is <c>too_small</c>.</summary>
    public int MinSide { get; set; } = 64;
}

/// <summary>Tells at start, in words an admin can act on, which limit can't be meant.</summary>
internal sealed class ImageLimitValidator : IValidateOptions<ImageLimitOptions>
{
    private const long MaxArray = 2_000_000_000;

    public ValidateOptionsResult Validate(string? name, ImageLimitOptions options)
    {
        var failures = new List<string>();
        if (options.MaxBytes is < 1 or > MaxArray)
        {
            failures.Add($"{ImageLimitOptions.Section}:MaxBytes must be between 1 and {MaxArray}, such as 26214400 for 25 MB.");
        }

        if (!(options.MaxMegapixels is > 0 and <= 1_000))
        {
            failures.Add($"{ImageLimitOptions.Section}:MaxMegapixels must be above 0 and at most 1000, such as 50.");
        }

        if (options.MaxSide is < 1 or > 100_000)
        {
            failures.Add($"{ImageLimitOptions.Section}:MaxSide must be between 1 and 100000 pixels, such as 16384.");
        }

        if (options.MinSide < 1 || options.MinSide > options.MaxSide)
        {
            failures.Add($"{ImageLimitOptions.Section}:MinSide must be at least 1 pixel and at most MaxSide, such as 64.");
        }

        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }
}
