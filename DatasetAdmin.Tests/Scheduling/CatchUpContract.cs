using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Scheduling;
using DatasetAdmin.Core.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Tests.Scheduling;

/// <summary>What the schedule requests, and when, on either database.</summary>
public abstract class CatchUpContract : IAsyncLifetime
{
    private ScheduleWorld _world = null!;

    protected abstract bool OnPostgres { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IServiceProvider Process => _world.Pipeline.Services;

    private JobSchedule Schedule => Process.GetRequiredService<JobSchedule>();

    public async ValueTask InitializeAsync() => _world = await ScheduleWorld.StartAsync(OnPostgres, new(2026, 10, 20, 10, 0, 0, TimeSpan.Zero));

    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task TickAsync_FirstStart_BeginsWithTheNextNight()
    {
        await _world.TickAndWorkAsync(Process);
        Assert.Empty(await _world.RunsAsync());

        await AtAsync(new(2026, 10, 21), "23:59");
        Assert.Equal(["2026-10-20"], _world.Made.Keys.Order());
        await AtAsync(new(2026, 10, 22), "00:00");

        Assert.Equal(["2026-10-20", "2026-10-21"], _world.Made.Keys.Order());
        Assert.All(await _world.RunsAsync(), run => Assert.Equal((RunTrigger.Schedule, RunStatus.Succeeded), (run.Trigger, run.Status)));
    }

    [Fact]
    public async Task TickAsync_EveryNight_LooksAgainAtTheThreeDaysBefore()
    {
        await _world.TickAndWorkAsync(Process);
        for (var day = 21; day <= 25; day++)
        {
            await AtAsync(new(2026, 10, day), "00:00");
        }

        await AtAsync(new(2026, 10, 25), "12:00");

        Assert.Equal(
            [("2026-10-20", 4), ("2026-10-21", 4), ("2026-10-22", 3), ("2026-10-23", 2), ("2026-10-24", 1)],
            _world.Executed.OrderBy(item => item.Key).Select(item => (item.Key, item.Value)));
        Assert.All(_world.Made.Values, times => Assert.Equal(1, times));
    }

    [Fact]
    public async Task TickAsync_DownOverThreeNightsAndAMonth_CatchesUpInOrder()
    {
        await _world.TickAndWorkAsync(Process);
        for (var day = 21; day <= 30; day++)
        {
            await AtAsync(new(2026, 10, day), "00:00");
        }

        _world.Executed.Clear();
        _world.Made.Clear();
        var process = await _world.NewProcessAsync();
        _world.Expects = day => day >= new DateOnly(2026, 10, 20);
        _world.Time.SetUtcNow(new(2026, 11, 2, 8, 0, 0, TimeSpan.Zero));
        await ScheduleWorld.TickAsync(process);

        string[] expected = ["2026-10-27", "2026-10-28", "2026-10-29", "2026-10-30", "2026-10-31", "2026-11-01"];
        Assert.Equal(string.Join(' ', expected), string.Join(' ', (await Store.OpenAsync(Token)).Select(run => run.Target)));
        await _world.TickAndWorkAsync(process);

        Assert.Empty(_world.Faults);
        Assert.Equal(["2026-10-30", "2026-10-31", "2026-11-01", "full/2026-10", "verified/2026-10"], _world.Made.Keys.Order());
        Assert.All(_world.Made.Values, times => Assert.Equal(1, times));
        Assert.Equal(2, _world.Executed.Count(item => item.Key.Contains('/', StringComparison.Ordinal)));
        Assert.Empty(await Missed());
    }

    [Fact]
    public async Task TickAsync_FiveReplicasAtOnce_RequestEachSlotOnce()
    {
        await _world.TickAndWorkAsync(Process);
        var processes = new List<IServiceProvider> { Process };
        while (processes.Count < 5)
        {
            processes.Add(await _world.NewProcessAsync());
        }

        for (var day = 21; day <= 28; day++)
        {
            _world.Time.SetUtcNow(new(2026, 10, day, 0, 0, 0, TimeSpan.Zero));
            await Task.WhenAll(processes.Select(process => Task.Run(() => ScheduleWorld.TickAsync(process))));
            await Task.WhenAll(processes.Select(process => Task.Run(() => _world.WorkAsync(process))));
        }

        Assert.Empty(_world.Faults);
        Assert.Equal(8, (await _world.SlotsAsync(ScheduledJob.DailyCollection)).Count);
        var runs = await _world.RunsAsync();
        Assert.Equal(8 + 7 + 6 + 5, runs.Count);
        Assert.All(_world.Made.Values, times => Assert.Equal(1, times));
    }

    [Fact]
    public async Task TickAsync_DatabaseLost_TakesManifestsForDoneAndFillsTheGaps()
    {
        // An earlier system's days, or ours; one is missing.
        for (var day = new DateOnly(2026, 10, 1); day < new DateOnly(2026, 10, 20); day = day.AddDays(1))
        {
            if (day.Day != 7)
            {
                await _world.PutDayAsync(day);
            }
        }

        await _world.TickAndWorkAsync(Process);

        Assert.Equal(["2026-10-07"], _world.Made.Keys);
        Assert.DoesNotContain("2026-10-02", _world.Executed.Keys);
        Assert.Empty(await Missed());
    }

    [Fact]
    public async Task TickAsync_Paused_RequestsNothingUntilItIsResumed()
    {
        await _world.TickAndWorkAsync(Process);
        await Schedule.PauseAsync(ScheduledJob.DailyCollection, "olga", Token);
        var restarted = await _world.NewProcessAsync();
        _world.Time.SetUtcNow(new(2026, 10, 23, 0, 0, 0, TimeSpan.Zero));
        await _world.TickAndWorkAsync(restarted);
        Assert.Empty(await _world.RunsAsync());
        var paused = (await Schedule.StatusAsync(Token))[0];
        Assert.Equal((ScheduledJob.DailyCollection, true, "olga", null), (paused.Job, paused.IsPaused, paused.PausedBy, paused.Next));
        Assert.Equal(3, (await Missed()).Count);

        await Schedule.ResumeAsync(ScheduledJob.DailyCollection, "olga", Token);
        await _world.TickAndWorkAsync(restarted);

        Assert.Equal(["2026-10-20", "2026-10-21", "2026-10-22"], _world.Made.Keys.Order());
        var resumed = (await Schedule.StatusAsync(Token))[0];
        Assert.Equal((new DateTime(2026, 10, 24, 0, 0, 0), "2026-10-22"), (resumed.Next, resumed.LastSlot));
        Assert.InRange((await Schedule.LastAsync(ScheduledJob.DailyCollection, Token))!.Value, new DateTime(2026, 10, 23, 0, 0, 0), _world.Now);
        Assert.Equal(new DateTime(2026, 11, 1, 1, 0, 0), await Schedule.NextAsync(ScheduledJob.MonthlyBuild, Token));
    }

    [Fact]
    public async Task TickAsync_DownForLongerThanIsCaughtUp_ShowsTheRestAsMissed()
    {
        await _world.TickAndWorkAsync(Process);
        _world.Expects = day => day >= new DateOnly(2026, 11, 4);
        _world.Time.SetUtcNow(new(2026, 12, 5, 9, 0, 0, TimeSpan.Zero));

        await _world.TickAndWorkAsync(Process);

        Assert.Equal("2026-11-04", _world.Made.Keys.Order().First());
        var missed = await Missed();
        Assert.All(missed, slot => Assert.True(slot.IsGivenUp, slot.ToString()));
        Assert.Equal(
            [.. Enumerable.Range(0, 15).Select(offset => ObjectKeys.DayText(new DateOnly(2026, 10, 20).AddDays(offset))), "2026-10"],
            missed.OrderBy(slot => slot.Job).ThenBy(slot => slot.Slot).Select(slot => slot.Slot));
        Assert.Contains("full/2026-11", _world.Made.Keys);
    }

    [Fact]
    public async Task TickAsync_DayFailsForGood_IsTriedAgainEveryNightAndTheMonthWaits()
    {
        await _world.TickAndWorkAsync(Process);
        _world.Expects = day => day >= new DateOnly(2026, 10, 20);
        _world.Trouble = run =>
        {
            if (run.Target == "2026-10-25")
            {
                throw new ObjectStoreException(ObjectStoreFault.AccessDenied, "No.");
            }
        };
        for (var day = 21; day <= 31; day++)
        {
            await AtAsync(new(2026, 10, day), "00:00");
            await AtAsync(new(2026, 10, day), "15:00");
        }

        await AtAsync(new(2026, 11, 1), "02:00");

        Assert.Equal(7, _world.Executed["2026-10-25"]);
        Assert.DoesNotContain("full/2026-10", _world.Executed.Keys);
        Assert.Equal(["2026-10-25", "2026-10"], (await Missed()).Select(slot => slot.Slot));

        _world.Trouble = _ => { };
        await AtAsync(new(2026, 11, 2), "00:00");
        Assert.Empty(_world.Faults);
        Assert.Equal(1, _world.Made["full/2026-10"]);
        Assert.Equal(1, _world.Made["verified/2026-10"]);
        Assert.Empty(await Missed());
    }

    private RunStore Store => Process.GetRequiredService<RunStore>();

    private async Task<IReadOnlyList<MissedSlot>> Missed() => await Process.GetRequiredService<MissedSlots>().MissedAsync(Token);

    private async Task AtAsync(DateOnly day, string time)
    {
        _world.Time.SetUtcNow(new(day, TimeOnly.ParseExact(time, "HH:mm", System.Globalization.CultureInfo.InvariantCulture), TimeSpan.Zero));
        await _world.TickAndWorkAsync(Process);
    }
}

public class SqliteCatchUpTests : CatchUpContract
{
    protected override bool OnPostgres => false;
}

public class PostgresCatchUpTests : CatchUpContract
{
    protected override bool OnPostgres => true;
}
