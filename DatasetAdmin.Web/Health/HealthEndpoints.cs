using System.Net.Mime;
using System.Text.Json;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Database;
using DatasetAdmin.Core.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DatasetAdmin.Web.Health;

/// <summary><c>/health/live</c>: the process runs. <c>/health/ready</c>: what it depends on answers, 200 or 503.</summary>
internal static class HealthEndpoints
{
    // Nothing lies there: a listing proves that the bucket can be read, and this one is short.
    private const string NoPrefix = "no-such-folder/";

    public static IServiceCollection AddReadiness(this IServiceCollection services)
    {
        services.AddHealthChecks()
            .Add("database", async (provider, token) =>
            {
                await using var context = await provider.GetRequiredService<IDbContextFactory<AdminDbContext>>().CreateDbContextAsync(token);
                if (!await context.Database.CanConnectAsync(token))
                {
                    throw new IOException("The database can't be opened.");
                }
            })
            .Add("source", (provider, token) => provider.GetRequiredService<IPredictionSource>().CheckAsync(token))
            .Add("photos", (provider, token) => ListAsync(provider.GetRequiredService<Buckets>().Photos, token))
            .Add("artifacts", (provider, token) => ListAsync(provider.GetRequiredService<Buckets>().Artifacts, token));
        return services.AddSingleton<Readiness>();
    }

    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/health/live", () => "live").AllowAnonymous();
        endpoints.MapGet("/health/ready", async (HttpContext context, Readiness readiness) =>
        {
            var report = await readiness.CheckAsync();
            context.Response.StatusCode = report.Status == HealthStatus.Healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            context.Response.ContentType = MediaTypeNames.Application.Json;
            context.Response.Headers.CacheControl = "no-store";
            await using var json = new Utf8JsonWriter(context.Response.Body);
            Write(json, report);
        }).AllowAnonymous();
    }

    private static void Write(Utf8JsonWriter json, HealthReport report)
    {
        json.WriteStartObject();
        json.WriteString("status", Word(report.Status));
        json.WriteStartArray("checks");
        foreach (var (name, check) in report.Entries)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("status", Word(check.Status));
            json.WriteNumber("duration_ms", Math.Round(check.Duration.TotalMilliseconds, 1));
            if (check.Description is { } reason)
            {
                json.WriteString("reason", reason);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Word(HealthStatus status) => status == HealthStatus.Healthy ? "ready" : "unready";

    private static async Task ListAsync(IObjectStore bucket, CancellationToken cancellationToken)
    {
        await foreach (var _ in bucket.ListAsync(NoPrefix, null, cancellationToken))
        {
            return;
        }
    }

    private static IHealthChecksBuilder Add(this IHealthChecksBuilder builder, string name, Func<IServiceProvider, CancellationToken, Task> ask) =>
        builder.Add(new HealthCheckRegistration(name, provider => new DependencyCheck(token => ask(provider, token)), failureStatus: null, tags: null));
}

/// <summary>Asks anew at most every few seconds, however many ask: probes shouldn't be a load.</summary>
internal sealed class Readiness(HealthCheckService checks, TimeProvider time)
{
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private Task<HealthReport>? _report;
    private DateTimeOffset _askedAt;

    public Task<HealthReport> CheckAsync()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_report is null || (_report.IsCompleted && now - _askedAt >= s_fresh))
            {
                // No caller's token: the others wait for the same answer.
                (_report, _askedAt) = (checks.CheckHealthAsync(CancellationToken.None), now);
            }

            return _report;
        }
    }
}
