using System.Text.Json;
using System.Text.Json.Nodes;

namespace DatasetAdmin.Web.Sample;

/// <summary>Writes photos down in all the ways that are seen in <c>user_styles</c>.</summary>
internal static class SamplePhotoUrls
{
    private const int UrlForms = 8;

    /// <summary>The shapes that can hold several photos come first, then those that hold one, in <c>photo_url</c> if need be.</summary>
    private const int SharedShapes = 4;
    private const int Shapes = 7;

    private static readonly JsonSerializerOptions s_plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A photo's URL; <paramref name="number"/> goes through the forms, the product's own one first and most often.</summary>
    public static string Url(string bucket, string key, int number)
    {
        var encoded = string.Join('/', key.Split('/').Select(Uri.EscapeDataString));
        return (number % (UrlForms * 2)) switch
        {
            1 => $"http://minio:9000/{bucket}/{encoded}",
            2 => $"https://{bucket}.photos.example.com/{encoded}",
            3 => $"s3://{bucket}/{key}",
            4 => $"/{bucket}/{encoded}",
            5 => key,
            6 => $"https://photos.example.com/{bucket}/{encoded}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=900&X-Amz-Signature=00",
            7 => $"/files/{bucket}/{encoded}",
            _ => $"/files/{bucket}/{key}",
        };
    }

    /// <summary>The columns <c>photo_urls</c> and <c>photo_url</c> for some URLs.</summary>
    public static (string? PhotoUrls, string? PhotoUrl) Write(IReadOnlyList<string> urls, int number)
    {
        var array = new JsonArray([.. urls.Select(url => JsonValue.Create(url))]);
        return (number % (urls.Count == 1 ? Shapes : SharedShapes)) switch
        {
            0 => (Text(array), urls[0]),
            1 => (Text(new JsonArray([.. urls.Select((url, i) => new JsonObject { ["url"] = url, ["order"] = i })])), null),
            2 => (Text(new JsonObject { ["urls"] = array }), urls[0]),
            3 => (Text(JsonValue.Create(Text(array))), null),
            4 => (Text(JsonValue.Create(urls[0])), null),
            5 => (null, urls[0]),
            _ => ("[]", urls[0]),
        };
    }

    /// <summary>Values that are none of the shapes.</summary>
    public static string Malformed(int number) => (number % 3) switch
    {
        0 => """{"photos": 3}""",
        1 => "42",
        _ => "true",
    };

    /// <summary>A file's name as telephones and messengers make them, unlike all others of the user.</summary>
    public static string FileName(SampleContent content, int number, DateTime uploaded, Random dice)
    {
        var extension = content switch
        {
            SampleContent.Png => dice.Pick([".png", ".PNG"]),
            SampleContent.WebP => dice.Chance(0.3) ? ".jpg" : ".webp", // a wrong name is common; the content decides
            SampleContent.Avif => ".avif",
            SampleContent.AnimatedGif => ".gif",
            _ => dice.Pick([".jpg", ".jpg", ".jpg", ".jpeg", ".JPG"]),
        };
        var stem = dice.Next(8) switch
        {
            0 => $"IMG_{1000 + number}",
            1 => $"selfie-{number}",
            2 => $"Фото {number}",
            3 => $"WhatsApp Image {uploaded:yyyy-MM-dd} at {uploaded:HH.mm.ss} ({number})",
            4 => $"me & friends + {number}",
            5 => $"100% me {number}",
            _ => $"My photo ({number})",
        };
        return stem + extension;
    }

    private static string Text(JsonNode node) => node.ToJsonString(s_plain);
}
