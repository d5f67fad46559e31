using System.Globalization;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Storage;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Alerts;

/// <summary>Days that should have been collected by now, and days of which too many photos were rejected.</summary>
internal sealed class DayAlerts(Buckets buckets, CandidateQueries candidates, IOptions<AlertOptions> options, TimeProvider time) : IAlertSource
{
    private const string Missed = "missed/";
    private const string Rejections = "rejections/";
    private const int DaysBack = 31;
    private const int RejectionDaysBack = 7;

    // Of a handful of photos, a few rejected ones are a large share and say nothing.
    private const int FewPhotos = 20;

    public IReadOnlyList<AlertKind> Kinds { get; } = [AlertKind.MissedDay, AlertKind.RejectionShare];

    public bool ReadsStore => true;

    public async Task<AlertLook> LookAsync(IReadOnlyList<Alert> open, CancellationToken cancellationToken)
    {
        // Before the first collected day, nothing was expected.
        if (await FirstDayOrNullAsync(cancellationToken) is not { } first)
        {
            return new([], new Dictionary<string, string>(), []);
        }

        var now = time.GetUtcNow().UtcDateTime;
        var yesterday = DateOnly.FromDateTime(now).AddDays(-1);
        var due = DateOnly.FromDateTime(now.AddHours(-options.Value.MissedDayHours)).AddDays(-1);
        var from = yesterday.AddDays(1 - DaysBack);
        var days = await candidates.DaysAsync(first > from ? first : from, yesterday, cancellationToken);

        var missed = days.Where(day => day.IsMissing && day.Day <= due).Select(DescribeMissed);
        var rejected = days.Where(day => day.Day > yesterday.AddDays(-RejectionDaysBack) && IsTooMuch(day)).Select(DescribeRejections);
        var active = missed.Concat(rejected).ToList();

        Dictionary<string, string> recovered = [];
        List<string> forgotten = [];
        foreach (var key in open.Select(alert => alert.Key).Except(active.Select(condition => condition.Key)))
        {
            var text = key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..];
            var back = key.StartsWith(Rejections, StringComparison.Ordinal) ? RejectionDaysBack : DaysBack;
            var day = days.SingleOrDefault(item => ObjectKeys.DayText(item.Day) == text && item.Day > yesterday.AddDays(-back));
            if (day is null)
            {
                forgotten.Add(key);
            }
            else if (day.Problem is null && !day.IsMissing)
            {
                recovered[key] = day.Manifest is { Totals: var totals } ? $"It is collected now: {Counts(totals)}." : "The earlier system has collected it.";
            }
        }

        return new(active, recovered, forgotten);
    }

    private async Task<DateOnly?> FirstDayOrNullAsync(CancellationToken cancellationToken)
    {
        await foreach (var item in buckets.Artifacts.ListAsync(ObjectKeys.Candidates, null, cancellationToken))
        {
            if (DateOnly.TryParseExact(item.Key[ObjectKeys.Candidates.Length..].Split('/')[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                return day;
            }
        }

        return null;
    }

    private bool IsTooMuch(CandidateDay day) =>
        day.Manifest?.Totals is { Photos: >= FewPhotos } totals && 100.0 * totals.Rejected / totals.Photos > options.Value.RejectionPercent;

    private AlertCondition DescribeMissed(CandidateDay day) => new(
        Missed + ObjectKeys.DayText(day.Day),
        AlertKind.MissedDay,
        "",
        $"{ObjectKeys.DayText(day.Day)} isn't collected",
        $"The day ended more than {options.Value.MissedDayHours} hours ago (Alerts:MissedDayHours) and has no manifest. See the runs for why; collecting it again is safe.");

    private AlertCondition DescribeRejections(CandidateDay day)
    {
        var manifest = day.Manifest!;
        var reasons = manifest.Rejections.OrderByDescending(item => item.Value).Select(item => string.Create(CultureInfo.InvariantCulture, $"{item.Key} {item.Value}"));
        return new(
            Rejections + ObjectKeys.DayText(day.Day),
            AlertKind.RejectionShare,
            "",
            string.Create(CultureInfo.InvariantCulture, $"{100.0 * manifest.Totals.Rejected / manifest.Totals.Photos:0.#} % of the photos of {ObjectKeys.DayText(day.Day)} were rejected"),
            string.Create(CultureInfo.InvariantCulture, $"{Counts(manifest.Totals)}; Alerts:RejectionPercent is {options.Value.RejectionPercent}.\nBy reason: {string.Join(", ", reasons)}."));
    }

    private static string Counts(DayTotals totals) =>
        string.Create(CultureInfo.InvariantCulture, $"{totals.Photos} photos, {totals.Images} images, {totals.Rejected} rejected");
}
