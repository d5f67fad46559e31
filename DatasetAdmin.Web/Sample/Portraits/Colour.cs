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

    private static IEnumerable<int> Parts(string colour) =>
        Enumerable.Range(0, 3).Select(i => int.Parse(colour.AsSpan(1 + (i * 2), 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
}
