using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace DatasetAdmin.Core.Datasets;

/// <summary>A UTC calendar month, written <c>YYYY-MM</c>.</summary>
public readonly record struct Month : IComparable<Month>
{
    /// <exception cref="ArgumentOutOfRangeException">There is no such month.</exception>
    public Month(int year, int number) => FirstDay = new DateOnly(year, number, 1);

    public DateOnly FirstDay { get; }

    public DateOnly LastDay => FirstDay.AddMonths(1).AddDays(-1);

    public int Year => FirstDay.Year;

    public int Number => FirstDay.Month;

    public Month Next => Of(FirstDay.AddMonths(1));

    public Month Previous => Of(FirstDay.AddMonths(-1));

    /// <summary>All days of the month, in order.</summary>
    public IEnumerable<DateOnly> Days
    {
        get
        {
            for (var day = FirstDay; day <= LastDay; day = day.AddDays(1))
            {
                yield return day;
            }
        }
    }

    /// <summary>The month that a day lies in.</summary>
    public static Month Of(DateOnly day) => new(day.Year, day.Month);

    /// <exception cref="FormatException">The text isn't <c>YYYY-MM</c>.</exception>
    public static Month Parse(string text) =>
        TryParse(text, out var month) ? month : throw new FormatException($"'{text}' is not a month: write YYYY-MM, such as 2026-10.");

    public static bool TryParse([NotNullWhen(true)] string? text, out Month month)
    {
        var valid = DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day);
        month = valid ? Of(day) : default;
        return valid;
    }

    public int CompareTo(Month other) => FirstDay.CompareTo(other.FirstDay);

    public override string ToString() => FirstDay.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    public static bool operator <(Month left, Month right) => left.CompareTo(right) < 0;

    public static bool operator >(Month left, Month right) => left.CompareTo(right) > 0;

    public static bool operator <=(Month left, Month right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Month left, Month right) => left.CompareTo(right) >= 0;
}
