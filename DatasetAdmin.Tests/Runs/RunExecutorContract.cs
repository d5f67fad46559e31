using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Database;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Tests.Runs;

/// <summary>How runs are executed and written down, on either database and kind of lock.</summary>
public abstract class RunExecutorContract : IAsyncLifetime
{
    protected static readonly RunRequest CollectDay = new(RunKind.CollectDay, "2026-11-06", RunTrigger.Site, "olga");

    protected TestAdmin Admin { get; private set; } = null!;

    protected ServiceProvider Process { get; private set; } = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected RunExecutor Executor => Process.GetRequiredService<RunExecutor>();

    protected RunStore Store => Process.GetRequiredService<RunStore>();

    private RunTakeover Takeover => Process.GetRequiredService<RunTakeover>();

    public async ValueTask InitializeAsync()
    {
        Admin = await CreateAsync();
        Process = await Admin.NewMigratedProcessAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Admin.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<TestAdmin> CreateAsync();

    protected async Task<Run> StoredAsync(RunOutcome outcome)
    {
        Assert.False(outcome.IsBusy);
        var run = await Store.FindOrNullAsync(outcome.Run!.Id, Token);
        Assert.NotNull(run);
        return run;
    }

    [Fact]
    public async Task ExecuteAsync_JobSucceeds_RecordsItsWay()
    {
        var outcome = await Executor.ExecuteAsync(
            CollectDay,
            (context, _) =>
            {
                context.Progress.Begin("fetching photos", 3);
                context.Progress.Advance(2);
                context.Progress.Count("images", 2);
                context.Progress.Count("rejected", 1);
                context.Progress.Note(RunEventLevel.Information, "first");
                context.Progress.Note(RunEventLevel.Warning, "second");
                context.Progress.Note(RunEventLevel.Information, "third");
                return Task.FromResult(RunEnd.Succeeded("2 images collected."));
            },
            Token);

        var run = await StoredAsync(outcome);
        Assert.Null(outcome.Fault);
        Assert.Equal((RunStatus.Succeeded, "2 images collected.", null), (run.Status, run.Result, run.Error));
        Assert.Equal((RunKind.CollectDay, "2026-11-06", RunTrigger.Site, "olga"), (run.Kind, run.Target, run.Trigger, run.RequestedBy));
        Assert.Equal(("fetching photos", 2L, 3L), (run.Step, run.Done, run.Total));
        Assert.Equal(new Dictionary<string, long> { ["images"] = 2, ["rejected"] = 1 }, run.Counters);
        Assert.True(run.RequestedAt <= run.StartedAt && run.StartedAt <= run.FinishedAt);
        Assert.EndsWith($":{Environment.ProcessId}", run.Process, StringComparison.Ordinal);
        Assert.Empty(Executor.Active);

        var events = await Store.EventsAsync(run.Id, Token);
        Assert.Equal(["first", "second", "third"], events.Select(item => item.Message));
        Assert.Equal([1, 2, 3], events.Select(item => item.Number));
        Assert.Equal(RunEventLevel.Warning, events[1].Level);
    }

    [Fact]
    public async Task ExecuteAsync_WhileRunning_ShowsProgressHereAndToOthers()
    {
        var release = new TaskCompletionSource();
        var running = Executor.ExecuteAsync(
            CollectDay,
            async (context, _) =>
            {
                context.Progress.Begin("fetching photos");
                context.Progress.Note(RunEventLevel.Information, "halfway");
                context.Progress.Advance(7);
                await release.Task;
                return RunEnd.Succeeded("Done.");
            },
            Token);

        var others = (await Admin.NewMigratedProcessAsync()).GetRequiredService<RunStore>();
        Run? seen = null;

        // Whoever sees how far it is sees what it noted before that.
        await Waiting.UntilAsync(async () => (seen = await others.FindOpenOrNullAsync(CollectDay.Target, Token))?.Done == 7);

        Assert.Equal((RunStatus.Running, "fetching photos"), (seen!.Status, seen.Step));
        Assert.Equal("halfway", Assert.Single(await others.EventsAsync(seen.Id, Token)).Message);
        var active = Assert.Single(Executor.Active);
        Assert.Equal((seen.Id, CollectDay, 7L), (active.Id, active.Request, active.Progress.Current.Done));
        release.SetResult();
        await running;
    }

    [Fact]
    public async Task ExecuteAsync_TargetHeldByAnotherProcess_IsBusyAndWritesNoRow()
    {
        var other = (await Admin.NewMigratedProcessAsync()).GetRequiredService<RunExecutor>();
        var outcome = await Executor.ExecuteAsync(
            CollectDay,
            async (context, token) =>
            {
                var busy = await other.ExecuteAsync(CollectDay, (_, _) => throw new InvalidOperationException("Ran twice."), token);
                Assert.True(busy.IsBusy);
                Assert.Equal(context.Id, busy.Run!.Id);

                var elsewhere = await other.ExecuteAsync(
                    CollectDay with { Target = "2026-11-07" }, (_, _) => Task.FromResult(RunEnd.Succeeded("Not busy.")), token);
                Assert.False(elsewhere.IsBusy);
                return RunEnd.Succeeded("Done.");
            },
            Token);

        Assert.Null(outcome.Fault);
        Assert.Equal(2, (await Store.ListAsync(new RunFilter(), 0, 10, Token)).Total);
        Assert.False((await other.ExecuteAsync(CollectDay, (_, _) => Task.FromResult(RunEnd.Succeeded("Again.")), Token)).IsBusy);
    }

    [Fact]
    public async Task ExecuteAsync_JobThrowsWhatIsKnown_FailsWithItsMessage()
    {
        var fault = new ObjectStoreException(ObjectStoreFault.Full, "The bucket ml-artifacts is full.");

        var outcome = await Executor.ExecuteAsync(CollectDay, (_, _) => Task.FromException<RunEnd>(fault), Token);

        var run = await StoredAsync(outcome);
        Assert.Same(fault, outcome.Fault);
        Assert.Equal((RunStatus.Failed, "ObjectStoreException: The bucket ml-artifacts is full."), (run.Status, run.Error));
    }

    [Fact]
    public async Task ExecuteAsync_JobThrowsSomethingElse_FailsWithoutItsMessage()
    {
        // Thrown before the job's first await.
        var outcome = await Executor.ExecuteAsync(CollectDay, (_, _) => throw new IOException("/secret/path"), Token);

        var run = await StoredAsync(outcome);
        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.StartsWith("IOException: ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExecuteAsync_JobIsBlocked_RecordsWhy()
    {
        var outcome = await Executor.ExecuteAsync(CollectDay, (_, _) => Task.FromResult(RunEnd.Blocked("It would drop 900 images.")), Token);

        var run = await StoredAsync(outcome);
        Assert.Equal((RunStatus.Blocked, "It would drop 900 images."), (run.Status, run.Result));
    }

    [Fact]
    public async Task ExecuteAsync_Cancelled_RecordsItAllTheSame()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var outcome = await Executor.ExecuteAsync(
            CollectDay,
            async (_, token) =>
            {
                await stop.CancelAsync();
                await Task.Delay(Timeout.Infinite, token);
                return RunEnd.Succeeded("Never.");
            },
            stop.Token);

        var run = await StoredAsync(outcome);
        Assert.Equal((RunStatus.Cancelled, null), (run.Status, run.Error));
    }

    [Fact]
    public async Task ExecuteAsync_TimeoutInTheJob_IsAFailureAndNoCancellation()
    {
        var outcome = await Executor.ExecuteAsync(CollectDay, (_, _) => throw new TaskCanceledException(), Token);

        Assert.Equal(RunStatus.Failed, (await StoredAsync(outcome)).Status);
    }

    [Fact]
    public async Task ExecuteAsync_CancellationHandlerThrows_ReachesNobody()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var outcome = await Executor.ExecuteAsync(
            CollectDay,
            (_, token) =>
            {
                token.Register(() => throw new InvalidOperationException("In the handler."));
                stop.Cancel();
                token.ThrowIfCancellationRequested();
                return Task.FromResult(RunEnd.Succeeded("Never."));
            },
            stop.Token);

        Assert.Equal(RunStatus.Cancelled, (await StoredAsync(outcome)).Status);
    }

    [Fact]
    public async Task ExecuteAsync_DatabaseAwayInTheMiddle_RecordsEverythingLater()
    {
        var database = Process.GetRequiredService<BreakableContextFactory>();
        var outcome = await Executor.ExecuteAsync(
            CollectDay,
            async (context, _) =>
            {
                context.Progress.Note(RunEventLevel.Information, "before");
                database.IsAway = true;
                context.Progress.Note(RunEventLevel.Information, "meanwhile");
                await Waiting.UntilAsync(() => database.Refused >= 2);
                context.Progress.Note(RunEventLevel.Information, "after");

                // Away for the first tries to write the end as well.
                database.ComeBackAfter(3);
                throw new ObjectStoreException(ObjectStoreFault.Full, "Full.");
            },
            Token);

        var run = await StoredAsync(outcome);
        Assert.IsType<ObjectStoreException>(outcome.Fault);
        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal(["before", "meanwhile", "after"], (await Store.EventsAsync(run.Id, Token)).Select(item => item.Message));
    }

    [Fact]
    public async Task ExecuteAsync_DatabaseAwayForGood_GivesTheOutcomeBackAndIsFoundInterruptedLater()
    {
        var database = Process.GetRequiredService<BreakableContextFactory>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var outcome = await Executor.ExecuteAsync(
            CollectDay,
            (_, _) =>
            {
                database.IsAway = true;
                stop.Cancel();
                return Task.FromResult(RunEnd.Succeeded("Done."));
            },
            stop.Token);
        database.IsAway = false;

        // Stopping, it waited for seconds, not for its minute.
        Assert.Equal(RunStatus.Succeeded, outcome.Run!.Status);
        var found = Assert.Single(await Takeover.SweepAsync(Token));
        Assert.Equal(outcome.Run.Id, found.Id);
    }
}

public class SqliteRunExecutorTests : RunExecutorContract
{
    protected override Task<TestAdmin> CreateAsync() => Task.FromResult(TestAdmin.OnSqlite());
}
