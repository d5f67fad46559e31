using Cronos;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Storage;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Scheduling;

/// <summary>When a day or a month has its turn: at the first occurrence of its job once it has ended. Times are UTC.</summary>
public sealed class SlotCalendar(IOptions<ScheduleOptions> options)
{
    private readonly CronExpression _daily = CronExpression.Parse(options.Value.DailyCollection);
    private readonly CronExpression _monthly = CronExpression.Parse(options.Value.MonthlyBuild);

    /// <summary>The first day that is caught up by itself.</summary>
    public DateOnly Oldest(DateTime now) => DateOnly.FromDateTime(now).AddDays(-options.Value.CatchUpDays);

    /// <summary>The first turn of a month that is caught up by itself.</summary>
    public DateTime OldestTurn(DateTime now) => now.AddDays(-options.Value.CatchUpDays);

    public DateTime DueAt(DateOnly day) => Next(ScheduledJob.DailyCollection, StartOf(day.AddDays(1)), inclusive: true);

    public DateTime DueAt(Month month) => Next(ScheduledJob.MonthlyBuild, StartOf(month.Next.FirstDay), inclusive: true);

    /// <summary>The days that ended after <paramref name="since"/> and whose turn has come, in order.</summary>
    public IEnumerable<DateOnly> DueDays(DateTime since, DateTime now)
    {
        for (var day = DateOnly.FromDateTime(since); StartOf(day.AddDays(1)) <= now && DueAt(day) <= now; day = day.AddDays(1))
        {
            yield return day;
        }
    }

    /// <summary>The months that ended after <paramref name="since"/> and whose turn has come, in order.</summary>
    public IEnumerable<Month> DueMonths(DateTime since, DateTime now)
    {
        for (var month = Month.Of(DateOnly.FromDateTime(since)); StartOf(month.Next.FirstDay) <= now && DueAt(month) <= now; month = month.Next)
        {
            yield return month;
        }
    }

    /// <summary>A job's next occurrence after a time.</summary>
    public DateTime Next(ScheduledJob job, DateTime after, bool inclusive = false) =>
        (job == ScheduledJob.DailyCollection ? _daily : _monthly).GetNextOccurrence(after, inclusive) ?? DateTime.MaxValue;

    /// <summary>The daily job's newest occurrence up to a time, or null where there was none in the week before.</summary>
    public DateTime? LastNight(DateTime now) =>
        _daily.GetOccurrences(now.AddDays(-7), now, fromInclusive: true, toInclusive: true).Cast<DateTime?>().LastOrDefault();

    public static string SlotOf(DateOnly day) => ObjectKeys.DayText(day);

    public static string SlotOf(Month month) => month.ToString();

    private static DateTime StartOf(DateOnly day) => day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
}
