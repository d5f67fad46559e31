using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Database;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Tests.Support;

/// <summary>A process over a pipeline's stores that dies where it is told, and what it did until then.</summary>
internal static class CrashLab
{
    /// <summary>A month with three days behind it, so that few have to be looked at.</summary>
    public static Month Month { get; } = new(2026, 10);

    public static DateTimeOffset Now { get; } = new(2026, 10, 4, 3, 0, 0, TimeSpan.Zero);

    /// <summary>Runs <paramref name="act"/> in a process of its own that dies at <paramref name="point"/>.</summary>
    /// <param name="shared">The pipeline whose stores and table it uses.</param>
    /// <param name="settings">Instead of those of <paramref name="shared"/>.</param>
    public static async Task<ProcessLife> RunAsync(
        Backend backend, TestPipeline shared, Func<TestPipeline, Task<RunOutcome>> act, CrashPoint point, IReadOnlyDictionary<string, string>? settings = null)
    {
        var life = new ProcessLife(point);
        CrashingDatabase? database = null;
        await using (var process = await TestPipeline.StartAsync(
            backend,
            services =>
            {
                Decorate<Buckets>(services, real => new(new CrashingStore(real.Photos, life), new CrashingStore(real.Artifacts, life)));
                Decorate<IPredictionSource>(services, real => new CrashingSource(real, life));
                services.Replace(ServiceDescriptor.Singleton<IDbContextFactory<AdminDbContext>>(provider => database =
                    new CrashingDatabase(new AdminDbContextFactory(provider.GetRequiredService<IOptions<AdminDatabaseOptions>>(), NullLoggerFactory.Instance), life)));
            },
            settings,
            again: shared,
            now: Now))
        {
            database!.IsCounting = true;
            var work = act(process);
            await Task.WhenAny(work, life.Died);

            // A dead process tries nothing again; ours does, until its patience ends, and reaches nothing.
            await Waiting.UntilEndAsync(work, () => process.Time.Advance(TimeSpan.FromMinutes(1)), milliseconds: 5);

            try
            {
                var outcome = await work;
                Assert.True(life.IsDead ? outcome.Fault is null or ProcessDiedException or RunLeaseLostException : outcome.Fault is null, $"{point}: {outcome.Fault}");
            }
            catch (ProcessDiedException)
            {
                // It died before its run was written down.
            }
        }

        if (backend == Backend.Servers)
        {
            // A server gives a closed connection's lock back a moment after its client has left.
            await PostgresLocks.WaitUntilFreeAsync(shared.Settings["ConnectionStrings:Admin"], TestContext.Current.CancellationToken);
        }

        return life;
    }

    /// <summary>What every reader may rely on at any moment. Nobody must be writing.</summary>
    public static async Task AssertReadableAsync(TestPipeline pipeline, string when)
    {
        var reader = new StoreReader(pipeline);
        AssertNone(await reader.ManifestFaultsAsync(Month), when);
        foreach (var kind in DatasetKinds.All)
        {
            AssertNone(await reader.FolderFaultsAsync(kind, Month) ?? [], when);
        }
    }

    /// <summary>What holds once a job was done: readable, closed, complete, and nothing left over.</summary>
    public static async Task AssertFinishedAsync(TestPipeline pipeline, string when)
    {
        var reader = new StoreReader(pipeline);
        AssertNone(await reader.ManifestFaultsAsync(Month), when);
        foreach (var kind in DatasetKinds.All)
        {
            if (await pipeline.Buckets.Artifacts.FindOrNullAsync(ObjectKeys.DatasetManifest(kind, Month), TestContext.Current.CancellationToken) is not null)
            {
                var head = await pipeline.DatasetAsync(Month, kind);
                Assert.True(head.Status == DatasetManifest.Stable, $"{when}: {head.Version} is {head.Status}");
                AssertNone(await reader.FolderFaultsAsync(kind, Month) ?? ["version.txt is missing"], when);
                AssertNone(await reader.LeftoversAsync(kind, Month), when);
                Assert.Equal(head.Version, (await pipeline.ReadJsonAsync(ObjectKeys.Latest(kind))).GetProperty("version").GetString());
            }
        }

        var runs = await pipeline.Services.GetRequiredService<RunStore>().ListAsync(new(), 0, 100, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(runs.Runs, run => run.Status is RunStatus.Requested or RunStatus.Running or RunStatus.Failed);
    }

    /// <summary>The month's contents, whoever made them: equal exactly when nothing a reader relies on differs.</summary>
    public static async Task<string> ContentsAsync(TestPipeline pipeline)
    {
        var text = await new StoreReader(pipeline).DaysAsync(Month);
        foreach (var kind in DatasetKinds.All)
        {
            if (await pipeline.Buckets.Artifacts.FindOrNullAsync(ObjectKeys.DatasetManifest(kind, Month), TestContext.Current.CancellationToken) is not null)
            {
                var head = await pipeline.DatasetAsync(Month, kind);
                text += $"\n{head.Version} after {head.PreviousVersion}: {head.ContentDigest} {head.Totals} {head.Changes}";
            }
        }

        return text;
    }

    public static void AssertNone(IReadOnlyList<string> faults, string when) => Assert.True(faults.Count == 0, $"{when}:\n{string.Join('\n', faults)}");

    /// <summary>Puts something around a service that is there.</summary>
    public static void Decorate<T>(IServiceCollection services, Func<T, T> around)
        where T : class
    {
        var real = services.Last(service => service.ServiceType == typeof(T)).ImplementationFactory!;
        services.Replace(ServiceDescriptor.Singleton(provider => around((T)real(provider))));
    }
}
