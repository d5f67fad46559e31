using DatasetAdmin.Core.Runs;
using DatasetAdmin.Web.Configuration;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DatasetAdmin.Web.Telemetry;

/// <summary>What the program tells other systems of itself: metrics and traces over OTLP, and its log.</summary>
internal static class TelemetryServices
{
    public const string EndpointKey = "Telemetry:OtlpEndpoint";
    public const string StandardEndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const string TimeoutKey = "OTEL_EXPORTER_OTLP_TIMEOUT";

    /// <summary>Metrics and traces to the collector that the settings name; nothing without one. OpenTelemetry's own variables say the rest.</summary>
    /// <exception cref="SettingException">The collector's address isn't one.</exception>
    public static WebApplicationBuilder AddTelemetry(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var key = string.IsNullOrWhiteSpace(configuration[EndpointKey]) ? StandardEndpointKey : EndpointKey;
        if (configuration[key] is not { } endpoint || string.IsNullOrWhiteSpace(endpoint))
        {
            return builder;
        }

        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || !(address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps))
        {
            throw new SettingException($"{key} is no http or https address: write the collector's, such as http://localhost:4317.");
        }

        configuration[StandardEndpointKey] = endpoint;

        // A collector that hangs mustn't hold up a stop for long: what is left is sent then.
        configuration[TimeoutKey] ??= "3000";
        builder.Services.AddHostedService<StateMetrics>();
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("datasetadmin", serviceVersion: typeof(TelemetryServices).Assembly.GetName().Version?.ToString(3)))
            .WithMetrics(metrics => metrics.AddMeter(RunMetrics.MeterName).AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddRuntimeInstrumentation())

            // No span for each HTTP request that is made: a month's build makes a million, and the store's URLs are signed.
            .WithTracing(traces => traces
                .AddSource(RunSpan.SourceName)
                .AddAspNetCoreInstrumentation(options => options.Filter = context => !context.Request.Path.StartsWithSegments("/health")))
            .UseOtlpExporter();
        return builder;
    }

    /// <summary>In production a log line is a JSON object, with the ids of the runs that it belongs to.</summary>
    public static WebApplicationBuilder AddLogFormat(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<JsonConsoleFormatterOptions>(options =>
        {
            options.IncludeScopes = true;
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        });
        if (!builder.Environment.IsDevelopment() && builder.Configuration["Logging:Console:FormatterName"] is null)
        {
            builder.Logging.AddConsole(options => options.FormatterName = ConsoleFormatterNames.Json);
        }

        return builder;
    }
}
