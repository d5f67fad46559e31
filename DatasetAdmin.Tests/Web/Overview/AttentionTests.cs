using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Scheduling;
using DatasetAdmin.Tests.Support;
using DatasetAdmin.Web.Components.Overview;
using DatasetAdmin.Web.Components.Settings;

namespace DatasetAdmin.Tests.Web.Overview;

public class AttentionTests
{
    private static readonly DateTime s_now = new(2026, 10, 30, 3, 0, 0, DateTimeKind.Utc);
    private static readonly DateOnly s_first = new(2026, 10, 1);

    [Fact]
    public void Find_AllIsWell_IsEmpty() => Assert.Empty(Find(days: Days(1, 1, 0, 2, 1, 1, 0, 1, 1, 1)));

    [Theory]
    [InlineData(9, 1)]
    [InlineData(4, 0)]
    public void Find_ADaysRejections_CountWhenFarAboveTheUsual(long rejected, int items)
    {
        var found = Find(days: Days(1, 1, 0, 2, 1, 1, 0, rejected, 1, 1));

        Assert.Equal(items, found.Count);
        Assert.All(found, item => Assert.Equal($"2026-10-08: {rejected} of 59 photos rejected, 15.3 % where 2 % is usual.", item.Text));
    }

    [Fact]
    public void Find_AnOldBadDay_IsForgotten() => Assert.Empty(Find(days: Days(30, 1, 0, 2, 1, 1, 0, 1, 1, 1)));

    [Fact]
    public void Find_FailedRuns_OnlyWhereTheNewestOfATargetFailed()
    {
        var found = Find(runs:
        [
            Run("2026-10-09", RunStatus.Succeeded, 1),
            Run("2026-10-08", RunStatus.Failed, 2),
            Run("2026-10-09", RunStatus.Failed, 3),
            Run("full/2026-09", RunStatus.Blocked, 4),
            Run("2026-10-01", RunStatus.Failed, 24 * 20),
        ]);

        Assert.Equal(["Collect 2026-10-08: failed. It broke.", "Build full/2026-09: blocked. It would drop too much."], found.Select(item => item.Text));
    }

    [Fact]
    public void Find_SeveralThings_UrgentOnesFirst()
    {
        var found = Find(
            dependencies: [new("Photos", "bucket photos", "It is away."), new("Artifacts", "bucket artifacts", null)],
            missed:
            [
                new(ScheduledJob.DailyCollection, "2026-09-01", s_now, IsGivenUp: true),
                new(ScheduledJob.DailyCollection, "2026-10-29", s_now, IsGivenUp: false),
                new(ScheduledJob.MonthlyBuild, "2026-09", s_now, IsGivenUp: false),
            ],
            jobs: [new(ScheduledJob.MonthlyBuild, "0 1 1 * *", null, null, null, s_now, "anna")]);

        Assert.Equal(
            [
                "Photos can't be reached: It is away.",
                "2 days aren't collected (2026-09-01, 2026-10-29); 1 too far back to be collected by itself.",
                "2026-09 isn't built.",
                "Monthly build is paused by anna.",
            ],
            found.Select(item => item.Text));
        Assert.Equal([true, false, false, false], found.Select(item => item.IsUrgent));
    }

    private static IReadOnlyList<AttentionItem> Find(
        IReadOnlyList<Dependency>? dependencies = null,
        IReadOnlyList<CandidateDay>? days = null,
        IReadOnlyList<MissedSlot>? missed = null,
        IReadOnlyList<Run>? runs = null,
        IReadOnlyList<JobStatus>? jobs = null) => Attention.Find(dependencies ?? [], days ?? [], [], missed ?? [], runs ?? [], jobs ?? [], s_now);

    private static IReadOnlyList<CandidateDay> Days(params long[] rejected) =>
        [.. rejected.Select((count, index) => new CandidateDay(s_first.AddDays(index), TestManifests.Day(s_first.AddDays(index), 50, 10, count), false, null))];

    private static Run Run(string target, RunStatus status, int hoursAgo) => new()
    {
        Id = Guid.NewGuid(),
        Kind = target.Contains('/', StringComparison.Ordinal) ? RunKind.BuildDataset : RunKind.CollectDay,
        Target = target,
        Trigger = RunTrigger.Schedule,
        RequestedAt = s_now.AddHours(-hoursAgo),
        Status = status,
        Error = status == RunStatus.Failed ? "It broke." : null,
        Result = "It would drop too much.",
    };
}
