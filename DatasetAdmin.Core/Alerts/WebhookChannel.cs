using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Alerts;

/// <summary>
/// Alerts as JSON that Slack and what is like it understand. Only the configured address is ever asked: no redirect is
/// followed, and the answer's body isn't read.
/// </summary>
internal sealed class WebhookChannel : IAlertChannel, IDisposable
{
    /// <summary>Unix seconds, as they are signed.</summary>
    public const string TimestampHeader = "X-DatasetAdmin-Timestamp";

    /// <summary><c>sha256=</c> and the HMAC-SHA256 of <c>timestamp.body</c> in hex.</summary>
    public const string SignatureHeader = "X-DatasetAdmin-Signature";

    private readonly WebhookOptions _options;
    private readonly AlertLimits _limits;
    private readonly TimeProvider _time;
    private readonly HttpClient _client;

    public WebhookChannel(IOptions<AlertOptions> options, AlertLimits limits, TimeProvider time)
    {
        (_options, _limits, _time) = (options.Value.Webhook, limits, time);
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),

            // Traces would carry the URL, which often is a secret. (A client of IHttpClientFactory would log it.)
            ActivityHeadersPropagator = null,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public AlertChannelKind Kind => AlertChannelKind.Webhook;

    public string Target => Uri.TryCreate(_options.Url, UriKind.Absolute, out var url) ? $"{url.Scheme}://{url.Host}" : "";

    public async Task SendAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_limits.Webhook);
        try
        {
            using var request = NewRequest(message);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw Refused(response.StatusCode);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AlertSendException(string.Create(CultureInfo.InvariantCulture, $"The receiver didn't answer within {_limits.Webhook.TotalSeconds:0.#} s."), mayPass: true);
        }
        catch (HttpRequestException exception)
        {
            throw new AlertSendException($"The receiver can't be reached, or the connection was lost ({exception.HttpRequestError}).", mayPass: true);
        }
    }

    /// <summary>The signature of a body: what a receiver computes too, and compares in constant time.</summary>
    internal static string Sign(string secret, string timestamp, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.UTF8.GetBytes($"{timestamp}."));
        hmac.AppendData(body);
        return $"sha256={Convert.ToHexStringLower(hmac.GetHashAndReset())}";
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage NewRequest(AlertMessage message)
    {
        var body = Body(message);
        var request = new HttpRequestMessage(HttpMethod.Post, _options.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue(nameof(DatasetAdmin), typeof(WebhookChannel).Assembly.GetName().Version?.ToString(3)));
        if (!string.IsNullOrEmpty(_options.Secret))
        {
            var timestamp = _time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            request.Headers.Add(TimestampHeader, timestamp);
            request.Headers.Add(SignatureHeader, Sign(_options.Secret, timestamp, body));
        }

        return request;
    }

    private static byte[] Body(AlertMessage message)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("text", $"*{Escape(message.Subject)}*\n{Escape(message.Text)}");
            json.WriteStartArray("attachments");
            json.WriteStartObject();
            json.WriteString("color", message.What switch { AlertMessageKind.Open or AlertMessageKind.Summary => "danger", _ => "good" });
            json.WriteString("fallback", Escape(message.Subject));
            json.WriteStartArray("fields");
            WriteField("id", message.Id.ToString());
            WriteField("state", JsonNamingPolicy.SnakeCaseLower.ConvertName(message.What.ToString()));
            WriteField("kind", message.AlertKind is { } kind ? JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString()) : null);
            WriteField("alert", message.AlertKey);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();

            void WriteField(string title, string? value)
            {
                if (value is not null)
                {
                    json.WriteStartObject();
                    json.WriteString("title", title);
                    json.WriteString("value", Escape(value));
                    json.WriteBoolean("short", true);
                    json.WriteEndObject();
                }
            }
        }

        return buffer.ToArray();
    }

    // Slack's three: without them, a key or a class could mention a whole channel or disguise a link.
    private static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static AlertSendException Refused(HttpStatusCode status) => (int)status switch
    {
        >= 300 and < 400 => new($"The receiver answered {(int)status}, a redirect, which isn't followed: write the final address for Alerts:Webhook:Url.", mayPass: false),
        408 or 429 or >= 500 => new($"The receiver answered {(int)status}.", mayPass: true),
        _ => new($"The receiver answered {(int)status}: see Alerts:Webhook:Url and Alerts:Webhook:Secret.", mayPass: false),
    };
}
