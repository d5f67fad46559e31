using System.Text;
using System.Text.RegularExpressions;
using DatasetAdmin.Core.Candidates;

namespace DatasetAdmin.Core.Collecting;

/// <summary>Where a photo's URL leads: to keys of the photo bucket, or nowhere.</summary>
/// <param name="Keys">The keys to look under, the likeliest first, without repetition; empty when rejected. Every one obeys the rules of a key.</param>
/// <param name="Rejection">Why the URL leads nowhere; null when there are keys.</param>
public sealed record PhotoLocation(IReadOnlyList<string> Keys, Rejection? Rejection);

/// <summary>
/// Maps a photo's URL to keys of the photo bucket. Nothing here, and nothing after it, ever fetches a URL: a host is no
/// authority and isn't checked, it only helps to tell which part of the URL is the key. Whatever a URL says, the worst
/// it can name is a key of the photo bucket.
/// </summary>
/// <remarks>
/// <para>The place of the bucket decides: <c>s3://BUCKET/key</c>; <c>http(s)://BUCKET.host/key</c>; otherwise the first
/// segment of the path that equals the bucket and has something behind it, so that any prefix may stand before it
/// (<c>/files/BUCKET/key</c>, <c>https://host/cdn/BUCKET/key</c>) and a user may be named like the bucket
/// (<c>/BUCKET/BUCKET/photo.jpg</c>). A text without scheme and leading slash may also be the key itself: where it could
/// be both (<c>BUCKET/photo.jpg</c>), the reading with the bucket comes first and the bare key after it.</para>
/// <para>A URL may be percent-encoded or raw, and it doesn't say which. Decoded (exactly once) is tried first, because
/// that is what a URL means; then the path as it stands (a file named <c>100%25.jpg</c>); and last the whole text with
/// what looked like a query or fragment (a file named <c>me #2.jpg</c>). A <c>+</c> is a plus, as paths have it.
/// A URL whose decoded path breaks the rules of a key is rejected altogether.</para>
/// </remarks>
public static partial class PhotoUrl
{
    /// <summary>What S3 allows for a key, in UTF-8.</summary>
    public const int MaxKeyBytes = 1024;

    private const int MaxUrlLength = 16 * 1024;

    public static PhotoLocation Map(string? url, string bucket)
    {
        var text = url?.TrimStart(' ') ?? "";
        if (string.IsNullOrWhiteSpace(text))
        {
            return Malformed("The URL is empty.");
        }

        if (text.Length > MaxUrlLength)
        {
            return Malformed($"The URL is longer than {MaxUrlLength} characters.");
        }

        if (text.Any(char.IsControl) || !IsWellFormed(text))
        {
            return Malformed("The URL has a control character or broken Unicode in it.");
        }

        var scheme = Scheme().Match(text);
        return scheme.Groups["name"].Value.ToLowerInvariant() switch
        {
            "" => text[0] == '/' ? Read(text[1..], bucket, Place.BehindBucket)
                : HostAndPort().IsMatch(text) ? Read(text, bucket, Place.BehindBucket)
                : Read(text, bucket, Place.BehindBucketOrBare),
            "s3" when scheme.Groups["slashes"].Success => Read(text[scheme.Length..], bucket, Place.InFirstSegment),
            "http" or "https" when scheme.Groups["slashes"].Success => MapHttp(text[scheme.Length..], bucket),
            "s3" or "http" or "https" => Malformed("The URL has no // after its scheme."),
            _ => Outside("The URL's scheme isn't http, https or s3."),
        };
    }

    private static PhotoLocation MapHttp(string rest, string bucket)
    {
        var authority = Authority().Match(rest);
        if (!authority.Success)
        {
            return Malformed("The URL has no valid host, or a user before it.");
        }

        var host = authority.Groups["host"].Value;
        var path = rest[authority.Length..];
        path = path.StartsWith('/') ? path[1..] : path;

        // A server's short name may equal the bucket's: then the path still says which of the two is meant.
        var virtualHost = host.StartsWith(bucket + ".", StringComparison.OrdinalIgnoreCase)
            || (host.Equals(bucket, StringComparison.OrdinalIgnoreCase) && !path.StartsWith(bucket + "/", StringComparison.Ordinal));
        return Read(path, bucket, virtualHost ? Place.WholePath : Place.BehindBucket);
    }

    private static PhotoLocation Read(string text, string bucket, Place place)
    {
        var end = text.AsSpan().IndexOfAny('?', '#');
        // A photo is never a folder: after a slash, a ? or # begins a file's name.
        end = end < 0 || (end > 0 && text[end - 1] == '/') ? text.Length : end;
        var path = text[..end].TrimEnd(' ');
        var tail = text[path.Length..];
        var decoded = Uri.UnescapeDataString(path);

        // The whole path, also what stands before the key: /files/../BUCKET/key is no honest prefix.
        if (FindFault(decoded) is { } fault)
        {
            return Malformed(fault);
        }

        var meant = Locate(decoded, bucket, place);
        if (meant.Count == 0)
        {
            return Outside("The URL doesn't lead into the photo bucket.");
        }

        var written = Locate(path, bucket, place);
        string[] keys = [.. meant.Concat(written).Concat(written.Select(key => key + tail)).Where(IsKey).Distinct()];
        return keys.Length > 0 ? new PhotoLocation(keys, null) : Malformed($"The key is longer than {MaxKeyBytes} bytes.");
    }

    private static List<string> Locate(string path, string bucket, Place place)
    {
        if (place == Place.WholePath)
        {
            return [path];
        }

        var found = $"/{path}".IndexOf($"/{bucket}/", StringComparison.Ordinal);
        List<string> keys = found == 0 || (found > 0 && place != Place.InFirstSegment) ? [path[(found + bucket.Length + 1)..]] : [];
        if (place == Place.BehindBucketOrBare)
        {
            keys.Add(path);
        }

        return keys;
    }

    /// <summary>Whether a text obeys the rules of <see cref="Storage.IObjectStore"/> for keys.</summary>
    internal static bool IsKey(string text) =>
        FindFault(text) is null && IsWellFormed(text) && Encoding.UTF8.GetByteCount(text) <= MaxKeyBytes;

    private static string? FindFault(string path) =>
        path.Any(char.IsControl) ? "The URL's path has an encoded control character."
        : path.Contains('\\') ? "The URL's path has a backslash."
        : path.Split('/').Any(segment => segment is "" or "." or "..") ? "The URL's path has an empty, . or .. segment."
        : null;

    /// <summary>Whether a text is without halves of surrogate pairs, which no UTF-8 can hold.</summary>
    internal static bool IsWellFormed(string text)
    {
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            rest = rest[length..];
        }

        return true;
    }

    private static PhotoLocation Malformed(string detail) => new([], new Rejection(RejectionReason.MalformedUrl, detail));

    private static PhotoLocation Outside(string detail) => new([], new Rejection(RejectionReason.OutsidePhotoBucket, detail));

    /// <summary>A scheme ends in a colon before any slash. <c>localhost:9000/…</c> is a host with its port, not a scheme.</summary>
    [GeneratedRegex(@"\A(?<name>[A-Za-z][A-Za-z0-9+.\-]*):(?![0-9]{1,5}(?:/|\z))(?<slashes>//)?")]
    private static partial Regex Scheme();

    [GeneratedRegex(@"\A[A-Za-z0-9.\-]+:[0-9]{1,5}(?:/|\z)")]
    private static partial Regex HostAndPort();

    /// <summary>Up to the path. No user: storage URLs have none, and it serves to disguise a host.</summary>
    [GeneratedRegex(@"\A(?<host>[\w.\-]+|\[[0-9A-Fa-f:.%]+\])(?::[0-9]{0,5})?(?=[/?#]|\z)")]
    private static partial Regex Authority();

    private enum Place
    {
        WholePath,
        InFirstSegment,
        BehindBucket,
        BehindBucketOrBare,
    }
}
