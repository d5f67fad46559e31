using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Scheduling;
using DatasetAdmin.Core.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Tests.Scheduling;

/// <summary>
/// More than a year under two processes that are stopped, restarted, killed and paused, whose jobs fail, and whose history is lost,
/// all at random: every day is collected once, every month built once and after its days, and no slot has two turns.
/// </summary>
public class FourHundredDaysTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public async Task Schedule_AnythingMayHappen_DoesEverythingOnce(int number, bool onPostgres)
    {
        var seed = Environment.GetEnvironmentVariable("DATASETADMIN_TEST_SEED") is { Length: > 0 } given ? int.Parse(given, null) : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"{number}: DATASETADMIN_TEST_SEED={seed}");
        var dice = new Random(seed);
        await using var world = await ScheduleWorld.StartAsync(onPostgres, s_start);
        var processes = new IServiceProvider?[] { world.Pipeline.Services, await world.NewProcessAsync() };
        var outage = s_start.UtcDateTime;
        world.Trouble = run => Fail(run, dice, world.Now < outage);
        while (world.Now < s_start.UtcDateTime.AddDays(400))
        {
            await Task.WhenAll(processes.OfType<IServiceProvider>().Select(process => Task.Run(() => ScheduleWorld.TickAsync(process))));
            foreach (var process in processes.OfType<IServiceProvider>())
            {
                await (dice.Next(30) == 0 ? ScheduleWorld.DieAsync(process) : Task.CompletedTask);
            }

            await Task.WhenAll(processes.OfType<IServiceProvider>().Select(process => Task.Run(() => world.WorkAsync(process))));
            outage = dice.Next(200) == 0 ? world.Now.AddHours(dice.Next(1, 48)) : outage;
            await PauseOrResumeAsync(world, dice);
            await (dice.Next(150) == 0 ? world.ForgetRunsAsync() : Task.CompletedTask);
            await StopOrStartAsync(world, processes, dice);

            // Down, it isn't asked what is due: days may pass.
            world.Time.Advance(processes.Any(process => process is not null) || dice.Next(4) > 0 ? TimeSpan.FromMinutes(dice.Next(20, 1000)) : TimeSpan.FromDays(dice.Next(1, 6)));
        }

        // Two quiet nights, by a process that knows nothing but what was written down.
        world.Trouble = _ => { };
        var last = await world.NewProcessAsync();
        foreach (var job in JobSchedule.Jobs)
        {
            await last.GetRequiredService<JobSchedule>().ResumeAsync(job, null, Token);
        }

        for (var turn = 0; turn < 12; turn++)
        {
            world.Time.Advance(TimeSpan.FromHours(6));
            await world.TickAndWorkAsync(last);
        }

        await AssertDoneAsync(world, last, seed);
    }

    private static async Task AssertDoneAsync(ScheduleWorld world, IServiceProvider process, int seed)
    {
        Assert.True(world.Faults.IsEmpty, $"seed {seed}: {string.Join('\n', world.Faults)}");
        var missed = await process.GetRequiredService<MissedSlots>().MissedAsync(Token);
        Assert.True(missed.Count == 0, $"seed {seed}: missed are {string.Join(' ', missed)}");
        var days = Enumerable.Range(0, world.Today.DayNumber - DateOnly.FromDateTime(s_start.UtcDateTime).DayNumber)
            .Select(offset => ObjectKeys.DayText(DateOnly.FromDateTime(s_start.UtcDateTime).AddDays(offset))).ToList();
        var months = days.Select(day => day[..7]).Distinct().Where(month => Month.Parse(month).LastDay < world.Today).ToList();

        // Made once: what is there is left alone by every later run.
        var expected = days.Concat(months.SelectMany(month => new[] { $"verified/{month}", $"full/{month}" })).Order().ToList();
        Assert.Equal(expected, world.Made.Keys.Order());
        Assert.True(world.Made.Values.All(times => times == 1), $"seed {seed}: {string.Join(' ', world.Made.Where(item => item.Value != 1))}");

        // A slot is one row, which only one process could write.
        var slots = await world.SlotsAsync(ScheduledJob.DailyCollection);
        Assert.Equal(days, slots.Keys.Order());
        Assert.Equal(months, (await world.SlotsAsync(ScheduledJob.MonthlyBuild)).Keys.Order());
        Assert.All(slots.Values, slot => Assert.NotNull(slot.DoneAt));
        Assert.DoesNotContain(await world.RunsAsync(), run => run.IsOpen);
    }

    private static void Fail(Run run, Random dice, bool isOutage)
    {
        int fate;
        lock (dice)
        {
            fate = dice.Next(100);
        }

        if (isOutage || fate < 10)
        {
            throw new ObjectStoreException(ObjectStoreFault.Unavailable, $"No answer for {run.Target}.");
        }

        if (fate < 13)
        {
            throw new InvalidOperationException("A fault that stays, this time.");
        }
    }

    private static async Task PauseOrResumeAsync(ScheduleWorld world, Random dice)
    {
        var schedule = world.Pipeline.Services.GetRequiredService<JobSchedule>();
        foreach (var job in await schedule.StatusAsync(Token))
        {
            if (job.IsPaused && dice.Next(8) == 0)
            {
                await schedule.ResumeAsync(job.Job, "olga", Token);
            }
            else if (!job.IsPaused && dice.Next(120) == 0)
            {
                await schedule.PauseAsync(job.Job, "olga", Token);
            }
        }
    }

    private static async Task StopOrStartAsync(ScheduleWorld world, IServiceProvider?[] processes, Random dice)
    {
        for (var i = 0; i < processes.Length; i++)
        {
            if (processes[i] is not null)
            {
                processes[i] = dice.Next(60) == 0 ? null : processes[i];
            }
            else if (dice.Next(4) == 0)
            {
                processes[i] = await world.NewProcessAsync();
            }
        }
    }
}
