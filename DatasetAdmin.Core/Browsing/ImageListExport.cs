using System.Buffers;
using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json;
using DatasetAdmin.Core.ImageLists;

namespace DatasetAdmin.Core.Browsing;

/// <summary>
/// Writes a list's images as JSON lines or CSV, some thousands at a time: a slow reader holds neither memory nor a connection
/// that others wait for.
/// </summary>
public sealed class ImageListExport(ListBrowser browser)
{
    private const int Batch = 5000;

    private static readonly JsonWriterOptions s_json = JsonRows.WriterOptions with { Indented = false };
    private static readonly string s_columns = ImageColumns.Names(ImageColumns.Dataset.Where(column => column.Name is not ("class_index" or "fold")));

    /// <summary>An object on each line, with the columns of the list.</summary>
    public async Task WriteJsonLinesAsync(BrowsedList list, Stream output, CancellationToken cancellationToken) =>
        await WriteAsync(
            list,
            output,
            (buffer, row) =>
            {
                using (var writer = new Utf8JsonWriter(buffer, s_json))
                {
                    JsonRows.WriteRow(writer, row);
                }

                buffer.Write("\n"u8);
            },
            cancellationToken);

    /// <summary>
    /// CSV by RFC 4180 with a head line. A text that a spreadsheet would take for a formula gets an apostrophe in front.
    /// </summary>
    public async Task WriteCsvAsync(BrowsedList list, Stream output, CancellationToken cancellationToken)
    {
        await output.WriteAsync(Encoding.UTF8.GetBytes($"{Columns(list).Replace(", ", ",", StringComparison.Ordinal)}\r\n"), cancellationToken);
        await WriteAsync(list, output, WriteCsvRow, cancellationToken);
    }

    private async Task WriteAsync(BrowsedList list, Stream output, Action<ArrayBufferWriter<byte>, DbDataReader> write, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(1024 * 1024);
        for (long first = 0; first < list.Rows; first += Batch)
        {
            var last = first + Batch - 1;
            await browser.AskAsync(
                question => question.Rows(
                    string.Create(CultureInfo.InvariantCulture, $"SELECT {Columns(list)} FROM {list.RowsSql} WHERE row BETWEEN {first} AND {last} ORDER BY row"),
                    row =>
                    {
                        write(buffer, row);
                        return true;
                    }),
                cancellationToken);
            await output.WriteAsync(buffer.WrittenMemory, cancellationToken);
            buffer.ResetWrittenCount();
        }
    }

    private static string Columns(BrowsedList list) => list.Reference.Kind is null ? s_columns : ImageColumns.Names(ImageColumns.Dataset);

    private static void WriteCsvRow(ArrayBufferWriter<byte> buffer, DbDataReader row)
    {
        for (var column = 0; column < row.FieldCount; column++)
        {
            if (column > 0)
            {
                buffer.Write(","u8);
            }

            Encoding.UTF8.GetBytes(Cell(row.GetValue(column)), buffer);
        }

        buffer.Write("\r\n"u8);
    }

    private static string Cell(object value) => value switch
    {
        null or DBNull => "",
        string text => Quoted(text),
        bool truth => truth ? "true" : "false",
        DateTime time => JsonRows.TimeText(time),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        IEnumerable<string> texts => Quoted(string.Join(';', texts)),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new NotSupportedException($"A column of type {value.GetType()} has no form in CSV."),
    };

    private static string Quoted(string text)
    {
        var harmless = text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\0', ..] ? $"'{text}" : text;
        return harmless.AsSpan().IndexOfAny(",\"\r\n") < 0 ? harmless : $"\"{harmless.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
