using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace DatasetAdmin.Core.Datasets;

/// <summary>A version of a month's dataset, written <c>YYYY-MM-vN</c>; N counts from 1.</summary>
public readonly record struct DatasetVersion(Month Month, int Number)
{
    public DatasetVersion Next => this with { Number = Number + 1 };

    public static bool TryParse([NotNullWhen(true)] string? text, out DatasetVersion version)
    {
        version = default;
        var split = text?.IndexOf("-v", StringComparison.Ordinal) ?? -1;
        if (split < 0
            || !Month.TryParse(text![..split], out var month)
            || !int.TryParse(text.AsSpan(split + 2), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number < 1)
        {
            return false;
        }

        version = new(month, number);
        return true;
    }

    public override string ToString() => $"{Month}-v{Number}";
}
