using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Tests.Commands;
using DatasetAdmin.Tests.Support;
using DatasetAdmin.Web;
using DatasetAdmin.Web.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace DatasetAdmin.Tests.Web.Telemetry;

// Meters and activities are the whole process's: those of other tests would count.
[Collection(AloneCollection.Name)]
public class TelemetryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Export_AfterRuns_TheCollectorHasTheirMetricsAndTraces()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var pipeline = await TestPipeline.StartAsync(Backend.Embedded, settings: new Dictionary<string, string>
        {
            ["Telemetry:OtlpEndpoint"] = receiver.Url,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        });
        var meters = pipeline.Services.GetRequiredService<MeterProvider>();
        var tracers = pipeline.Services.GetRequiredService<TracerProvider>();
        for (var number = 1; number <= 3; number++)
        {
            await pipeline.PutPhotoAsync($"user/{number}.jpg", TestImages.Jpeg(number));
            await pipeline.Predictions.AddAsync(number, new DateTime(2026, 10, 5, 12, number, 0, DateTimeKind.Utc), "Queen", isVerified: number == 1, $"user/{number}.jpg");
        }

        await pipeline.Predictions.AddAsync(4, new DateTime(2026, 10, 5, 13, 0, 0, DateTimeKind.Utc), "Queen", """["user/missing.jpg", "elsewhere://x"]""");
        var collected = await pipeline.CollectAsync(new(2026, 10, 5));
        await pipeline.CollectAsync(new(2026, 10, 5));
        await pipeline.BuildAsync(new Month(2026, 10), DatasetKind.Full);
        await pipeline.Predictions.ExecuteAsync("DROP TABLE user_styles");
        await pipeline.CollectFailingAsync(new(2026, 10, 6));
        await pipeline.Services.GetRequiredService<RunStore>().CreateAsync(
            new Run { Id = Guid.NewGuid(), Kind = RunKind.CollectDay, Target = "2026-10-06", Trigger = RunTrigger.Site, RequestedAt = pipeline.Time.GetUtcNow().UtcDateTime }, Token);
        await pipeline.Services.GetServices<IHostedService>().OfType<StateMetrics>().Single().SampleAsync(Token);
        Assert.True(meters.ForceFlush(20_000) && tracers.ForceFlush(20_000));

        var points = receiver.Points();
        double Value(string metric, params string[] tags) =>
            points.Single(point => point.Metric == metric && tags.All(tag => point.Tags.Any(item => $"{item.Key}={item.Value}" == tag))).Value;

        // The build collected the six other days of the month that had passed.
        Assert.Equal(8, Value("datasetadmin.runs", "kind=collect_day", "outcome=succeeded"));
        Assert.Equal(1, Value("datasetadmin.runs", "kind=collect_day", "outcome=failed"));
        Assert.Equal(1, Value("datasetadmin.runs", "kind=build_dataset", "outcome=succeeded"));
        Assert.Equal(8, Value("datasetadmin.run.duration", "kind=collect_day", "outcome=succeeded"));
        Assert.Equal(3, Value("datasetadmin.collected.images"));
        Assert.Equal(collected.Counters["bytes"], Value("datasetadmin.collected.bytes"));
        Assert.Equal(1, Value("datasetadmin.rejections", "reason=missing_object"));
        Assert.Equal(1, Value("datasetadmin.rejections", "reason=outside_photo_bucket"));
        Assert.Equal(3, Value("datasetadmin.copies", "kind=full"));
        Assert.Equal(1, Value("datasetadmin.queue.length"));
        Assert.InRange(Value("datasetadmin.newest_day.age"), 3 * 3600, (3 * 3600) + 600);
        Assert.Contains(points, point => point.Metric.StartsWith("dotnet.", StringComparison.Ordinal));

        var spans = receiver.Spans();
        var run = Assert.Single(spans, span => span.Tags.GetValueOrDefault("datasetadmin.run.id") == collected.Id.ToString());
        Assert.Equal(("collect_day", "2026-10-05", "succeeded"), (run.Name, run.Tags["datasetadmin.run.target"], run.Tags["datasetadmin.run.outcome"]));
        Assert.Equal(
            ["reading predictions", "looking for changed photos", "fetching photos", "moving relabelled candidates", "writing the manifest"],
            spans.Where(span => span.ParentId == run.Id).Select(span => span.Name));

        // What a build collects belongs to its trace.
        var build = Assert.Single(spans, span => span.Name == "build_dataset");
        Assert.Equal(6, spans.Count(span => span.Name == "collect_day" && span.TraceId == build.TraceId));
        Assert.Contains(spans, span => span.ParentId == build.Id && span.Name == "copying images");
    }

    [Fact]
    public async Task Start_WithoutACollector_NothingIsMeasuredForOne()
    {
        await using var pipeline = await TestPipeline.StartAsync(Backend.Embedded);

        Assert.Null(pipeline.Services.GetService<MeterProvider>());
    }

    [Theory]
    [InlineData("Telemetry:OtlpEndpoint")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT")]
    public void Start_CollectorsAddressIsNone_SaysWhatToWrite(string key)
    {
        var fault = Assert.Throws<SettingException>(() => AppHost.CreateBuilder([$"--{key}=localhost:4317"]));

        Assert.StartsWith($"{key} is no http or https address", fault.Message, StringComparison.Ordinal);
    }
}
