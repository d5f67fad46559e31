using System.Text;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Collecting;

namespace DatasetAdmin.Tests.Collecting;

public class PhotoUrlTests
{
    private const string Bucket = "style-photos";

    // Several keys, in the order in which they are tried, are written with " | " between them.
    [Theory]
    // Path-style, on any host, port and case of the scheme.
    [InlineData("http://minio:9000/style-photos/42/me.jpg", "42/me.jpg")]
    [InlineData("https://minio.example.com/style-photos/42/me.jpg", "42/me.jpg")]
    [InlineData("HTTPS://MINIO.example.com/style-photos/42/me.jpg", "42/me.jpg")]
    [InlineData("http://[::1]:9000/style-photos/42/me.jpg", "42/me.jpg")]
    [InlineData("http://10.0.0.7:9000/style-photos/42/a/b/c.jpg", "42/a/b/c.jpg")]
    [InlineData("  http://minio:9000/style-photos/42/me.jpg", "42/me.jpg")]
    // Never fetched, so any host will do: what it names is a key of the photo bucket and nothing else.
    [InlineData("http://169.254.169.254/style-photos/42/me.jpg", "42/me.jpg")]
    [InlineData("http://0.0.0.0/style-photos/42/me.jpg", "42/me.jpg")]
    // Virtual-host style; hosts have no case.
    [InlineData("https://style-photos.s3.eu-central-1.amazonaws.com/42/me.jpg", "42/me.jpg")]
    [InlineData("https://Style-Photos.example.com:9000/42/me.jpg", "42/me.jpg")]
    [InlineData("https://style-photos.example.com/style-photos/me.jpg", "style-photos/me.jpg")]
    // A server's short name that equals the bucket: the path decides.
    [InlineData("http://style-photos/42/me.jpg", "42/me.jpg")]
    [InlineData("http://style-photos:9000/style-photos/42/me.jpg", "42/me.jpg")]
    // s3.
    [InlineData("s3://style-photos/42/me.jpg", "42/me.jpg")]
    [InlineData("S3://style-photos/42/me.jpg", "42/me.jpg")]
    [InlineData("s3://style-photos/style-photos/me.jpg", "style-photos/me.jpg")]
    // Behind a prefix, as the product writes them.
    [InlineData("/files/style-photos/42/My photo (1).jpg", "42/My photo (1).jpg")]
    [InlineData("files/style-photos/42/me.jpg", "42/me.jpg | files/style-photos/42/me.jpg")]
    [InlineData("/api/v1/files/style-photos/42/me.jpg", "42/me.jpg")]
    [InlineData("https://cdn.example.com/files/style-photos/42/me.jpg", "42/me.jpg")]
    [InlineData("localhost:9000/style-photos/42/me.jpg", "42/me.jpg")]
    [InlineData("/style-photos/42/me.jpg", "42/me.jpg")]
    // Users named like the bucket: the first segment that equals it is the bucket.
    [InlineData("/style-photos/style-photos/me.jpg", "style-photos/me.jpg")]
    [InlineData("/files/style-photos/style-photos/me.jpg", "style-photos/me.jpg")]
    [InlineData("http://minio/style-photos/style-photos/style-photos/me.jpg", "style-photos/style-photos/me.jpg")]
    // Bare keys; one that begins with the bucket's name may be either.
    [InlineData("42/me.jpg", "42/me.jpg")]
    [InlineData("me.jpg", "me.jpg")]
    [InlineData("42/12:30:59.jpg", "42/12:30:59.jpg")]
    [InlineData("style-photos/me.jpg", "me.jpg | style-photos/me.jpg")]
    [InlineData("style-photos/42/me.jpg", "42/me.jpg | style-photos/42/me.jpg")]
    [InlineData("42/style-photos", "42/style-photos")]
    [InlineData("my-style-photos/42/me.jpg", "my-style-photos/42/me.jpg")]
    [InlineData("auth0|5f7c/me.jpg", "auth0|5f7c/me.jpg")]
    // Percent-encoded or raw: decoded once, then as written.
    [InlineData("http://minio/style-photos/42/My%20photo%20%281%29.jpg", "42/My photo (1).jpg | 42/My%20photo%20%281%29.jpg")]
    [InlineData("/files/style-photos/42/100%25.jpg", "42/100%.jpg | 42/100%25.jpg")]
    [InlineData("/files/style-photos/42/100% me.jpg", "42/100% me.jpg")]
    [InlineData("/files/style-photos/42/100%zz.jpg", "42/100%zz.jpg")]
    [InlineData("/files/style-photos/42/50%.jpg", "42/50%.jpg")]
    [InlineData("42/%C3%A9t%C3%A9.jpg", "42/été.jpg | 42/%C3%A9t%C3%A9.jpg")]
    [InlineData("42/été 🌞.jpg", "42/été 🌞.jpg")]
    [InlineData("42/%FF%FE.jpg", "42/%FF%FE.jpg")]
    [InlineData("42/a+b.jpg", "42/a+b.jpg")]
    [InlineData("42/a%2Bb.jpg", "42/a+b.jpg | 42/a%2Bb.jpg")]
    [InlineData("http://minio/style-photos/42%2Fme.jpg", "42/me.jpg | 42%2Fme.jpg")]
    [InlineData("http://minio/style%2Dphotos/42/me.jpg", "42/me.jpg")]
    [InlineData("http://minio/style-photos/42/%252e%252e/me.jpg", "42/%2e%2e/me.jpg | 42/%252e%252e/me.jpg")]
    [InlineData("http://minio/style-photos/42/..me...jpg", "42/..me...jpg")]
    // Queries and fragments, or names that look like them.
    [InlineData("http://minio/style-photos/42/me.jpg?X-Amz-Signature=ab%2Fcd", "42/me.jpg | 42/me.jpg?X-Amz-Signature=ab%2Fcd")]
    [InlineData("http://minio/style-photos/42/me.jpg?next=/../../etc/passwd", "42/me.jpg")]
    [InlineData("http://minio/style-photos/42/me.jpg#top", "42/me.jpg | 42/me.jpg#top")]
    [InlineData("/files/style-photos/42/me #2.jpg", "42/me | 42/me #2.jpg")]
    [InlineData("/files/style-photos/42/what?.jpg", "42/what | 42/what?.jpg")]
    [InlineData("/files/style-photos/42/#selfie.jpg", "42/#selfie.jpg")]
    [InlineData("42/me.jpg?from=/style-photos/1/other.jpg", "42/me.jpg | 42/me.jpg?from=/style-photos/1/other.jpg")]
    [InlineData("42/a%20b#c.jpg", "42/a b | 42/a%20b | 42/a%20b#c.jpg")]
    [InlineData("42/me.jpg ", "42/me.jpg | 42/me.jpg ")]
    [InlineData("42/it's,;=&$!@~[x]{y}^`<z>\".jpg", "42/it's,;=&$!@~[x]{y}^`<z>\".jpg")]
    public void Map_UrlOfThePhotoBucket_GivesItsKeys(string url, string keys)
    {
        var location = PhotoUrl.Map(url, Bucket);

        Assert.Null(location.Rejection);
        Assert.Equal(keys, string.Join(" | ", location.Keys));
    }

    [Theory]
    // Another bucket, or none.
    [InlineData("http://minio:9000/ml-artifacts/datasets/gold/Queen/1.jpg")]
    [InlineData("http://minio:9000/style-photos-2/42/me.jpg")]
    [InlineData("http://minio:9000/Style-Photos/42/me.jpg")]
    [InlineData("http://other.minio:9000/42/me.jpg")]
    [InlineData("http://evil-style-photos.example.com/42/me.jpg")]
    [InlineData("http://169.254.169.254/latest/meta-data/iam")]
    [InlineData("http://[::ffff:127.0.0.1]/42/me.jpg")]
    [InlineData("http://2130706433/42/me.jpg")]
    [InlineData("http://example.com", "malformed")]
    [InlineData("http://example.com?style-photos/42/me.jpg", "malformed")]
    [InlineData("http://minio/style-photos")]
    [InlineData("http://example.com/x?url=/style-photos/42/me.jpg")]
    [InlineData("http://example.com/x#/style-photos/42/me.jpg")]
    [InlineData("s3://ml-artifacts/42/me.jpg")]
    [InlineData("s3://ml-artifacts/style-photos/42/me.jpg")]
    [InlineData("/files/ml-artifacts/42/me.jpg")]
    [InlineData("/42/me.jpg")]
    [InlineData("/etc/passwd")]
    [InlineData("localhost:9000/ml-artifacts/42/me.jpg")]
    [InlineData("localhost:9000")]
    // Another scheme.
    [InlineData("ftp://minio/style-photos/42/me.jpg")]
    [InlineData("file:///style-photos/42/me.jpg")]
    [InlineData("gopher://minio/style-photos/42/me.jpg")]
    [InlineData("data:image/png;base64,iVBORw0KGgo/style-photos/42/me.jpg")]
    [InlineData("javascript:alert(1)//style-photos/42/me.jpg")]
    [InlineData("JaVaScRiPt:alert(1)")]
    [InlineData("mailto:me@example.com")]
    [InlineData("s3a://style-photos/42/me.jpg")]
    [InlineData("jar:http://minio/style-photos/42/me.jpg")]
    // Malformed: nothing there.
    [InlineData(null, "malformed")]
    [InlineData("", "malformed")]
    [InlineData("   ", "malformed")]
    [InlineData("\t\n", "malformed")]
    [InlineData("/", "malformed")]
    [InlineData("http://", "malformed")]
    [InlineData("http:///style-photos/42/me.jpg", "malformed")]
    [InlineData("http://minio/", "malformed")]
    [InlineData("http://minio/style-photos/", "malformed")]
    [InlineData("s3://", "malformed")]
    [InlineData("s3://style-photos/", "malformed")]
    [InlineData("https://style-photos.example.com/", "malformed")]
    [InlineData("https://style-photos.example.com", "malformed")]
    // Malformed: hosts.
    [InlineData("http://minio@evil/style-photos/42/me.jpg", "malformed")]
    [InlineData("http://minio:9000@evil:80/style-photos/42/me.jpg", "malformed")]
    [InlineData("http://mi nio/style-photos/42/me.jpg", "malformed")]
    [InlineData("http://minio:port/style-photos/42/me.jpg", "malformed")]
    [InlineData("http://minio%2fevil/style-photos/42/me.jpg", "malformed")]
    [InlineData("http:/minio/style-photos/42/me.jpg", "malformed")]
    [InlineData("http:style-photos/42/me.jpg", "malformed")]
    [InlineData("s3:/style-photos/42/me.jpg", "malformed")]
    [InlineData("http:\\\\minio\\style-photos\\42\\me.jpg", "malformed")]
    [InlineData("http://minio\\@evil/style-photos/42/me.jpg", "malformed")]
    [InlineData("//minio/style-photos/42/me.jpg", "malformed")]
    // Malformed: segments, in the key and before it, plain and encoded.
    [InlineData("http://minio/style-photos/../ml-artifacts/x.jpg", "malformed")]
    [InlineData("http://minio/style-photos/42/../43/me.jpg", "malformed")]
    [InlineData("http://minio/files/../style-photos/42/me.jpg", "malformed")]
    [InlineData("http://minio/style-photos/42/%2e%2e/43/me.jpg", "malformed")]
    [InlineData("http://minio/style-photos/42/.%2E/me.jpg", "malformed")]
    [InlineData("http://minio/style-photos/42%2f..%2f43/me.jpg", "malformed")]
    [InlineData("http://minio/style-photos/./42/me.jpg", "malformed")]
    [InlineData("http://minio/style-photos/%2e/me.jpg", "malformed")]
    [InlineData("http://minio//style-photos/42/me.jpg", "malformed")]
    [InlineData("http://minio/style-photos//me.jpg", "malformed")]
    [InlineData("http://minio/style-photos/42/", "malformed")]
    [InlineData("http://minio/style-photos/42%2F%2Fme.jpg", "malformed")]
    [InlineData("../style-photos/42/me.jpg", "malformed")]
    [InlineData("..", "malformed")]
    [InlineData("42/..", "malformed")]
    [InlineData("s3://style-photos/../x", "malformed")]
    // Malformed: characters.
    [InlineData("42\\me.jpg", "malformed")]
    [InlineData("42/..\\..\\me.jpg", "malformed")]
    [InlineData("42/%5c..%5cme.jpg", "malformed")]
    [InlineData("C:\\photos\\me.jpg")]
    [InlineData("42/me.jpg\n", "malformed")]
    [InlineData("42/me\0.jpg", "malformed")]
    [InlineData("42/me%00.jpg", "malformed")]
    [InlineData("42/me%0d%0aSet-Cookie:x.jpg", "malformed")]
    [InlineData("42/me\u0085.jpg", "malformed")]
    [InlineData("42/me%7f.jpg", "malformed")]
    [InlineData("java\tscript:alert(1)", "malformed")]
    public void Map_AnythingElse_IsRejectedWithAReason(string? url, string reason = "outside")
    {
        var location = PhotoUrl.Map(url, Bucket);

        Assert.Empty(location.Keys);
        Assert.Equal(reason == "outside" ? RejectionReason.OutsidePhotoBucket : RejectionReason.MalformedUrl, location.Rejection!.Reason);
        Assert.NotEmpty(location.Rejection.Detail);
    }

    [Fact]
    public void Map_HalfASurrogatePair_IsMalformed() =>
        Assert.Equal(RejectionReason.MalformedUrl, PhotoUrl.Map("42/\ud83c.jpg", Bucket).Rejection?.Reason);

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void Map_LongKey_CountsBytesOfTheKey(int bytes, bool fits)
    {
        var key = "42/é" + new string('x', bytes - 5);

        var location = PhotoUrl.Map($"http://minio/style-photos/{Uri.EscapeDataString(key)}", Bucket);

        Assert.Equal(fits ? key : null, location.Keys.Count > 0 ? location.Keys[0] : null);
        Assert.Equal(fits, location.Rejection is null);
    }

    [Fact]
    public void Map_LongQuery_IsNoFault() =>
        Assert.Equal(["42/me.jpg"], PhotoUrl.Map($"http://minio/style-photos/42/me.jpg?{new string('x', 8000)}", Bucket).Keys);

    [Fact]
    public void Map_EndlessUrl_IsMalformed() =>
        Assert.Equal(RejectionReason.MalformedUrl, PhotoUrl.Map($"http://minio/style-photos/{new string('x', 1 << 20)}", Bucket).Rejection?.Reason);

    [Fact]
    public void Map_BucketWithDots_IsFoundInHostAndPath()
    {
        Assert.Equal(["42/me.jpg"], PhotoUrl.Map("https://my.photos.example.com/42/me.jpg", "my.photos").Keys);
        Assert.Equal(["42/me.jpg"], PhotoUrl.Map("https://example.com/my.photos/42/me.jpg", "my.photos").Keys);
        Assert.Equal(RejectionReason.OutsidePhotoBucket, PhotoUrl.Map("https://myxphotos.example.com/42/me.jpg", "my.photos").Rejection?.Reason);
    }

    [Fact]
    public void Map_Rejection_NeverRepeatsTheUrl()
    {
        foreach (var url in new[] { "http://u:secret@minio/style-photos/1/a.jpg", "http://minio/other/a.jpg?X-Amz-Signature=secret", "secret:x" })
        {
            Assert.DoesNotContain("secret", PhotoUrl.Map(url, Bucket).Rejection!.Detail);
        }
    }

    [Fact]
    public void Map_RandomKeys_ComeBackFromEveryForm()
    {
        var random = new Random(20261106);
        for (var round = 0; round < 5_000; round++)
        {
            var key = RandomKey(random);
            var encoded = string.Join('/', key.Split('/').Select(Uri.EscapeDataString));
            foreach (var url in new[]
            {
                $"http://minio:9000/{Bucket}/{encoded}", $"https://{Bucket}.example.com/{encoded}?X-Amz-Expires=60", $"s3://{Bucket}/{encoded}",
                $"/files/{Bucket}/{encoded}", $"/{Bucket}/{encoded}#x", $"http://minio/{Bucket}/{Uri.EscapeDataString(key)}",
            })
            {
                Assert.Equal(key, PhotoUrl.Map(url, Bucket).Keys[0]);
            }

            foreach (var url in new[] { $"http://minio:9000/{Bucket}/{key}", $"s3://{Bucket}/{key}", $"/files/{Bucket}/{key}", $"/{Bucket}/{key}", key })
            {
                Assert.Contains(key, PhotoUrl.Map(url, Bucket).Keys);
            }
        }
    }

    [Fact]
    public void Map_RandomText_NeverThrowsAndGivesOnlyKeys()
    {
        string[] parts =
        [
            "http", "s3", "file", ":", "//", "/", "..", ".", "%2e", "%2F", "%00", "%25", "%", "\\", "@", "?", "#", " ", Bucket, "42", "me.jpg",
            "\0", "\n", "\ud83c", "\udf1e", "é", "[", "]", "::1", ":9000", "+", "\u202e",
        ];
        var random = new Random(20261107);
        for (var round = 0; round < 50_000; round++)
        {
            var text = string.Concat(random.GetItems(parts, random.Next(12)));

            var location = PhotoUrl.Map(text, Bucket);

            Assert.Equal(location.Keys.Count == 0, location.Rejection is not null);
            Assert.Equal(location.Keys.Distinct(), location.Keys);
            Assert.All(location.Keys, key =>
            {
                Assert.True(Encoding.UTF8.GetByteCount(key) is > 0 and <= 1024);
                Assert.DoesNotContain(key, character => char.IsControl(character) || character == '\\');
                Assert.DoesNotContain(key.Split('/'), segment => segment is "" or "." or "..");
                Assert.Equal(key, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(key)));
            });
        }
    }

    /// <summary>As the product makes them, USER/FILENAME, with names as people have them; none like an escape, which a raw URL can't tell.</summary>
    private static string RandomKey(Random random)
    {
        const string Plain = "abcXYZ0189-_.";
        string[] odd = [" ", "+", "#", "?", "% ", "é", "ß", "漢", "🌞", "&", "=", "(", ")", "'", ",", ";", ":", "@", "[", "]", "~", "\"", "<", "|"];
        var user = string.Concat(random.GetItems<char>(Plain.AsSpan(0, 10), random.Next(1, 12)));
        var name = string.Concat(Enumerable.Range(0, random.Next(1, 20)).Select(_ => random.Next(3) > 0 ? $"{Plain[random.Next(Plain.Length)]}" : odd[random.Next(odd.Length)]));
        return $"{user}/{random.Next(10)}{name}x.jpg";
    }
}
