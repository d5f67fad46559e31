using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace DatasetAdmin.Tests.Web.Telemetry;

/// <summary>A measured value. A histogram's is its count.</summary>
internal sealed record OtlpPoint(string Metric, IReadOnlyDictionary<string, string> Tags, double Value);

internal sealed record OtlpSpan(string Name, string Id, string ParentId, string TraceId, IReadOnlyDictionary<string, string> Tags);

/// <summary>A collector on loopback that takes OTLP over HTTP, and reads as much of its messages as the tests need.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, ByteString Body)> _received = new();

    private OtlpReceiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var receiver = new OtlpReceiver(builder.Build());
        receiver._app.Run(async context =>
        {
            receiver._received.Enqueue((context.Request.Path, await ByteString.FromStreamAsync(context.Request.Body, context.RequestAborted)));
            context.Response.ContentType = "application/x-protobuf";
        });
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>The last value of each metric and combination of tags.</summary>
    public IReadOnlyList<OtlpPoint> Points() =>
    [
        .. Bodies("/v1/metrics").SelectMany(request => request.Messages(1)).SelectMany(resource => resource.Messages(2)).SelectMany(scope => scope.Messages(2))
            .SelectMany(PointsOf)
            .GroupBy(point => $"{point.Metric} {string.Join(' ', point.Tags.OrderBy(tag => tag.Key))}")
            .Select(group => group.Last()),
    ];

    public IReadOnlyList<OtlpSpan> Spans() =>
    [
        .. Bodies("/v1/traces").SelectMany(request => request.Messages(1)).SelectMany(resource => resource.Messages(2)).SelectMany(scope => scope.Messages(2))
            .Select(span => new OtlpSpan(span.Text(5), span.Hex(2), span.Hex(4), span.Hex(1), Tags(span.Messages(9)))),
    ];

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IEnumerable<OtlpMessage> Bodies(string path) => _received.Where(item => item.Path == path).Select(item => new OtlpMessage(item.Body));

    private static IEnumerable<OtlpPoint> PointsOf(OtlpMessage metric)
    {
        var name = metric.Text(1);

        // 5 a gauge, 7 a sum, 9 a histogram.
        foreach (var point in metric.Messages(5).Concat(metric.Messages(7)).SelectMany(data => data.Messages(1)))
        {
            yield return new(name, Tags(point.Messages(7)), point.Number(6) ?? BitConverter.Int64BitsToDouble(point.Number(4) ?? 0));
        }

        foreach (var point in metric.Messages(9).SelectMany(data => data.Messages(1)))
        {
            yield return new(name, Tags(point.Messages(9)), point.Number(4) ?? 0);
        }
    }

    private static Dictionary<string, string> Tags(IEnumerable<OtlpMessage> attributes) =>
        attributes.ToDictionary(item => item.Text(1), item => item.Messages(2).Single().Text(1));

    /// <summary>A message of which only the fields' numbers are known.</summary>
    private sealed class OtlpMessage
    {
        private readonly List<(int Field, ByteString? Bytes, long Number)> _fields = [];

        public OtlpMessage(ByteString bytes)
        {
            var input = bytes.CreateCodedInput();
            while (input.ReadTag() is var tag and not 0)
            {
                var field = WireFormat.GetTagFieldNumber(tag);
                _fields.Add(WireFormat.GetTagWireType(tag) switch
                {
                    WireFormat.WireType.LengthDelimited => (field, input.ReadBytes(), 0),
                    WireFormat.WireType.Fixed64 => (field, null, input.ReadSFixed64()),
                    WireFormat.WireType.Fixed32 => (field, null, input.ReadSFixed32()),
                    _ => (field, null, input.ReadInt64()),
                });
            }
        }

        public IEnumerable<OtlpMessage> Messages(int field) => _fields.Where(item => item.Field == field).Select(item => new OtlpMessage(item.Bytes!));

        public string Text(int field) => _fields.Find(item => item.Field == field).Bytes?.ToStringUtf8() ?? "";

        public string Hex(int field) => Convert.ToHexStringLower(_fields.Find(item => item.Field == field).Bytes?.ToByteArray() ?? []);

        public long? Number(int field) => _fields.Where(item => item.Field == field).Select(item => (long?)item.Number).SingleOrDefault();
    }
}
