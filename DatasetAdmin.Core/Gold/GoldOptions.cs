using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Gold;

/// <summary>Section <c>Gold</c>: what one upload may be at most. What a single photo may be says <c>Collecting:Limits</c>.</summary>
public sealed class GoldOptions
{
    public const string Section = "Gold";

    private const long Megabyte = 1024 * 1024;

    /// <summary>The whole upload, as it is sent.</summary>
    public int MaxUploadMegabytes { get; set; } = 1024;

    /// <summary>How many files an upload may have, and how many entries a zip in it.</summary>
    public int MaxFiles { get; set; } = 10_000;

    /// <summary>All that the zips of an upload may unpack to, whatever their headers say.</summary>
    public int MaxUnpackedMegabytes { get; set; } = 4096;

    /// <summary>A zip's entry that unpacks to more than this many times its packed size is a bomb: photos hardly pack at all.</summary>
    public int MaxCompressionRatio { get; set; } = 100;

    public long MaxUploadBytes => MaxUploadMegabytes * Megabyte;

    internal long MaxUnpackedBytes => MaxUnpackedMegabytes * Megabyte;
}

internal sealed class ValidateGoldOptions : IValidateOptions<GoldOptions>
{
    public ValidateOptionsResult Validate(string? name, GoldOptions options)
    {
        List<string> failures = [];
        Check(options.MaxUploadMegabytes is >= 1 and <= 1024 * 1024, $"MaxUploadMegabytes is {options.MaxUploadMegabytes}: write 1 to 1048576, such as 1024 for 1 GB.");
        Check(options.MaxFiles is >= 1 and <= 1_000_000, $"MaxFiles is {options.MaxFiles}: write how many files an upload may have, 1 to 1000000, such as 10000.");
        Check(options.MaxUnpackedMegabytes is >= 1 and <= 1024 * 1024, $"MaxUnpackedMegabytes is {options.MaxUnpackedMegabytes}: write 1 to 1048576, such as 4096 for 4 GB.");
        Check(options.MaxCompressionRatio is >= 2 and <= 1100, $"MaxCompressionRatio is {options.MaxCompressionRatio}: write 2 to 1100, such as 100.");
        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;

        void Check(bool isRight, string message)
        {
            if (!isRight)
            {
                failures.Add($"{GoldOptions.Section}:{message}");
            }
        }
    }
}
