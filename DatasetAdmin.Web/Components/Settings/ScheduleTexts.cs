using DatasetAdmin.Core.Scheduling;

namespace DatasetAdmin.Web.Components.Settings;

/// <summary>How the schedule is put into words.</summary>
internal static class ScheduleTexts
{
    public static string Name(ScheduledJob job) => job switch
    {
        ScheduledJob.DailyCollection => "Daily collection",
        ScheduledJob.MonthlyBuild => "Monthly build",
        _ => job.ToString(),
    };
}
