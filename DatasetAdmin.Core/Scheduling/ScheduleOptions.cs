using Cronos;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Scheduling;

/// <summary>Section <c>Schedule</c>. Cron expressions have five fields, minute to day of week, and mean UTC.</summary>
public sealed class ScheduleOptions
{
    public const string Section = "Schedule";

    /// <summary>Whether a web process follows the schedule.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>When the day just ended is collected.</summary>
    public string DailyCollection { get; set; } = "0 0 * * *";

    /// <summary>When the month just ended is built.</summary>
    public string MonthlyBuild { get; set; } = "0 1 1 * *";

    /// <summary>How many days back what was missed is caught up by itself.</summary>
    public int CatchUpDays { get; set; } = 31;

    /// <summary>A job's cron expression.</summary>
    public string Of(ScheduledJob job) => job == ScheduledJob.DailyCollection ? DailyCollection : MonthlyBuild;
}

internal sealed class ValidateScheduleOptions : IValidateOptions<ScheduleOptions>
{
    // Any year will do: what has no occurrence in its five years, February 29th included, has none.
    private static readonly DateTime s_from = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public ValidateOptionsResult Validate(string? name, ScheduleOptions options)
    {
        List<string> failures = [];
        Check($"{ScheduleOptions.Section}:{nameof(options.DailyCollection)}", options.DailyCollection, "0 0 * * * for every day at 00:00");
        Check($"{ScheduleOptions.Section}:{nameof(options.MonthlyBuild)}", options.MonthlyBuild, "0 1 1 * * for the 1st of every month at 01:00");
        if (options.CatchUpDays is < 1 or > 366)
        {
            failures.Add($"Schedule:CatchUpDays is {options.CatchUpDays}: write how many days back what was missed is caught up, 1 to 366.");
        }

        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;

        void Check(string key, string text, string example)
        {
            if (!CronExpression.TryParse(text, out var cron))
            {
                failures.Add($"{key} is '{text}', which is no cron expression of five fields (minute, hour, day of month, month, day of week): write one, such as {example} (UTC).");
            }
            else if (cron.GetNextOccurrence(s_from) is not { } next || next > s_from.AddYears(5))
            {
                failures.Add($"{key} is '{text}', which never comes: write a time that does, such as {example} (UTC).");
            }
        }
    }
}
