using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Runs;
using MudBlazor;

namespace DatasetAdmin.Web.Components.Candidates;

/// <summary>How a day stands, as the calendar shows it.</summary>
public enum DayState
{
    Collected,

    /// <summary>Collected, and some photos were rejected.</summary>
    Partial,

    /// <summary>By the earlier system.</summary>
    Earlier,
    Missing,

    /// <summary>Its last run ended badly, or its manifest can't be read.</summary>
    Failed,
    Requested,
    Running,

    /// <summary>It isn't over yet, and isn't collected.</summary>
    Today,
    Future,
}

internal static class DayStates
{
    /// <param name="open">Its run that hasn't ended, or null.</param>
    /// <param name="last">Its newest run, or null.</param>
    public static DayState Of(CandidateDay day, Run? open, Run? last, DateOnly today) => (day, open) switch
    {
        (_, { Status: RunStatus.Running }) => DayState.Running,
        (_, { Status: RunStatus.Requested }) => DayState.Requested,
        ({ Problem: not null }, _) => DayState.Failed,
        _ when last?.Status is RunStatus.Failed or RunStatus.Interrupted => DayState.Failed,
        ({ IsEarlier: true }, _) => DayState.Earlier,
        ({ Manifest.Totals.Rejected: > 0 }, _) => DayState.Partial,
        ({ Manifest: not null }, _) => DayState.Collected,
        _ when day.Day > today => DayState.Future,
        _ when day.Day == today => DayState.Today,
        _ => DayState.Missing,
    };

    public static string Text(DayState state) => state switch
    {
        DayState.Collected => "collected",
        DayState.Partial => "collected, some photos rejected",
        DayState.Earlier => "collected by the earlier system",
        DayState.Missing => "missing",
        DayState.Failed => "failed",
        DayState.Requested => "in the queue",
        DayState.Running => "running",
        DayState.Today => "not over yet",
        _ => "still to come",
    };

    public static string? IconOf(DayState state) => state switch
    {
        DayState.Collected => Icons.Material.Filled.CheckCircle,
        DayState.Partial => Icons.Material.Filled.RemoveCircle,
        DayState.Earlier => Icons.Material.Filled.History,
        DayState.Missing => Icons.Material.Outlined.HelpOutline,
        DayState.Failed => Icons.Material.Filled.Error,
        DayState.Requested => Icons.Material.Filled.Schedule,
        DayState.Running => Icons.Material.Filled.PlayCircle,
        _ => null,
    };
}
