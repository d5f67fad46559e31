using System.Data.Common;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DatasetAdmin.Core.ImageLists;

/// <summary>Writes rows of an image list into a JSON document, one at a time.</summary>
public static class JsonRows
{
    /// <summary>How all our JSON is written: indented, and with letters as they are, since nobody puts it into a page as it stands.</summary>
    public static JsonWriterOptions WriterOptions { get; } =
        new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes what a query yields as an array of objects, flushing as it goes, so that memory stays flat.</summary>
    public static async Task WriteArrayAsync(this Utf8JsonWriter writer, string name, ListDatabase database, string select, CancellationToken cancellationToken)
    {
        writer.WriteStartArray(name);
        foreach (var pending in database.Rows(select, row => WriteRow(writer, row)))
        {
            if (pending > 256 * 1024)
            {
                await writer.FlushAsync(cancellationToken);
            }
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes a row as an object, and returns how many bytes the writer holds by now.</summary>
    public static int WriteRow(Utf8JsonWriter writer, DbDataReader row)
    {
        writer.WriteStartObject();
        for (var column = 0; column < row.FieldCount; column++)
        {
            writer.WritePropertyName(row.GetName(column));
            WriteValue(writer, row.GetValue(column));
        }

        writer.WriteEndObject();
        return writer.BytesPending;
    }

    /// <summary>A UTC time as our files write it: ISO 8601 with <c>Z</c>, to the microsecond where there are any.</summary>
    public static string TimeText(DateTime utc) => utc.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);

    private static void WriteValue(Utf8JsonWriter writer, object value)
    {
        switch (value)
        {
            case null or DBNull:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool truth:
                writer.WriteBooleanValue(truth);
                break;
            case int number:
                writer.WriteNumberValue(number);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case double number:
                writer.WriteNumberValue(number);
                break;
            case DateTime time:
                writer.WriteStringValue(TimeText(time));
                break;
            case DateOnly day:
                writer.WriteStringValue(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                break;
            case IEnumerable<string> texts:
                writer.WriteStartArray();
                foreach (var text in texts)
                {
                    writer.WriteStringValue(text);
                }

                writer.WriteEndArray();
                break;
            default:
                throw new NotSupportedException($"A column of type {value.GetType()} has no form in our JSON.");
        }
    }
}
