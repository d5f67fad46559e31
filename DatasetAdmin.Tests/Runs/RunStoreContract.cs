using DatasetAdmin.Core.Runs;
using DatasetAdmin.Tests.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DatasetAdmin.Tests.Runs;

/// <summary>The history of runs, on either database.</summary>
public abstract class RunStoreContract : IAsyncLifetime
{
    private static readonly DateTime s_start = new(2026, 11, 6, 0, 0, 0, DateTimeKind.Utc);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(s_start));
    private TestAdmin _admin = null!;
    private ServiceProvider _process = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RunStore Store => _process.GetRequiredService<RunStore>();

    private RunTakeover Takeover => _process.GetRequiredService<RunTakeover>();

    public async ValueTask InitializeAsync()
    {
        _admin = await CreateAsync();
        _process = await _admin.NewMigratedProcessAsync(_time);
    }

    public async ValueTask DisposeAsync()
    {
        await _admin.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<TestAdmin> CreateAsync();

    [Fact]
    public async Task ListAsync_ManyRuns_PagesNewestFirst()
    {
        for (var minute = 0; minute < 7; minute++)
        {
            await Store.CreateAsync(NewRun($"2026-11-0{minute + 1}", s_start.AddMinutes(minute)), Token);
        }

        var page = await Store.ListAsync(new RunFilter(), skip: 2, take: 3, Token);

        Assert.Equal(7, page.Total);
        Assert.Equal(["2026-11-05", "2026-11-04", "2026-11-03"], page.Runs.Select(run => run.Target));
    }

    [Fact]
    public async Task ListAsync_Filter_GivesOnlyWhatItAsksFor()
    {
        await Store.CreateAsync(NewRun("2026-11-05", s_start, RunStatus.Failed), Token);
        await Store.CreateAsync(NewRun("2026-11-05", s_start.AddHours(1), RunStatus.Succeeded), Token);
        await Store.CreateAsync(NewRun("verified/2026-10", s_start, RunStatus.Failed, RunKind.BuildDataset), Token);

        async Task<int> CountAsync(RunFilter filter) => (await Store.ListAsync(filter, 0, 10, Token)).Total;

        Assert.Equal(3, await CountAsync(new RunFilter()));
        Assert.Equal(2, await CountAsync(new RunFilter(Kind: RunKind.CollectDay)));
        Assert.Equal(2, await CountAsync(new RunFilter(Status: RunStatus.Failed)));
        Assert.Equal(1, await CountAsync(new RunFilter(Target: "verified/2026-10")));
        Assert.Equal(1, await CountAsync(new RunFilter(RunKind.CollectDay, "2026-11-05", RunStatus.Failed)));
    }

    [Fact]
    public async Task RecordProgressAsync_EventsRepeated_KeepsEachEventOnce()
    {
        var run = NewRun("2026-11-05", s_start);
        await Store.CreateAsync(run, Token);
        await RecordAsync(run, NewEvent(run, 1), NewEvent(run, 2));
        await RecordAsync(run, NewEvent(run, 1), NewEvent(run, 2), NewEvent(run, 3));

        Assert.Equal([1, 2, 3], (await Store.EventsAsync(run.Id, Token)).Select(item => item.Number));
    }

    [Fact]
    public async Task RecordProgressAsync_EventsCannotBeWritten_WritesNothing()
    {
        var run = NewRun("2026-11-05", s_start);
        await Store.CreateAsync(run, Token);
        var impossible = new RunEvent { RunId = run.Id, Number = 2, At = s_start, Level = RunEventLevel.Information, Message = null! };

        await Assert.ThrowsAsync<DbUpdateException>(() => RecordAsync(run, NewEvent(run, 1), impossible));

        Assert.Equal("", (await Store.FindOrNullAsync(run.Id, Token))!.Step);
        Assert.Empty(await Store.EventsAsync(run.Id, Token));
    }

    [Fact]
    public async Task RecordProgressAsync_RunIsAnothers_WritesNeitherProgressNorEvents()
    {
        var run = NewRun("2026-11-05", s_start);
        await Store.CreateAsync(run, Token);
        run.Fence = 1;

        Assert.Equal(RunHeartbeat.Lost, await RecordAsync(run, NewEvent(run, 1)));

        Assert.Equal("", (await Store.FindOrNullAsync(run.Id, Token))!.Step);
        Assert.Empty(await Store.EventsAsync(run.Id, Token));
    }

    [Fact]
    public async Task SweepAsync_RunThatNobodyHolds_EndsItOnce()
    {
        var run = NewRun("2026-11-05", s_start);
        await Store.CreateAsync(run, Token);
        await RecordAsync(run, NewEvent(run, 1));
        _time.Advance(TimeSpan.FromHours(1));

        var marked = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Takeover.SweepAsync(Token)));

        Assert.InRange(marked.Sum(runs => runs.Count), 0, 1);
        await Takeover.SweepAsync(Token);
        var read = await Store.FindOrNullAsync(run.Id, Token);
        Assert.Equal((RunStatus.Interrupted, s_start.AddHours(1)), (read!.Status, read.FinishedAt));
        var events = await Store.EventsAsync(run.Id, Token);
        Assert.Equal(2, events.Count);
        Assert.Equal(RunEventLevel.Error, events[1].Level);
        Assert.Empty(await Takeover.SweepAsync(Token));
    }

    [Fact]
    public async Task SweepAsync_RunOfALiveProcess_LeavesItAlone()
    {
        var other = await _admin.NewMigratedProcessAsync();
        var executed = await other.GetRequiredService<RunExecutor>().ExecuteAsync(
            new RunRequest(RunKind.CollectDay, "2026-11-05", RunTrigger.Schedule),
            async (_, _) =>
            {
                Assert.Empty(await Takeover.SweepAsync(Token));
                return RunEnd.Succeeded("Undisturbed.");
            },
            Token);

        Assert.Null(executed.Fault);
        Assert.Equal(RunStatus.Succeeded, (await Store.FindOrNullAsync(executed.Run!.Id, Token))!.Status);
    }

    [Fact]
    public async Task FinishAsync_AfterAnotherEnd_ReplacesOnlyAnInterruption()
    {
        var run = NewRun("2026-11-05", s_start);
        await Store.CreateAsync(run, Token);
        await Takeover.SweepAsync(Token);

        await FinishAsync(RunStatus.Succeeded);
        await FinishAsync(RunStatus.Failed);

        Assert.Equal(RunStatus.Succeeded, (await Store.FindOrNullAsync(run.Id, Token))!.Status);

        // Its log is as the one that found it interrupted ended it.
        Assert.StartsWith("Found interrupted", Assert.Single(await Store.EventsAsync(run.Id, Token)).Message, StringComparison.Ordinal);

        async Task FinishAsync(RunStatus status)
        {
            (run.Status, run.FinishedAt) = (status, s_start.AddHours(2));
            await Store.FinishAsync(run, [NewEvent(run, 1)], Token);
        }
    }

    private Task<RunHeartbeat> RecordAsync(Run run, params RunEvent[] events) =>
        Store.RecordProgressAsync(run, new("working", 1, null, new Dictionary<string, long>()), events, Token);

    private static Run NewRun(
        string target, DateTime at, RunStatus status = RunStatus.Running, RunKind kind = RunKind.CollectDay) => new()
        {
            Id = Guid.CreateVersion7(new DateTimeOffset(at)),
            Kind = kind,
            Target = target,
            Trigger = RunTrigger.CommandLine,
            RequestedAt = at,
            Status = status,
        };

    private static RunEvent NewEvent(Run run, int number) => new()
    {
        RunId = run.Id,
        Number = number,
        At = s_start,
        Level = RunEventLevel.Information,
        Message = $"event {number}",
    };
}

public class SqliteRunStoreTests : RunStoreContract
{
    protected override Task<TestAdmin> CreateAsync() => Task.FromResult(TestAdmin.OnSqlite());
}

public class PostgresRunStoreTests : RunStoreContract
{
    protected override Task<TestAdmin> CreateAsync() => TestAdmin.OnPostgresAsync();
}
