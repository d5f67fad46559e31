using System.Globalization;
using System.Text.RegularExpressions;

namespace DatasetAdmin.Core.Collecting;

/// <summary>
/// Reads a time as the databases write it: ISO 8601 with a space or a T, with or without seconds, fraction and offset,
/// a date alone, or a number of seconds (from 100,000,000,000 on: milliseconds) since 1970. Without a zone it is UTC.
/// </summary>
internal static partial class SourceTime
{
    private const double FirstMilliseconds = 1e11;
    private static readonly string[] s_usual = ["yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"];

    /// <summary>UTC, exact to what the text says (100 ns at most); null for what is no time in the years 1 to 9999.</summary>
    public static DateTime? ParseOrNull(string? text)
    {
        if (text is null)
        {
            return null;
        }

        // Asked of every row and several times by an embedded database: what is usual is read without taking it apart.
        if (DateTime.TryParseExact(text, s_usual, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var usual))
        {
            return usual;
        }

        var match = Form().Match(text);
        if (!match.Success)
        {
            return ParseNumberOrNull(text);
        }

        try
        {
            var time = new DateTime(Part("year"), Part("month"), Part("day"), Part("hour"), Part("minute"), Part("second"), DateTimeKind.Utc);
            var fraction = match.Groups["fraction"].Value;
            var ticks = fraction.Length == 0 ? 0 : long.Parse(fraction.PadRight(7, '0')[..7], CultureInfo.InvariantCulture);
            var offset = new TimeSpan(Part("zoneHours"), Part("zoneMinutes"), 0);
            return time.AddTicks(ticks) + (match.Groups["sign"].Value == "-" ? offset : -offset);
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }

        int Part(string name) => match.Groups[name] is { Success: true } group ? int.Parse(group.Value, CultureInfo.InvariantCulture) : 0;
    }

    private static DateTime? ParseNumberOrNull(string text)
    {
        if (!decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var seconds = Math.Abs((double)number) >= FirstMilliseconds ? number / 1000 : number;
        return seconds is > -62_000_000_000 and < 253_000_000_000 ? DateTime.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond)) : null;
    }

    [GeneratedRegex(@"\A(?<year>[0-9]{4})-(?<month>[0-9]{2})-(?<day>[0-9]{2})(?:[ T](?<hour>[0-9]{2}):(?<minute>[0-9]{2})(?::(?<second>[0-9]{2})(?:\.(?<fraction>[0-9]{1,9}))?)?(?: ?(?:Z|(?<sign>[+-])(?<zoneHours>[0-9]{2})(?::?(?<zoneMinutes>[0-9]{2}))?))?)?\z", RegexOptions.IgnoreCase)]
    private static partial Regex Form();
}
