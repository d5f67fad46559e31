namespace DatasetAdmin.Web.Sample;

/// <summary>When the sample's predictions were made: more of them on weekends, a few busy days, and one day without any.</summary>
internal static class SampleCalendar
{
    /// <summary>From the first of the month of <paramref name="days"/> days ago to yesterday.</summary>
    public static IReadOnlyList<DateOnly> Days(DateOnly today, int days)
    {
        var back = today.AddDays(-days);
        var first = new DateOnly(back.Year, back.Month, 1);
        return [.. Enumerable.Range(0, today.DayNumber - first.DayNumber).Select(first.AddDays)];
    }

    /// <summary>The sample's times in UTC, ascending.</summary>
    public static IReadOnlyList<DateTime> Times(IReadOnlyList<DateOnly> days, int count, Random dice)
    {
        var weights = days.Select(day => (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 1.6 : 1) * dice.Between(0.7, 1.3)).ToArray();
        for (var busy = 0; busy < days.Count / 20; busy++)
        {
            weights[dice.Next(days.Count)] *= 4;
        }

        weights[days.Count / 3] = 0;

        var total = weights.Sum();
        var times = new List<DateTime>(count);
        double reached = 0;
        for (var i = 0; i < days.Count; i++)
        {
            // Rounding the running sum, not each day, so that exactly `count` come out.
            reached += weights[i];
            var until = i == days.Count - 1 ? count : (int)Math.Round(count * reached / total);
            while (times.Count < until)
            {
                times.Add(days[i].ToDateTime(TimeOfDay(dice), DateTimeKind.Utc));
            }
        }

        times.Sort();
        return times;
    }

    /// <summary>Mostly between morning and late evening, now and then at night.</summary>
    private static TimeOnly TimeOfDay(Random dice)
    {
        var hour = dice.Chance(0.08) ? dice.Between(0, 24) : 15 + ((dice.NextDouble() + dice.NextDouble() + dice.NextDouble() - 1.5) * 5.9);
        return TimeOnly.MinValue.Add(TimeSpan.FromMilliseconds(Math.Floor(hour * 3_600_000)));
    }
}
