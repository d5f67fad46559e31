using System.Collections.Concurrent;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Database;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace DatasetAdmin.Tests.Runs;

/// <summary>The queue as several processes use it, on either database and kind of lock.</summary>
public abstract class RunQueueContract : IAsyncLifetime
{
    protected static readonly RunRequest Day = new(RunKind.CollectDay, "2026-11-06", RunTrigger.Site, "olga");

    private static readonly DateTimeOffset s_start = new(2026, 11, 7, 0, 0, 0, TimeSpan.Zero);

    // Only so that a test which fails ends.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    protected TestAdmin Admin { get; private set; } = null!;

    protected FakeTimeProvider Time { get; } = new(s_start);

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What the processes' jobs do.</summary>
    private Func<Run, RunContext, CancellationToken, Task<RunEnd>> Work { get; set; } = (_, _, _) => Task.FromResult(RunEnd.Succeeded("Done."));

    public async ValueTask InitializeAsync() => Admin = await CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await Admin.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<TestAdmin> CreateAsync();

    /// <summary>One more process, whose clock is the test's.</summary>
    protected Task<ServiceProvider> NewProcessAsync() => Admin.NewMigratedProcessAsync(
        Time, services => services.AddSingleton<IRunJob>(new TestJob(RunKind.CollectDay, (run, context, token) => Work(run, context, token))));

    [Fact]
    public async Task RequestAsync_OpenRunOfTheSameTarget_IsJoined()
    {
        var queue = Queue(await NewProcessAsync());
        var others = Queue(await NewProcessAsync());

        var first = await queue.RequestAsync(Day, Token);
        var second = await others.RequestAsync(Day with { RequestedBy = "boris" }, Token);
        var another = await others.RequestAsync(Day with { Target = "2026-11-05" }, Token);

        Assert.False(first.Joined);
        Assert.Equal((RunStatus.Requested, "olga", 1), (first.Run.Status, first.Run.RequestedBy, first.Run.Attempt));
        Assert.Equal((true, first.Run.Id), (second.Joined, second.Run.Id));
        Assert.False(another.Joined);
    }

    [Fact]
    public async Task RequestAsync_FiftyAtOnceFromThreeProcesses_MakeOneRun()
    {
        var processes = await Task.WhenAll(NewProcessAsync(), NewProcessAsync(), NewProcessAsync());

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => Task.Run(() => Queue(processes[number % 3]).RequestAsync(Day, Token))));

        Assert.Single(answers, answer => !answer.Joined);
        Assert.Single(answers.Select(answer => answer.Run.Id).Distinct());
        Assert.Equal(1, (await Store(processes[0]).ListAsync(new(), 0, 10, Token)).Total);
    }

    [Fact]
    public async Task RequestAsync_AllowDropsForARequestedRun_IsTakenOver()
    {
        var process = await NewProcessAsync();
        var first = await Queue(process).RequestAsync(Day, Token);

        var joined = await Queue(process).RequestAsync(Day with { AllowDrops = true }, Token);

        Assert.True(joined.Joined);
        Assert.True((await RunAsync(process, first)).AllowDrops);
    }

    [Fact]
    public async Task RequestAsync_AfterTheEnd_MakesANewRun()
    {
        var process = await NewProcessAsync();
        var first = await Queue(process).RequestAsync(Day, Token);
        Assert.True(await WorkOneAsync(process));

        var second = await Queue(process).RequestAsync(Day, Token);

        Assert.False(second.Joined);
        Assert.NotEqual(first.Run.Id, second.Run.Id);
        Assert.Equal((RunStatus.Succeeded, "Done."), ((await RunAsync(process, first)).Status, (await RunAsync(process, first)).Result));
    }

    [Fact]
    public async Task Worker_SeveralRequests_ExecutesThemInTheirOrder()
    {
        var process = await NewProcessAsync();
        List<string> order = [];
        Work = (run, _, _) =>
        {
            order.Add(run.Target);
            return Task.FromResult(RunEnd.Succeeded("Done."));
        };
        string[] targets = ["2026-11-03", "2026-11-01", "2026-11-02"];
        foreach (var target in targets)
        {
            await Queue(process).RequestAsync(Day with { Target = target }, Token);
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        while (await WorkOneAsync(process))
        {
        }

        Assert.Equal(targets, order);
        Assert.Empty(await Store(process).OpenAsync(Token));
    }

    [Fact]
    public async Task Worker_ManyRequestsAndThreeProcesses_ExecuteEachOnce()
    {
        var processes = await Task.WhenAll(NewProcessAsync(), NewProcessAsync(), NewProcessAsync());
        var executed = new ConcurrentBag<string>();
        Work = async (run, _, token) =>
        {
            executed.Add(run.Target);
            await Task.Yield();
            token.ThrowIfCancellationRequested();
            return RunEnd.Succeeded("Done.");
        };
        for (var number = 0; number < 40; number++)
        {
            await Queue(processes[number % 3]).RequestAsync(Day with { Target = $"target {number}" }, Token);
        }

        await Task.WhenAll(processes.SelectMany(process => new[] { process, process }).Select(process => Task.Run(async () =>
        {
            await Waiting.UntilAsync(async () => !await WorkOneAsync(process) && (await Store(process).OpenAsync(Token)).Count == 0);
        })));

        Assert.Equal(40, executed.Count);
        Assert.Equal(40, executed.Distinct().Count());
        Assert.All((await Store(processes[0]).ListAsync(new(), 0, 100, Token)).Runs, run => Assert.Equal((RunStatus.Succeeded, 1), (run.Status, run.Attempt)));
    }

    [Fact]
    public async Task Worker_RangeOfDays_ExecutesAsManyAtOnceAsItMay()
    {
        var process = await NewProcessAsync();
        var atWork = 0;
        var seen = new ConcurrentBag<int>();
        var together = NewSignal();
        Work = async (_, _, token) =>
        {
            seen.Add(Interlocked.Increment(ref atWork));
            if (Volatile.Read(ref atWork) == 2)
            {
                together.TrySetResult();
            }

            // The first one goes on only once a second one is at work beside it.
            await together.Task.WaitAsync(token);
            Interlocked.Decrement(ref atWork);
            return RunEnd.Succeeded("Done.");
        };
        for (var day = 1; day <= 9; day++)
        {
            await Queue(process).RequestAsync(Day with { Target = $"2026-10-0{day}" }, Token);
        }

        var worker = process.GetRequiredService<RunWorker>();
        await worker.StartAsync(Token);
        await Waiting.UntilAsync(async () => (await Store(process).OpenAsync(Token)).Count == 0);

        await worker.StopAsync(Token);
        Assert.Equal((9, 2), (seen.Count, seen.Max()));
        Assert.Equal(2, process.GetRequiredService<IOptions<RunsOptions>>().Value.Concurrency);
    }

    [Fact]
    public async Task Worker_TargetHeldElsewhere_LeavesTheRunInTheQueue()
    {
        var process = await NewProcessAsync();
        var requested = await Queue(process).RequestAsync(Day, Token);
        await using (await (await NewProcessAsync()).GetRequiredService<IRunLocks>().TryAcquireAsync(Day.Target, Token))
        {
            Assert.False(await WorkOneAsync(process));
            Assert.Equal(RunStatus.Requested, (await RunAsync(process, requested)).Status);
        }

        Assert.True(await WorkOneAsync(process));
        Assert.Equal(RunStatus.Succeeded, (await RunAsync(process, requested)).Status);
    }

    [Fact]
    public async Task ExecuteAsync_RequestedRunOfTheSameTarget_BecomesThisOne()
    {
        var process = await NewProcessAsync();
        var requested = await Queue(process).RequestAsync(Day, Token);

        var outcome = await process.GetRequiredService<RunExecutor>().ExecuteAsync(
            Day with { Trigger = RunTrigger.CommandLine }, (_, _) => Task.FromResult(RunEnd.Succeeded("By hand.")), Token);

        Assert.Equal(requested.Run.Id, outcome.Run!.Id);
        Assert.Equal((RunStatus.Succeeded, "By hand."), ((await RunAsync(process, requested)).Status, (await RunAsync(process, requested)).Result));
        Assert.False(await WorkOneAsync(process));
    }

    [Fact]
    public async Task CancelAsync_RequestedRun_EndsAtOnce()
    {
        var process = await NewProcessAsync();
        var requested = await Queue(process).RequestAsync(Day, Token);

        Assert.True(await Queue(process).CancelAsync(requested.Run.Id, "olga", Token));

        var run = await RunAsync(process, requested);
        Assert.Equal((RunStatus.Cancelled, "olga"), (run.Status, run.CancelRequestedBy));
        Assert.NotNull(run.FinishedAt);
        Assert.False(await WorkOneAsync(process));
        Assert.False(await Queue(process).CancelAsync(requested.Run.Id, "olga", Token));
        Assert.False(await Queue(process).CancelAsync(Guid.NewGuid(), "olga", Token));
    }

    [Fact]
    public async Task CancelAsync_RunOfAnotherProcess_StopsItInASecondOfItsClock()
    {
        var (executing, other) = (await NewProcessAsync(), await NewProcessAsync());
        Work = UntilCancelledAsync;
        var requested = await Queue(executing).RequestAsync(Day, Token);
        var working = WorkOneAsync(executing);
        await HeardOfAsync(other, requested);

        Assert.True(await Queue(other).CancelAsync(requested.Run.Id, "olga", Token));
        Assert.True(await Queue(other).CancelAsync(requested.Run.Id, "boris", Token));

        // It hears of it the next time that it says how far it is.
        Time.Advance(TimeSpan.FromSeconds(1));
        await working.WaitAsync(s_patience, Token);

        var run = await RunAsync(other, requested);
        Assert.Equal((RunStatus.Cancelled, "olga", "Cancelled by olga before it was done. It can be repeated."), (run.Status, run.CancelRequestedBy, run.Result));
        Assert.False(await WorkOneAsync(other));
    }

    [Fact]
    public async Task Worker_StoppedInTheMiddle_TheRunGoesOnElsewhere()
    {
        var (stopped, other) = (await NewProcessAsync(), await NewProcessAsync());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Work = async (_, _, token) =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
            return RunEnd.Succeeded("Never.");
        };
        var requested = await Queue(stopped).RequestAsync(Day, Token);
        await stopped.GetRequiredService<RunWorker>().TryExecuteNextAsync(stop.Token);

        var waiting = await RunAsync(other, requested);
        Assert.Equal((RunStatus.Requested, 1, null), (waiting.Status, waiting.Attempt, waiting.NotBefore));
        Work = (_, _, _) => Task.FromResult(RunEnd.Succeeded("After all."));
        Assert.True(await WorkOneAsync(other));
        Assert.Equal("After all.", (await RunAsync(other, requested)).Result);
        Assert.Contains("stopped", Assert.Single(await Store(other).EventsAsync(requested.Run.Id, Token)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Worker_FaultThatMayPass_IsTriedAgainAfterGrowingPauses()
    {
        var process = await NewProcessAsync();
        Work = (_, context, _) =>
        {
            context.Progress.Note(RunEventLevel.Information, "trying");
            throw new ObjectStoreException(ObjectStoreFault.Unavailable, "No answer.");
        };
        var requested = await Queue(process).RequestAsync(Day, Token);
        int[] minutes = [1, 5, 15, 60];
        for (var attempt = 1; attempt <= minutes.Length; attempt++)
        {
            var pause = TimeSpan.FromMinutes(minutes[attempt - 1]);
            Assert.True(await WorkOneAsync(process));
            var waiting = await RunAsync(process, requested);
            Assert.Equal((RunStatus.Requested, attempt + 1, "ObjectStoreException: No answer."), (waiting.Status, waiting.Attempt, waiting.Error));
            Assert.InRange(waiting.NotBefore!.Value - Time.GetUtcNow().UtcDateTime, pause, pause * 1.2);

            Time.Advance(pause - TimeSpan.FromSeconds(1));
            Assert.False(await WorkOneAsync(process));
            Time.Advance(pause * 0.3);
        }

        Assert.True(await WorkOneAsync(process));
        var run = await RunAsync(process, requested);
        Assert.Equal((RunStatus.Failed, 5, "It failed. It can be repeated."), (run.Status, run.Attempt, run.Result));
        Assert.False(await WorkOneAsync(process));
        var events = await Store(process).EventsAsync(run.Id, Token);
        Assert.Equal(Enumerable.Range(1, 9), events.Select(item => item.Number));
        Assert.Equal(4, events.Count(item => item.Level == RunEventLevel.Warning && item.Message.Contains("tried again after", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(ObjectStoreFault.AccessDenied)]
    [InlineData(ObjectStoreFault.BucketMissing)]
    public async Task Worker_FaultThatStays_IsNotTriedAgain(ObjectStoreFault fault)
    {
        var process = await NewProcessAsync();
        Work = (_, _, _) => throw new ObjectStoreException(fault, "No.");
        var requested = await Queue(process).RequestAsync(Day, Token);

        Assert.True(await WorkOneAsync(process));

        Assert.Equal((RunStatus.Failed, 1), ((await RunAsync(process, requested)).Status, (await RunAsync(process, requested)).Attempt));
    }

    [Fact]
    public async Task Worker_BlockedRun_IsNotTriedAgain()
    {
        var process = await NewProcessAsync();
        Work = (_, _, _) => Task.FromResult(RunEnd.Blocked("It would drop 900 images."));
        var requested = await Queue(process).RequestAsync(Day, Token);

        Assert.True(await WorkOneAsync(process));

        Assert.Equal((RunStatus.Blocked, 1), ((await RunAsync(process, requested)).Status, (await RunAsync(process, requested)).Attempt));
    }

    [Fact]
    public async Task SweepAsync_QueuedRunOfADeadProcess_GoesBackIntoTheQueueAFewTimes()
    {
        var process = await NewProcessAsync();
        var requested = await Queue(process).RequestAsync(Day, Token);
        for (var death = 1; death < RunTakeover.MostInterruptions; death++)
        {
            await DieAsync(process);

            Assert.Single(await process.GetRequiredService<RunTakeover>().SweepAsync(Token));
            var waiting = await RunAsync(process, requested);
            Assert.Equal((RunStatus.Requested, death + 1, death), (waiting.Status, waiting.Attempt, waiting.Interruptions));
        }

        await DieAsync(process);
        await process.GetRequiredService<RunTakeover>().SweepAsync(Token);

        Assert.Equal(RunStatus.Interrupted, (await RunAsync(process, requested)).Status);
        Assert.Equal(RunTakeover.MostInterruptions, (await Store(process).EventsAsync(requested.Run.Id, Token)).Count);
    }

    [Fact]
    public async Task SweepAsync_CancelledRunOfADeadProcess_IsCancelled()
    {
        var process = await NewProcessAsync();
        var requested = await Queue(process).RequestAsync(Day, Token);
        var claimed = await Queue(process).TryClaimAsync([RunKind.CollectDay], Token);
        Assert.True(await Queue(process).CancelAsync(requested.Run.Id, "olga", Token));
        await claimed!.Lease.DisposeAsync();

        await process.GetRequiredService<RunTakeover>().SweepAsync(Token);

        Assert.Equal(RunStatus.Cancelled, (await RunAsync(process, requested)).Status);
    }

    [Fact]
    public async Task Lease_RunWasTakenOver_OldHolderChangesNothingMore()
    {
        var (old, other) = (await NewProcessAsync(), await NewProcessAsync());
        var requested = await Queue(old).RequestAsync(Day, Token);
        Exception? fault = null;
        Work = async (run, context, token) =>
        {
            await context.Lease.VerifyAsync(token);

            // As after a lock was lost in a way that its holder can't know.
            await TakeOverAsync(other, run.Id);
            context.Lease.ThrowIfLost();
            fault = await Assert.ThrowsAsync<RunLeaseLostException>(() => context.Lease.VerifyAsync(token));
            context.Progress.Note(RunEventLevel.Information, "from the old holder");
            return RunEnd.Succeeded("By the old holder.");
        };

        Assert.True(await WorkOneAsync(old));

        Assert.NotNull(fault);
        var run = await RunAsync(other, requested);
        Assert.Equal((RunStatus.Succeeded, "By the new holder.", 2L), (run.Status, run.Result, run.Fence));
        Assert.DoesNotContain(await Store(other).EventsAsync(run.Id, Token), item => item.Message == "from the old holder");
    }

    [Fact]
    public async Task Lease_DatabaseAwayForTooLong_IsLost()
    {
        var process = await NewProcessAsync();
        var database = process.GetRequiredService<BreakableContextFactory>();
        RunContext? seen = null;
        Work = (run, context, token) =>
        {
            seen = context;
            return UntilCancelledAsync(run, context, token);
        };
        var requested = await Queue(process).RequestAsync(Day, Token);
        var working = WorkOneAsync(process);
        await HeardOfAsync(process, requested);

        database.IsAway = true;
        var away = Time.GetUtcNow();
        while (!seen!.Lease.Lost.IsCancellationRequested)
        {
            Assert.True(Time.GetUtcNow() - away < RunTakeover.Lease, "It still had its lease when another process could take it.");
            var refused = database.Refused;
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(working, Waiting.UntilAsync(() => database.Refused > refused || seen.Lease.Lost.IsCancellationRequested));
        }

        Assert.True(Time.GetUtcNow() - away > TimeSpan.FromSeconds(40));
        database.IsAway = false;
        await AdvanceUntilAsync(working);
        Assert.Equal((RunStatus.Requested, 2), ((await RunAsync(process, requested)).Status, (await RunAsync(process, requested)).Attempt));
    }

    [Fact]
    public async Task Feed_RunsOfAnotherProcess_AreTold()
    {
        var (watching, other) = (await NewProcessAsync(), await NewProcessAsync());
        var told = 0;
        var feed = watching.GetRequiredService<RunFeed>();
        var subscription = feed.Subscribe(() =>
        {
            Interlocked.Increment(ref told);
            return Task.CompletedTask;
        });

        await ToldAsync(1);
        var requested = await Queue(other).RequestAsync(Day, Token);
        await ToldAsync(2);
        await Queue(other).CancelAsync(requested.Run.Id, null, Token);
        await ToldAsync(3);
        Assert.False((await Queue(watching).RequestAsync(Day, Token)).Joined);
        await ToldAsync(4);

        subscription.Dispose();

        async Task ToldAsync(int times)
        {
            await Waiting.UntilAsync(() =>
            {
                Time.Advance(TimeSpan.FromSeconds(1));
                return Volatile.Read(ref told) >= times;
            });
        }
    }

    protected static RunQueue Queue(ServiceProvider process) => process.GetRequiredService<RunQueue>();

    protected static RunStore Store(ServiceProvider process) => process.GetRequiredService<RunStore>();

    protected static async Task<Run> RunAsync(ServiceProvider process, RunRequested requested) => (await Store(process).FindOrNullAsync(requested.Run.Id, Token))!;

    private static Task<bool> WorkOneAsync(ServiceProvider process) => process.GetRequiredService<RunWorker>().TryExecuteNextAsync(Token);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Takes the next run and dies: the system gives its lock back, and nothing is written.</summary>
    private static async Task DieAsync(ServiceProvider process)
    {
        var claimed = await Queue(process).TryClaimAsync([RunKind.CollectDay], Token);
        await claimed!.Lease.DisposeAsync();
    }

    private static async Task TakeOverAsync(ServiceProvider process, Guid id)
    {
        var run = (await Store(process).FindOrNullAsync(id, Token))!;
        await using var context = await process.GetRequiredService<Microsoft.EntityFrameworkCore.IDbContextFactory<Core.Database.AdminDbContext>>().CreateDbContextAsync(Token);
        context.Attach(run);
        (run.Status, run.Result, run.Fence) = (RunStatus.Succeeded, "By the new holder.", run.Fence + 1);
        await context.SaveChangesAsync(Token);
    }

    private static async Task<RunEnd> UntilCancelledAsync(Run run, RunContext context, CancellationToken token)
    {
        context.Progress.Begin("working");
        await Task.Delay(Timeout.Infinite, token);
        return RunEnd.Succeeded("Never.");
    }

    /// <summary>
    /// Lets the clock go on until a run's process writes down every second how far it is, and has done so at this very second. Whoever lets
    /// it go on before the process has come so far moves it away from under the process's feet.
    /// </summary>
    private async Task HeardOfAsync(ServiceProvider process, RunRequested requested)
    {
        using var deadline = new CancellationTokenSource(s_patience);
        while ((await RunAsync(process, requested)).Step != "working")
        {
            // Its first second begins at some moment.
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(50, deadline.Token);
        }

        // Of the seconds until then the last may still be on its way.
        for (var second = 0; second < 3; second++)
        {
            var before = (await RunAsync(process, requested)).HeartbeatAt;
            Time.Advance(TimeSpan.FromSeconds(1));
            while ((await RunAsync(process, requested)).HeartbeatAt == before)
            {
                await Task.Delay(10, deadline.Token);
            }
        }
    }

    /// <summary>Lets the processes' clock go on until something has ended.</summary>
    private async Task AdvanceUntilAsync(Task end)
    {
        await Waiting.UntilEndAsync(end, () => Time.Advance(TimeSpan.FromMilliseconds(250)), milliseconds: 100);
        await end;
    }
}

public class SqliteRunQueueTests : RunQueueContract
{
    protected override Task<TestAdmin> CreateAsync() => Task.FromResult(TestAdmin.OnSqlite());
}
