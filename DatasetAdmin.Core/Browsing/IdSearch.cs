using System.Globalization;
using System.Text;

namespace DatasetAdmin.Core.Browsing;

/// <summary>Finds the few rows that the beginning of an id may mean by numbers, so that the ids of all others needn't be read.</summary>
internal static class IdSearch
{
    /// <summary>How many bytes of an id make its number.</summary>
    public const int HeadBytes = 7;

    // More than these are as quickly found by reading.
    private const int MostRows = 2000;

    /// <summary>SQL that is true of every row whose ids begin so, and of few others.</summary>
    public static string Narrow(ListQuestion question, BrowsedList list, string search)
    {
        var bytes = Encoding.UTF8.GetBytes(search.ToLowerInvariant()).AsSpan();
        bytes = bytes[..Math.Min(HeadBytes, bytes.Length)];
        long first = 0;
        foreach (var one in bytes)
        {
            first = (first << 8) | one;
        }

        var open = 8 * (HeadBytes - bytes.Length);
        first <<= open;
        var last = first | ((1L << open) - 1);
        var rows = question.Rows(
            string.Create(CultureInfo.InvariantCulture, $"SELECT row FROM {list.KeysSql} WHERE prediction_head BETWEEN {first} AND {last} OR user_head BETWEEN {first} AND {last} LIMIT {MostRows + 1}"),
            row => row.GetInt64(0));
        return rows.Count switch
        {
            0 => "false",
            > MostRows => "true",
            _ => $"row IN ({string.Join(", ", rows)})",
        };
    }
}
