using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Core.Browsing;

/// <summary>
/// Names a list of images: <c>verified/2026-10</c>, the newest version of a dataset; <c>verified/2026-10/v2</c>, one of its
/// versions; <c>day/2026-11-06</c>, a day's candidates; <c>gold</c>, as the last build or dry run indexed it.
/// </summary>
public readonly record struct ListReference
{
    private const string GoldText = "gold";
    private const string DayText = "day";

    private ListReference(DatasetKind? kind, Month month, int? version, DateOnly? day) => (Kind, Month, Version, Day) = (kind, month, version, day);

    public static ListReference Gold { get; }

    /// <summary>The dataset's kind; null where this is no dataset.</summary>
    public DatasetKind? Kind { get; }

    /// <summary>The dataset's or the day's month.</summary>
    public Month Month { get; }

    /// <summary>The dataset's version; null for the newest.</summary>
    public int? Version { get; }

    /// <summary>The day; null where this is none.</summary>
    public DateOnly? Day { get; }

    public bool IsGold => Kind is null && Day is null;

    public static ListReference Of(DatasetKind kind, Month month, int? version = null) => new(kind, month, version, null);

    public static ListReference Of(DateOnly day) => new(null, Month.Of(day), null, day);

    public static bool TryParse([NotNullWhen(true)] string? text, out ListReference reference)
    {
        reference = default;
        switch (text?.Split('/'))
        {
            case [GoldText]:
                return true;
            case [DayText, var day] when DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date):
                reference = Of(date);
                return true;
            case [var kind, var month] when DatasetKinds.TryParse(kind, out var dataset) && Month.TryParse(month, out var parsed):
                reference = Of(dataset, parsed);
                return true;
            case [var kind, var month, ['v', .. var number]]
                when DatasetKinds.TryParse(kind, out var dataset) && DatasetVersion.TryParse($"{month}-v{number}", out var version):
                reference = Of(dataset, version.Month, version.Number);
                return true;
            default:
                return false;
        }
    }

    public override string ToString()
    {
        if (Kind is { } kind)
        {
            return Version is { } version ? string.Create(CultureInfo.InvariantCulture, $"{kind.Name()}/{Month}/v{version}") : $"{kind.Name()}/{Month}";
        }

        return Day is { } day ? $"{DayText}/{ObjectKeys.DayText(day)}" : GoldText;
    }
}
