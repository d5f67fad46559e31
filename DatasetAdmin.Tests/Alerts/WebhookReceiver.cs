using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DatasetAdmin.Tests.Alerts;

/// <summary>What a receiver got.</summary>
internal sealed record ReceivedAlert(string Path, string Body, string? Timestamp, string? Signature)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Text => Json.GetProperty("text").GetString()!;

    /// <summary>A field of the attachment, or null.</summary>
    public string? Field(string title) => Json.GetProperty("attachments")[0].GetProperty("fields").EnumerateArray()
        .Where(field => field.GetProperty("title").GetString() == title).Select(field => field.GetProperty("value").GetString()).SingleOrDefault();
}

/// <summary>A real HTTP receiver on loopback, which answers as the test says.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ReceivedAlert> _received = new();

    private WebhookReceiver(WebApplication app) => _app = app;

    public IReadOnlyList<ReceivedAlert> Received => [.. _received];

    /// <summary>The answer to a request, which has been read.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public string Url => _app.Urls.Single();

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var receiver = new WebhookReceiver(builder.Build());
        receiver._app.Run(receiver.ReceiveAsync);
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>As the README tells receivers to do it.</summary>
    public static bool IsSigned(ReceivedAlert alert, string secret) =>
        alert.Signature == "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{alert.Timestamp}.{alert.Body}")));

    // Not stopped with care: a request that a test lets hang would hold that up.
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        _received.Enqueue(new(context.Request.Path, body, context.Request.Headers["X-DatasetAdmin-Timestamp"], context.Request.Headers["X-DatasetAdmin-Signature"]));
        await Answer(context);
    }
}
