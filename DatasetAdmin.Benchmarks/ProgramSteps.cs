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
        CountingStore? photos = null, artifacts = null;
        await using var app = await StartAsync(order.Settings, services =>
        {
            var made = services.Single(service => service.ServiceType == typeof(Buckets)).ImplementationFactory!;
            services.Replace(ServiceDescriptor.Singleton(provider =>
            {
                var buckets = (Buckets)made(provider);
                return new Buckets(photos = new(buckets.Photos), artifacts = new(buckets.Artifacts));
            }));
        });
        if (order.WarmUp is not null)
        {
            await run(app.Services, order.WarmUp);
        }

        var connection = order.Settings.ContainsKey("Minio:Endpoint") ? app.Services.GetRequiredService<MinioConnection>() : null;
        var (requests, read, written) = (connection?.Requests, photos!.Reads, artifacts!.Writes);
        var measured = await ChildProcess.TimeAsync(() => run(app.Services, order.Target));
        return measured with { Requests = connection?.Requests - requests, PhotosRead = photos.Reads - read, Writes = artifacts.Writes - written };
    }

    private static void Check(RunOutcome outcome)
    {
        if (outcome.Fault is not null || outcome.Run?.Status != RunStatus.Succeeded)
        {
            throw new InvalidOperationException($"The run ended as {outcome.Run?.Status}: {outcome.Run?.Result}", outcome.Fault);
        }
    }
}
