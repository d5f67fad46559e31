using System.Text.Json;

namespace DatasetAdmin.Core.ImageLists;

/// <summary>How manifests are read and written: snake_case, a small head, then long arrays as a stream.</summary>
public static class ManifestJson
{
    private const int LargestHead = 64 * 1024 * 1024;

    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new UtcConverter() },
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JsonRows.WriterOptions.Encoder,
    };

    /// <summary>
    /// Reads the members of a JSON object up to the member <paramref name="stopAt"/>, or to its end, and no further: a day of
    /// 100,000 images has a head of a few kilobytes.
    /// </summary>
    /// <exception cref="JsonException">It isn't JSON, or a member that the head must have is missing or of another type.</exception>
    public static async Task<T> ReadHeadAsync<T>(Stream content, string? stopAt, CancellationToken cancellationToken)
    {
        var buffer = new byte[32 * 1024];
        var length = 0;
        while (true)
        {
            var read = await content.ReadAsync(buffer.AsMemory(length), cancellationToken);
            length += read;
            if (FindHead(buffer.AsSpan(0, length), stopAt, isFinal: read == 0) is { } end)
            {
                if (end < length)
                {
                    buffer[end++] = (byte)'}';
                }

                return JsonSerializer.Deserialize<T>(buffer.AsSpan(0, end), Options) ?? throw new JsonException("The document is null.");
            }

            if (length > LargestHead)
            {
                throw new JsonException($"The first {LargestHead} bytes hold no end of the head.");
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
    }

    /// <summary>Writes the members of <paramref name="head"/> into the object that is open in <paramref name="writer"/>.</summary>
    public static void WriteHead<T>(this Utf8JsonWriter writer, T head)
    {
        foreach (var member in JsonSerializer.SerializeToElement(head, Options).EnumerateObject())
        {
            member.WriteTo(writer);
        }
    }

    // Where the last whole member before stopAt ends, or the whole length when the document ended; null when more is needed.
    private static int? FindHead(ReadOnlySpan<byte> bytes, string? stopAt, bool isFinal)
    {
        var reader = new Utf8JsonReader(bytes, isFinal, default);
        var end = 0;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && stopAt is not null && reader.ValueTextEquals(stopAt))
            {
                return end;
            }

            if (reader.CurrentDepth == 0 && reader.TokenType == JsonTokenType.EndObject)
            {
                return bytes.Length;
            }

            end = (int)reader.BytesConsumed;
        }

        return isFinal ? throw new JsonException("The document ends too early.") : null;
    }

    private sealed class UtcConverter : System.Text.Json.Serialization.JsonConverter<DateTime>
    {
        public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetDateTimeOffset().UtcDateTime;

        public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) =>
            writer.WriteStringValue(JsonRows.TimeText(value));
    }
}
