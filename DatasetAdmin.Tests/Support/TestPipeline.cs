using System.Text.Json;
using DatasetAdmin.Core.Building;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Web;
using DatasetAdmin.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Minio;
using Minio.DataModel.Args;

namespace DatasetAdmin.Tests.Support;

/// <summary>Where a test's pipeline lives.</summary>
public enum Backend
{
    /// <summary>SQLite and the file store: the embedded default.</summary>
    Embedded,

    /// <summary>PostgreSQL and the Ceph gateway.</summary>
    Servers,
}

/// <summary>
/// The whole program over real stores and databases, with a table of predictions and buckets of its own, at a fixed time.
/// </summary>
public sealed class TestPipeline : IAsyncDisposable
{
    private readonly WebApplicationHandle _app;

    private TestPipeline(WebApplicationHandle app, TestPredictions predictions, FakeTimeProvider time) =>
        (_app, Predictions, Time) = (app, predictions, time);

    /// <summary>The time at which tests begin: early in October, so that a build of that month has seven days to look at.</summary>
    public static DateTimeOffset Now { get; } = new(2026, 10, 8, 3, 0, 0, TimeSpan.Zero);

    public TestPredictions Predictions { get; }

    public FakeTimeProvider Time { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Where the site listens, without a slash at the end; only of a pipeline that was started as one.</summary>
    public string Url => _app.App.Urls.Single();

    public Buckets Buckets => Services.GetRequiredService<Buckets>();

    /// <summary>The settings that the pipeline was started with, for a second process.</summary>
    public IReadOnlyDictionary<string, string> Settings => _app.Settings;

    /// <param name="change">Replaces services, such as a store by one that fails on purpose.</param>
    /// <param name="settings">Beside those of the backend, or instead of them.</param>
    /// <param name="again">Another pipeline whose stores and table this one shares.</param>
    /// <param name="now">The time at which it begins, instead of <see cref="Now"/>.</param>
    /// <param name="site">Also serves the site, on a free port. Then the time is that of the world outside.</param>
    public static async Task<TestPipeline> StartAsync(
        Backend backend, Action<IServiceCollection>? change = null, IReadOnlyDictionary<string, string>? settings = null, TestPipeline? again = null, DateTimeOffset? now = null, bool site = false)
    {
        var all = again is not null ? new(again.Settings) : await NewSettingsAsync(backend);
        foreach (var (key, value) in site ? TestUsers.AdminSettings : new Dictionary<string, string>())
        {
            all[key] = value;
        }

        foreach (var (key, value) in settings ?? new Dictionary<string, string>())
        {
            all[key] = value;
        }

        var time = new FakeTimeProvider(now ?? Now) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };
        var builder = AppHost.CreateBuilder([.. all.Select(setting => $"--{setting.Key}={setting.Value}")]);
        builder.Logging.ClearProviders();
        builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(site ? TimeProvider.System : time));
        change?.Invoke(builder.Services);
        var app = site ? AppHost.BuildSite(builder) : builder.Build();
        var predictions = again?.Predictions ?? await TestPredictions.CreateAsync(all);
        if (backend == Backend.Servers && again is null)
        {
            await MakeBucketAsync(all);
        }

        if (!site)
        {
            await AppHost.PrepareAsync(app.Services, TestContext.Current.CancellationToken);
        }
        else
        {
            await AppHost.PrepareSiteAsync(app.Services, TestContext.Current.CancellationToken);
            await TestUsers.MakeAsync(app.Services);
            app.Urls.Add("http://127.0.0.1:0");
            await app.StartAsync(TestContext.Current.CancellationToken);
        }

        return new(new(app, all, Owns: again is null), predictions, time);
    }

    /// <summary>Stores a photo of the product.</summary>
    public async Task PutPhotoAsync(string key, byte[] bytes)
    {
        // The program itself can only read this bucket.
        var photos = Buckets.Photos is MinioObjectStore
            ? new MinioObjectStore(Services.GetRequiredService<MinioConnection>(), Buckets.Photos.Bucket, readOnly: false, NullLogger<MinioObjectStore>.Instance)
            : Buckets.Photos;
        using var content = new MemoryStream(bytes);
        await photos.PutAsync(key, content, "application/octet-stream", TestContext.Current.CancellationToken);
    }

    /// <summary>Stores an object in the artifacts bucket.</summary>
    public async Task PutArtifactAsync(string key, byte[] bytes)
    {
        using var content = new MemoryStream(bytes);
        await Buckets.Artifacts.PutAsync(key, content, "application/octet-stream", TestContext.Current.CancellationToken);
    }

    public async Task<byte[]> ReadAsync(string key)
    {
        using var buffer = new MemoryStream();
        Assert.True(
            await Buckets.Artifacts.ReadAsync(key, (_, content, token) => content.CopyToAsync(buffer, token), TestContext.Current.CancellationToken),
            $"{key} is missing");
        return buffer.ToArray();
    }

    public async Task<JsonElement> ReadJsonAsync(string key) => JsonDocument.Parse(await ReadAsync(key)).RootElement;

    /// <summary>The keys under a prefix, relative to it, in order.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(string prefix)
    {
        List<string> keys = [];
        await foreach (var item in Buckets.Artifacts.ListAsync(prefix, null, TestContext.Current.CancellationToken))
        {
            keys.Add(item.Key[prefix.Length..]);
        }

        return keys;
    }

    public async Task<Run> CollectAsync(DateOnly day) =>
        Done(await Services.GetRequiredService<DayCollection>().CollectAsync(day, RunTrigger.CommandLine, "test", TestContext.Current.CancellationToken));

    /// <summary>Collects a day that can't be, and gives the failed run.</summary>
    public async Task<Run> CollectFailingAsync(DateOnly day)
    {
        var outcome = await Services.GetRequiredService<DayCollection>().CollectAsync(day, RunTrigger.CommandLine, "test", TestContext.Current.CancellationToken);
        Assert.NotNull(outcome.Fault);
        return outcome.Run!;
    }

    public async Task<Run> BuildAsync(Month month, DatasetKind kind, bool allowDrops = false) =>
        Done(await TryBuildAsync(month, kind, allowDrops));

    public Task<RunOutcome> TryBuildAsync(Month month, DatasetKind kind, bool allowDrops = false) =>
        Services.GetRequiredService<MonthBuild>().BuildAsync(month, kind, allowDrops, RunTrigger.CommandLine, "test", TestContext.Current.CancellationToken);

    public async Task<CandidateManifest> DayAsync(DateOnly day) =>
        await CandidateManifest.ReadOrNullAsync(Buckets.Artifacts, day, TestContext.Current.CancellationToken) ?? throw new InvalidOperationException($"{day} isn't collected.");

    public async Task<DatasetManifest> DatasetAsync(Month month, DatasetKind kind) =>
        (await StoredManifest.ReadOrNullAsync(Buckets.Artifacts, ObjectKeys.DatasetManifest(kind, month), TestContext.Current.CancellationToken))?.Manifest
        ?? throw new InvalidOperationException($"{kind} {month} isn't built.");

    /// <summary>The rows of an image list, in its order, as column values.</summary>
    public async Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> RowsAsync(ImagesFile list)
    {
        var lists = Services.GetRequiredService<ImageListStore>();
        var path = await lists.FetchAsync(list, TestContext.Current.CancellationToken);
        using var database = lists.CreateDatabase();
        return
        [
            .. database.Rows(
                $"SELECT * FROM read_parquet('{ListDatabase.Quote(path)}')",
                row => Enumerable.Range(0, row.FieldCount).ToDictionary(row.GetName, column => row.IsDBNull(column) ? null : row.GetValue(column))),
        ];
    }

    /// <summary>Checks every object of a month by reading and hashing it.</summary>
    public Task<IntegrityReport> CheckDeepAsync(Month month) =>
        Services.GetRequiredService<IntegrityCheck>().CheckAsync(month, deep: true, new RunProgress(Time), TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static Run Done(RunOutcome outcome)
    {
        Assert.False(outcome.IsBusy, "the target was busy");
        Assert.True(outcome.Fault is null, outcome.Fault?.ToString());
        Assert.NotNull(outcome.Run);
        return outcome.Run;
    }

    private static async Task<Dictionary<string, string>> NewSettingsAsync(Backend backend)
    {
        var settings = new Dictionary<string, string> { ["DataFolder"] = Directory.CreateTempSubdirectory("datasetadmin-").FullName };
        if (backend == Backend.Servers)
        {
            var postgres = await TestServers.PostgresAsync();
            var s3 = await TestServers.CephAsync();
            var bucket = $"t{Guid.NewGuid():n}"[..20];
            settings["ConnectionStrings:UserStyles"] = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
            settings["ConnectionStrings:Admin"] = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
            settings["Minio:Endpoint"] = s3.Endpoint;
            settings["Minio:AccessKey"] = s3.AccessKey;
            settings["Minio:SecretKey"] = s3.SecretKey;
            settings["Minio:Region"] = s3.Region;
            settings["Buckets:Photos"] = $"{bucket}-photos";
            settings["Buckets:Artifacts"] = $"{bucket}-artifacts";
        }

        return settings;
    }

    private static async Task MakeBucketAsync(Dictionary<string, string> settings)
    {
        using var client = new MinioClient().WithEndpoint(settings["Minio:Endpoint"]).WithCredentials(settings["Minio:AccessKey"], settings["Minio:SecretKey"]).Build();
        await client.MakeBucketAsync(new MakeBucketArgs().WithBucket(settings["Buckets:Photos"]), TestContext.Current.CancellationToken);
    }

    private sealed record WebApplicationHandle(Microsoft.AspNetCore.Builder.WebApplication App, Dictionary<string, string> Settings, bool Owns) : IAsyncDisposable
    {
        public IServiceProvider Services => App.Services;

        public async ValueTask DisposeAsync()
        {
            if (App.Lifetime.ApplicationStarted.IsCancellationRequested)
            {
                await App.StopAsync(CancellationToken.None);
            }

            await App.DisposeAsync();
            if (Owns)
            {
                Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
                Directory.Delete(Settings["DataFolder"], recursive: true);
            }
        }
    }
}
