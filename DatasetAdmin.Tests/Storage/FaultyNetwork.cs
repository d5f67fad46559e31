using System.Collections.Concurrent;
using System.Net;
using System.Text;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Tests.Storage;

/// <summary>The way to a real server, on which a test puts faults and sees what was really sent.</summary>
internal sealed class FaultyNetwork() : DelegatingHandler(MinioConnection.NewNetwork(new MinioLimits()))
{
    /// <summary>Answers a request, or passes it on by calling the second argument. Null passes everything on.</summary>
    public Func<HttpRequestMessage, Func<Task<HttpResponseMessage>>, Task<HttpResponseMessage>>? Fault { get; set; }

    /// <summary>Nothing is answered, until whoever asked gives up.</summary>
    public bool IsSilent { get; set; }

    public ConcurrentQueue<(HttpMethod Method, string Headers)> Sent { get; } = [];

    public static Task<HttpResponseMessage> Answer(HttpStatusCode status, string body = "", string type = "application/xml") =>
        Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, type) });

    public static Task<HttpResponseMessage> Page() =>
        Answer(HttpStatusCode.OK, "<!DOCTYPE html><html><body>Welcome to the console</body></html>", "text/html");

    /// <summary>Lets a request through, but gives only the first bytes of its answer's body, then <paramref name="end"/>.</summary>
    public static async Task<HttpResponseMessage> CutAsync(Func<Task<HttpResponseMessage>> pass, int bytes, Func<CancellationToken, Task> end)
    {
        var response = await pass();
        var whole = await response.Content.ReadAsByteArrayAsync();
        var cut = new StreamContent(new CutStream(whole[..bytes], end));
        foreach (var header in response.Content.Headers)
        {
            cut.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        cut.Headers.ContentLength = whole.Length;
        response.Content = cut;
        return response;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Sent.Enqueue((request.Method, request.Headers.ToString()));
        if (IsSilent)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        return Fault is null ? await base.SendAsync(request, cancellationToken) : await Fault(request, () => base.SendAsync(request, cancellationToken));
    }

    private sealed class CutStream(byte[] bytes, Func<CancellationToken, Task> end) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await base.ReadAsync(buffer, cancellationToken);
            if (count == 0)
            {
                await end(cancellationToken);
            }

            return count;
        }
    }
}
