using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Tests.Support;
using DatasetAdmin.Web.Components.Candidates;

namespace DatasetAdmin.Tests.Web.Candidates;

public class DayStatesTests
{
    private static readonly DateOnly s_today = new(2026, 10, 8);

    [Theory]
    [InlineData(-1, null, null, null, "Missing")]
    [InlineData(0, null, null, null, "Today")]
    [InlineData(1, null, null, null, "Future")]
    [InlineData(-1, 0L, null, null, "Collected")]
    [InlineData(0, 0L, null, null, "Collected")]
    [InlineData(-1, 3L, null, RunStatus.Succeeded, "Partial")]
    [InlineData(-1, null, null, RunStatus.Failed, "Failed")]
    [InlineData(-1, 0L, null, RunStatus.Interrupted, "Failed")]
    [InlineData(-1, 0L, null, RunStatus.Cancelled, "Collected")]
    [InlineData(-1, null, RunStatus.Requested, RunStatus.Failed, "Requested")]
    [InlineData(-1, 3L, RunStatus.Running, RunStatus.Running, "Running")]
    public void Of_WhatIsKnownOfADay_IsItsState(int daysFromToday, long? rejected, RunStatus? open, RunStatus? last, string expected)
    {
        var day = s_today.AddDays(daysFromToday);
        var known = new CandidateDay(day, rejected is { } count ? TestManifests.Day(day, 10, 2, count) : null, false, null);

        Assert.Equal(expected, DayStates.Of(known, Run(open), Run(last), s_today).ToString());
    }

    [Fact]
    public void Of_EarlierSystemsDayAndBrokenManifest_SaySo()
    {
        Assert.Equal(DayState.Earlier, DayStates.Of(new(s_today.AddDays(-9), null, true, null), null, null, s_today));
        Assert.Equal(DayState.Failed, DayStates.Of(new(s_today.AddDays(-9), null, false, "It can't be read."), null, null, s_today));
    }

    private static Run? Run(RunStatus? status) => status is { } some
        ? new() { Id = Guid.NewGuid(), Kind = RunKind.CollectDay, Target = "2026-10-07", Trigger = RunTrigger.Site, RequestedAt = DateTime.UnixEpoch, Status = some }
        : null;
}
