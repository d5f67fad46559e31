using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Scheduling;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Runs;
using DatasetAdmin.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace DatasetAdmin.Tests.Scheduling;

/// <summary>
/// Processes that follow the schedule on one clock, one database and one store. Only what a job does is light: a manifest of a few
/// bytes instead of a day's photos.
/// </summary>
internal sealed class ScheduleWorld : IAsyncDisposable
{
    private static readonly byte[] s_day = "{}"u8.ToArray();

    // Only so that a test which fails ends.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    private readonly TestPipeline _first;
    private readonly List<TestPipeline> _others = [];
    private readonly ConcurrentDictionary<string, int> _busy = new();

    private ScheduleWorld(TestPipeline first, FakeTimeProvider time) => (_first, Time) = (first, time);

    public FakeTimeProvider Time { get; }

    public TestPipeline Pipeline => _first;

    /// <summary>How often a day or dataset was made, not merely found to be there.</summary>
    public ConcurrentDictionary<string, int> Made { get; } = new();

    /// <summary>How often a run was executed, by target.</summary>
    public ConcurrentDictionary<string, int> Executed { get; } = new();

    /// <summary>What went wrong in a job, where the test can't assert.</summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    /// <summary>Throws what a job throws in this moment.</summary>
    public Action<Run> Trouble { get; set; } = _ => { };

    public DateTime Now => Time.GetUtcNow().UtcDateTime;

    public DateOnly Today => DateOnly.FromDateTime(Now);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<ScheduleWorld> StartAsync(bool onPostgres, DateTimeOffset now, Dictionary<string, string>? settings = null)
    {
        var time = new FakeTimeProvider(now) { AutoAdvanceAmount = TimeSpan.FromMicroseconds(100) };
        settings ??= [];
        if (onPostgres)
        {
            settings["ConnectionStrings:Admin"] = await (await TestServers.PostgresAsync()).CreateDatabaseAsync(Token);
        }

        ScheduleWorld? world = null;
        world = new(await TestPipeline.StartAsync(Backend.Embedded, services => Change(services, time, () => world!), settings), time);
        return world;
    }

    /// <summary>One more process, or the next one after a stop.</summary>
    public async Task<IServiceProvider> NewProcessAsync()
    {
        var process = await TestPipeline.StartAsync(Backend.Embedded, services => Change(services, Time, () => this), again: _first);
        _others.Add(process);
        return process.Services;
    }

    /// <summary>What a process's clock does every minute, once.</summary>
    public static Task TickAsync(IServiceProvider process) => process.GetRequiredService<CatchUp>().TickAsync(Token);

    /// <summary>Lets a process work until the queue has nothing for it at this moment.</summary>
    public async Task WorkAsync(IServiceProvider process)
    {
        var (worker, store) = (process.GetRequiredService<RunWorker>(), process.GetRequiredService<RunStore>());
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var moving = KeepMovingAsync(ended.Token);
        try
        {
            var clock = Stopwatch.StartNew();
            while (await worker.TryExecuteNextAsync(Token).WaitAsync(s_patience, Token) || (await DueAsync(store)).Count > 0)
            {
                // A server gives the lock of a run that has just ended back when it comes to it.
                Assert.True(clock.Elapsed < s_patience, $"Nobody works on {string.Join(", ", (await DueAsync(store)).Select(run => $"{run.Target} ({run.Status}, {run.Result})"))}.");
            }
        }
        finally
        {
            await ended.CancelAsync();
            await moving;
        }
    }

    private async Task<IReadOnlyList<Run>> DueAsync(RunStore store) =>
        [.. (await store.OpenAsync(Token)).Where(run => run.Status == RunStatus.Requested && !(run.NotBefore > Now))];

    // What waits for this clock, as after a database that was busy for too long, would otherwise wait for ever.
    private async Task KeepMovingAsync(CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!ended.IsCancellationRequested)
            {
                Time.Advance(TimeSpan.FromSeconds(1));
            }
        }
    }

    public async Task TickAndWorkAsync(IServiceProvider process)
    {
        await TickAsync(process);
        await WorkAsync(process);
        await TickAsync(process);
        await WorkAsync(process);
    }

    public async Task<IReadOnlyList<Run>> RunsAsync(RunFilter? filter = null) =>
        (await _first.Services.GetRequiredService<RunStore>().ListAsync(filter ?? new(), 0, 100_000, Token)).Runs;

    public async Task<IReadOnlyDictionary<string, ScheduleSlot>> SlotsAsync(ScheduledJob job) =>
        await _first.Services.GetRequiredService<ScheduleStore>().SlotsAsync(job, "", Token);

    /// <summary>Makes a day's manifest as if it had been collected long ago.</summary>
    public Task PutDayAsync(DateOnly day) => _first.PutArtifactAsync(ObjectKeys.DayManifest(day), s_day);

    public Task<bool> HasDayAsync(DateOnly day) => ExistsAsync(ObjectKeys.DayManifest(day));

    /// <summary>Takes the next run and dies with it.</summary>
    public static async Task DieAsync(IServiceProvider process)
    {
        if (await process.GetRequiredService<RunQueue>().TryClaimAsync(Enum.GetValues<RunKind>(), Token) is { } claimed)
        {
            await claimed.Lease.DisposeAsync();
        }

        await process.GetRequiredService<RunTakeover>().SweepAsync(Token);
    }

    /// <summary>Loses the history of ended runs.</summary>
    public async Task ForgetRunsAsync()
    {
        await using var context = await _first.Services.GetRequiredService<IDbContextFactory<Core.Database.AdminDbContext>>().CreateDbContextAsync(Token);
        await context.Runs.Where(run => run.Status != RunStatus.Requested && run.Status != RunStatus.Running).ExecuteDeleteAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var other in _others)
        {
            await other.DisposeAsync();
        }

        await _first.DisposeAsync();
    }

    private static void Change(IServiceCollection services, TimeProvider time, Func<ScheduleWorld> world)
    {
        services.Replace(ServiceDescriptor.Singleton(time));
        services.RemoveAll<IRunJob>();
        services.AddSingleton<IRunJob>(new TestJob(RunKind.CollectDay, (run, _, _) => world().ExecuteAsync(run, world().CollectAsync)));
        services.AddSingleton<IRunJob>(new TestJob(RunKind.BuildDataset, (run, _, _) => world().ExecuteAsync(run, world().BuildAsync)));
    }

    private async Task<RunEnd> ExecuteAsync(Run run, Func<Run, Task<RunEnd>> work)
    {
        Executed.AddOrUpdate(run.Target, 1, (_, count) => count + 1);
        if (_busy.AddOrUpdate(run.Target, 1, (_, count) => count + 1) != 1)
        {
            Faults.Enqueue($"{run.Target} was executed twice at once");
        }

        try
        {
            Trouble(run);
            return await work(run);
        }
        finally
        {
            _busy.AddOrUpdate(run.Target, 0, (_, count) => count - 1);
        }
    }

    private async Task<RunEnd> CollectAsync(Run run)
    {
        var day = DateOnly.ParseExact(run.Target, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        if (day >= Today)
        {
            Faults.Enqueue($"{run.Target} was collected before it was over, at {Now}");
        }

        return await MakeAsync(run, ObjectKeys.DayManifest(day), s_day);
    }

    private async Task<RunEnd> BuildAsync(Run run)
    {
        var month = Month.Parse(run.Target.Split('/')[1]);
        var kind = DatasetKinds.All.Single(kind => kind.Name() == run.Target.Split('/')[0]);
        foreach (var day in month.Days)
        {
            if (Expects(day) && !await HasDayAsync(day))
            {
                Faults.Enqueue($"{run.Target} was built before {day:yyyy-MM-dd} was collected");
            }
        }

        return await MakeAsync(run, ObjectKeys.DatasetManifest(kind, month), JsonSerializer.SerializeToUtf8Bytes(Manifest(month, kind), ManifestJson.Options));
    }

    /// <summary>Whether the schedule is to have collected a day.</summary>
    public Func<DateOnly, bool> Expects { get; set; } = _ => true;

    private async Task<RunEnd> MakeAsync(Run run, string key, byte[] bytes)
    {
        if (await ExistsAsync(key))
        {
            return RunEnd.Succeeded("Nothing has changed.");
        }

        await _first.PutArtifactAsync(key, bytes);
        Made.AddOrUpdate(run.Target, 1, (_, count) => count + 1);
        return RunEnd.Succeeded("Made.");
    }

    private async Task<bool> ExistsAsync(string key) => await _first.Buckets.Artifacts.FindOrNullAsync(key, Token) is not null;

    private DatasetManifest Manifest(Month month, DatasetKind kind) => new()
    {
        DatasetType = kind.Name(),
        Version = $"{month}-v1",
        CreatedAt = Now,
        Year = month.Year,
        Month = month.Number,
        TotalImages = 0,
        GoldImages = 0,
        NewImages = 0,
        CollectionDates = [],
        ClassDistribution = new Dictionary<string, long>(),
        GoldDistribution = new Dictionary<string, long>(),
        CandidateDistribution = new Dictionary<string, long>(),
        SchemaVersion = 1,
        RunId = "run",
        Status = DatasetManifest.Stable,
        PreviousVersion = null,
        ContentDigest = "",
        Totals = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        Classes = [],
        Splits = null,
        Collections = [],
        MissingDays = [],
        EmptyDays = [],
        DaysToCome = [],
        Rejections = new Dictionary<string, long>(),
        Gold = new(0, "", [], 0),
        Changes = new(0, 0, 0),
        ImagesFile = new("images", 0, ""),
        LeftOutFile = new("left out", 0, ""),
    };
}
