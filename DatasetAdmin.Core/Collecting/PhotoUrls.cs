using System.Text;
using System.Text.Json;
using DatasetAdmin.Core.Candidates;

namespace DatasetAdmin.Core.Collecting;

/// <summary>One photo of a prediction: its URL as it was written, or why there is none.</summary>
/// <param name="Index">Its place in the prediction, 0-based.</param>
public readonly record struct PhotoEntry(int Index, string? Url, Rejection? Rejection);

/// <summary>
/// Reads the photos of a prediction out of its raw <c>photo_urls</c>. Understood are an array of strings, an array of
/// objects with a <c>url</c>, an object <c>{"urls": […]}</c>, a single URL, and a JSON string that holds one of these,
/// once or twice over. Never throws: what isn't understood is one rejected photo.
/// </summary>
public static class PhotoUrls
{
    /// <summary>A longer text isn't read.</summary>
    public const int MaxTextBytes = 1024 * 1024;

    /// <summary>A prediction has at most four photos; this only keeps a hostile row from filling the memory.</summary>
    public const int MaxEntries = 10_000;

    private const int MaxNestedTexts = 2;

    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 16 };

    /// <summary>
    /// All entries in their order, more than four too: what doesn't count is for the caller to reject. Duplicates are
    /// photos of their own. <paramref name="photoUrl"/> is read only when <paramref name="photoUrls"/> gives no entry.
    /// </summary>
    public static IReadOnlyList<PhotoEntry> Parse(string? photoUrls, string? photoUrl) =>
        ReadText(photoUrls, 0) is { Count: > 0 } entries ? entries : ReadText(photoUrl, 0);

    private static IReadOnlyList<PhotoEntry> ReadText(string? text, int nested)
    {
        text = text?.Trim();
        if (string.IsNullOrEmpty(text) || text == "null")
        {
            return [];
        }

        if (text.Length > MaxTextBytes || Encoding.UTF8.GetByteCount(text) > MaxTextBytes)
        {
            return Malformed($"photo_urls is longer than {MaxTextBytes} bytes.");
        }

        // Text columns hold URLs without quotes, which aren't JSON and can't be taken for it.
        if (text[0] is not ('[' or '{' or '"' or '-' or (>= '0' and <= '9')) && text is not ("true" or "false"))
        {
            return [new PhotoEntry(0, text, null)];
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text, s_options);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            // A bare key may begin with a digit: a user's id.
            return text[0] is '[' or '{' or '"'
                ? Malformed("photo_urls isn't valid JSON, or is nested too deeply.")
                : [new PhotoEntry(0, text, null)];
        }

        using (document)
        {
            return ReadValue(document.RootElement, nested);
        }
    }

    private static IReadOnlyList<PhotoEntry> ReadValue(JsonElement value, int nested) => value.ValueKind switch
    {
        JsonValueKind.Null => [],
        JsonValueKind.Array => ReadArray(value),
        JsonValueKind.Object when FindOrNull(value, "urls") is { } urls => urls.ValueKind switch
        {
            JsonValueKind.Null => [],
            JsonValueKind.Array => ReadArray(urls),
            _ => Malformed("urls in photo_urls isn't an array."),
        },
        JsonValueKind.Object => Malformed("photo_urls is an object without urls."),
        JsonValueKind.String when StringOrNull(value) is not { } text => Malformed("photo_urls has broken Unicode in it."),
        JsonValueKind.String when nested == MaxNestedTexts => Malformed("photo_urls is JSON inside JSON too many times."),
        JsonValueKind.String => ReadText(StringOrNull(value), nested + 1),
        _ => Malformed("photo_urls is neither a list nor a URL."),
    };

    private static PhotoEntry[] ReadArray(JsonElement array)
    {
        if (array.GetArrayLength() > MaxEntries)
        {
            return Malformed($"photo_urls has more than {MaxEntries} entries.");
        }

        return [.. array.EnumerateArray().Select((entry, index) => ReadEntry(entry, index))];
    }

    private static PhotoEntry ReadEntry(JsonElement entry, int index)
    {
        var value = entry.ValueKind == JsonValueKind.Object ? FindOrNull(entry, "url") : entry;
        var url = value?.ValueKind == JsonValueKind.String ? StringOrNull(value.Value) : null;
        return string.IsNullOrWhiteSpace(url)
            ? new PhotoEntry(index, null, new Rejection(RejectionReason.MalformedUrl, "The entry of photo_urls isn't a URL."))
            : new PhotoEntry(index, url, null);
    }

    /// <summary>Null also when a name before it has half a surrogate pair, as below.</summary>
    private static JsonElement? FindOrNull(JsonElement value, string name)
    {
        try
        {
            return value.TryGetProperty(name, out var found) ? found : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>JSON may escape half a surrogate pair, which isn't text.</summary>
    private static string? StringOrNull(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static PhotoEntry[] Malformed(string detail) =>
        [new PhotoEntry(0, null, new Rejection(RejectionReason.MalformedPhotoUrls, detail))];
}
