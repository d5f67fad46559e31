using System.Globalization;

namespace DatasetAdmin.Web.Sample.Portraits;

/// <summary>Arithmetic on colours written <c>#rrggbb</c>.</summary>
internal static class Colour
{
    public static string Darker(string colour, double by) => Mix(colour, "#1a0f1e", by);

    public static string Lighter(string colour, double by) => Mix(colour, "#fff8ee", by);

    public static string Mix(string from, string to, double share)
    {
        var mixed = Parts(from).Zip(Parts(to), (a, b) => (int)Math.Round(a + ((b - a) * share)));
        return "#" + string.Concat(mixed.Select(part => part.ToString("x2", CultureInfo.InvariantCulture)));
    }

    /// <summary>As a print of the time before colour shows it.</summary>
    public static string Sepia(string colour)
    {
        var light = Parts(colour).Zip([0.30, 0.57, 0.13], (part, weight) => part * weight).Sum() / 255;
        return light < 0.5 ? Mix("#24180f", "#a8875c", light * 2) : Mix("#a8875c", "#f7ead0", (light * 2) - 1);
    }

    private static IEnumerable<int> Parts(string colour) =>
        Enumerable.Range(0, 3).Select(i => int.Parse(colour.AsSpan(1 + (i * 2), 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
}
