using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Scheduling;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Web.Components.Runs;
using DatasetAdmin.Web.Components.Settings;
using DatasetAdmin.Web.Components.Shared;

namespace DatasetAdmin.Web.Components.Overview;

/// <summary>Something that a person should look at.</summary>
/// <param name="IsUrgent">Nothing goes on until it is looked at.</param>
/// <param name="Text">One sentence.</param>
/// <param name="Href">Where to look or act.</param>
/// <param name="Action">What the link says.</param>
public sealed record AttentionItem(bool IsUrgent, string Text, string Href, string Action);

/// <summary>Finds what needs attention, most urgent first.</summary>
internal static class Attention
{
    // Below that, one bad photo more or less is no trend.
    private const int FewestRejected = 5;

    // How far above its usual share a day's rejections are worth a look.
    private const double UnusualFactor = 2;
    private const double UnusualPoints = 0.05;

    private static readonly TimeSpan s_runsLookedBack = TimeSpan.FromDays(14);

    /// <param name="days">The last days, in order.</param>
    /// <param name="missed">What the schedule owes.</param>
    /// <param name="runs">The last runs, newest first.</param>
    public static IReadOnlyList<AttentionItem> Find(
        IReadOnlyList<Dependency> dependencies,
        IReadOnlyList<CandidateDay> days,
        IReadOnlyList<DatasetMonth> months,
        IReadOnlyList<MissedSlot> missed,
        IReadOnlyList<Run> runs,
        IReadOnlyList<JobStatus> jobs,
        DateTime now)
    {
        List<AttentionItem> items =
        [
            .. dependencies.Where(item => item.Problem is not null).Select(item => new AttentionItem(true, $"{item.Name} can't be reached: {item.Problem}", AppUrls.Settings, "Settings")),
            .. FailedRuns(runs, now),
            .. days.Where(day => day.Problem is not null).Select(day => new AttentionItem(true, day.Problem!, AppUrls.Day(day.Day), "The day")),
            .. months.Where(month => month.Problem is not null).Select(month => new AttentionItem(true, month.Problem!, AppUrls.Datasets, "Datasets")),
            .. MissedDays(missed),
            .. missed.Where(slot => slot.Job == ScheduledJob.MonthlyBuild).Select(slot => new AttentionItem(false, $"{slot.Slot} isn't built{(slot.IsGivenUp ? ", and lies too far back to be built by itself" : "")}.", AppUrls.Datasets, "Build it")),
            .. Rejections(days),
            .. jobs.Where(job => job.IsPaused).Select(job => new AttentionItem(false, $"{ScheduleTexts.Name(job.Job)} is paused{(job.PausedBy is null ? "" : $" by {job.PausedBy}")}.", AppUrls.Settings, "Settings")),
        ];
        return [.. items.OrderByDescending(item => item.IsUrgent)];
    }

    // A target's newest run counts: what failed and then went well is over.
    private static IEnumerable<AttentionItem> FailedRuns(IReadOnlyList<Run> runs, DateTime now) => runs
        .DistinctBy(run => (run.Kind, run.Target))
        .Where(run => run.Status is RunStatus.Failed or RunStatus.Blocked or RunStatus.Interrupted && run.RequestedAt > now - s_runsLookedBack)
        .Select(run => new AttentionItem(true, $"{RunTexts.Name(run)}: {RunTexts.Name(run.Status)}. {RunTexts.Sentence(run)}", AppUrls.Run(run.Id), "The run"));

    private static IEnumerable<AttentionItem> MissedDays(IReadOnlyList<MissedSlot> missed)
    {
        var days = missed.Where(slot => slot.Job == ScheduledJob.DailyCollection).ToList();
        if (days.Count == 0)
        {
            yield break;
        }

        var givenUp = days.Count(slot => slot.IsGivenUp);
        var which = days.Count <= 3 ? string.Join(", ", days.Select(slot => slot.Slot)) : $"{days[0].Slot} to {days[^1].Slot}";
        yield return new(
            false,
            $"{CountText.Of(days.Count, "day")} {(days.Count == 1 ? "isn't" : "aren't")} collected ({which}){(givenUp > 0 ? $"; {CountText.Text(givenUp)} too far back to be collected by itself" : "")}.",
            AppUrls.Candidates,
            "Collect");
    }

    // The last week against what is usual, so that an old bad day doesn't stay here for good.
    private static IEnumerable<AttentionItem> Rejections(IReadOnlyList<CandidateDay> days)
    {
        var shares = days.Where(day => day.Manifest is { Totals.Photos: > 0 }).Select(day => (day.Day, day.Manifest!.Totals, Share: (double)day.Manifest.Totals.Rejected / day.Manifest.Totals.Photos)).ToList();
        if (shares.Count < 7)
        {
            yield break;
        }

        var usual = shares.Select(day => day.Share).Order().ElementAt(shares.Count / 2);
        foreach (var (day, totals, share) in shares.TakeLast(7).Where(day => day.Totals.Rejected >= FewestRejected && day.Share > usual * UnusualFactor && day.Share > usual + UnusualPoints))
        {
            yield return new(
                false,
                $"{ObjectKeys.DayText(day)}: {totals.Rejected} of {CountText.Of(totals.Photos, "photo")} rejected, {Percent(share)} where {Percent(usual)} is usual.",
                AppUrls.Query(AppUrls.Day(day), ("tab", "rejected")),
                "Why");
        }
    }

    private static string Percent(double share) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{100 * share:0.#} %");
}
