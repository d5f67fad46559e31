using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Storage;

/// <summary>Holds the section <c>Minio</c> against what an S3 server needs, and says what to write instead.</summary>
internal sealed class MinioOptionsValidation : IValidateOptions<MinioOptions>
{
    public ValidateOptionsResult Validate(string? name, MinioOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Endpoint))
        {
            return ValidateOptionsResult.Success;
        }

        var wrong = new List<string>();
        var endpoint = options.Endpoint;
        var scheme = endpoint.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0)
        {
            var https = endpoint.StartsWith("https", StringComparison.OrdinalIgnoreCase);
            wrong.Add($"Minio:Endpoint has a scheme: write '{endpoint[(scheme + 3)..].TrimEnd('/')}', and Minio:Secure={(https ? "true" : "false")}.");
        }
        else if (!IsHostAndPort(endpoint))
        {
            wrong.Add($"Minio:Endpoint is '{endpoint}': write host:port of the S3 API, such as minio:9000.");
        }

        if (string.IsNullOrWhiteSpace(options.AccessKey))
        {
            wrong.Add("Minio:AccessKey is missing: write the access key of a user of the object store.");
        }

        if (string.IsNullOrWhiteSpace(options.SecretKey))
        {
            wrong.Add("Minio:SecretKey is missing: write the secret that belongs to Minio:AccessKey.");
        }

        if (string.IsNullOrWhiteSpace(options.Region))
        {
            wrong.Add("Minio:Region is empty: write the store's region; us-east-1 is what most call theirs.");
        }

        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static bool IsHostAndPort(string endpoint)
    {
        var colon = endpoint.LastIndexOf(':');
        var hasPort = colon > 0 && !endpoint.EndsWith(']');
        var host = hasPort ? endpoint[..colon] : endpoint;
        return Uri.CheckHostName(host.Trim('[', ']')) != UriHostNameType.Unknown
            && (!hasPort || ushort.TryParse(endpoint[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out _));
    }
}

/// <summary>Holds the section <c>Buckets</c> against S3's rules for names.</summary>
internal sealed partial class BucketOptionsValidation : IValidateOptions<BucketOptions>
{
    public ValidateOptionsResult Validate(string? name, BucketOptions options)
    {
        var wrong = new List<string>();
        Check(wrong, "Buckets:Photos", options.Photos);
        Check(wrong, "Buckets:Artifacts", options.Artifacts);
        if (options.Photos == options.Artifacts)
        {
            wrong.Add($"Buckets:Photos and Buckets:Artifacts are both '{options.Photos}': the photos are only read, so datasets need a bucket of their own.");
        }

        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static void Check(List<string> wrong, string key, string? bucket)
    {
        if (bucket is null || !ValidName().IsMatch(bucket) || bucket.Contains("..", StringComparison.Ordinal))
        {
            wrong.Add($"{key} is '{bucket}': write a bucket's name, 3 to 63 small letters, digits, '-' and '.', a letter or digit first and last.");
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", RegexOptions.CultureInvariant)]
    private static partial Regex ValidName();
}
