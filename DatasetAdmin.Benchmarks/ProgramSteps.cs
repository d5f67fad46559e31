using System.Globalization;
using DatasetAdmin.Core.Building;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace DatasetAdmin.Benchmarks;

/// <summary>Our side: the program as it stands, put together as for the site and the commands.</summary>
internal static class ProgramSteps
{
    /// <summary>The order names days, with commas between them.</summary>
    public static Task<Measured> CollectAsync(Order order) => MeasureAsync(order, async (services, days) =>
    {
        foreach (var day in days.Split(','))
        {
            Check(await services.GetRequiredService<DayCollection>().CollectAsync(
                DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture), RunTrigger.CommandLine, "benchmark", CancellationToken.None));
        }
    });

    /// <summary>The order names a month.</summary>
    public static Task<Measured> BuildAsync(Order order) => MeasureAsync(order, async (services, month) =>
        Check(await services.GetRequiredService<MonthBuild>().BuildAsync(
            Month.TryParse(month, out var parsed) ? parsed : throw new FormatException(month), DatasetKind.Full, allowDrops: false, RunTrigger.CommandLine, "benchmark", CancellationToken.None)));

    /// <summary>The program with its database and buckets ready.</summary>
    public static async Task<WebApplication> StartAsync(IReadOnlyDictionary<string, string> settings, Action<IServiceCollection>? change = null)
    {
        var builder = AppHost.CreateBuilder([.. settings.Select(setting => $"--{setting.Key}={setting.Value}")]);
        builder.Logging.ClearProviders();
        change?.Invoke(builder.Services);
        var app = builder.Build();
        await AppHost.PrepareAsync(app.Services, CancellationToken.None);
        return app;
    }

    private static async Task<Measured> MeasureAsync(Order order, Func<IServiceProvider, string, Task> run)
    {
        CountingStore? photos = null;
        await using var app = await StartAsync(order.Settings, services =>
        {
            var made = services.Single(service => service.ServiceType == typeof(Buckets)).ImplementationFactory!;
            services.Replace(ServiceDescriptor.Singleton(provider =>
            {
                var buckets = (Buckets)made(provider);
                return buckets with { Photos = photos = new CountingStore(buckets.Photos) };
            }));
        });
        if (order.WarmUp is not null)
        {
            await run(app.Services, order.WarmUp);
        }

        var connection = order.Settings.ContainsKey("Minio:Endpoint") ? app.Services.GetRequiredService<MinioConnection>() : null;
        var (requests, read) = (connection?.Requests, photos!.Reads);
        var measured = await ChildProcess.TimeAsync(() => run(app.Services, order.Target));
        return measured with { Requests = connection?.Requests - requests, PhotosRead = photos.Reads - read };
    }

    private static void Check(RunOutcome outcome)
    {
        if (outcome.Fault is not null || outcome.Run?.Status != RunStatus.Succeeded)
        {
            throw new InvalidOperationException($"The run ended as {outcome.Run?.Status}: {outcome.Run?.Result}", outcome.Fault);
        }
    }

    /// <summary>The photo bucket with a counter of the objects whose bytes were read.</summary>
    private sealed class CountingStore(IObjectStore inner) : IObjectStore
    {
        private long _reads;

        public long Reads => Interlocked.Read(ref _reads);

        public string Bucket => inner.Bucket;

        public bool HonoursConditions => inner.HonoursConditions;

        public Task PrepareAsync(bool create, CancellationToken cancellationToken) => inner.PrepareAsync(create, cancellationToken);

        public Task<StoredObject> PutAsync(string key, Stream content, string contentType, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<StoredObject?> TryPutAsync(string key, Stream content, string contentType, string? expectedETag, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<StoredObject?> FindOrNullAsync(string key, CancellationToken cancellationToken) => inner.FindOrNullAsync(key, cancellationToken);

        public Task<bool> ReadAsync(string key, Func<StoredObject, Stream, CancellationToken, Task> read, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _reads);
            return inner.ReadAsync(key, read, cancellationToken);
        }

        public Task<CopyResult> CopyAsync(string sourceBucket, string sourceKey, string sourceETag, string key, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public IAsyncEnumerable<StoredObject> ListAsync(string prefix, string? startAfter, CancellationToken cancellationToken) =>
            inner.ListAsync(prefix, startAfter, cancellationToken);

        public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
