using System.Net;
using System.Text;
using System.Xml;

namespace DatasetAdmin.Core.Storage;

/// <summary>
/// What every request to the store goes through, whichever client makes it: counts it, ends it at its deadline, turns an
/// error status into an <see cref="S3Failure"/>, and takes an answer for S3's only if its XML is whole and of the expected kind.
/// </summary>
internal sealed class S3Handler(HttpMessageHandler network, MinioLimits limits) : DelegatingHandler(network)
{
    private const int LongestError = 64 * 1024;
    private static readonly AsyncLocal<S3Call?> s_call = new();
    private long _requests;

    /// <summary>Requests sent so far, tries included.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Begins a call: what the requests made in this asynchronous flow must answer, and what they met.</summary>
    public static S3Call Begin(string? expectedRoot) => s_call.Value = new S3Call(expectedRoot);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = s_call.Value;
        try
        {
            return await SendOnceAsync(request, call?.ExpectedRoot, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            var failure = e is OperationCanceledException ? new S3Failure("no answer in time", e) : S3Failure.From(e);
            if (call is not null)
            {
                call.Failure = failure;
            }

            throw failure;
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, string? expectedRoot, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sends = request.Content?.Headers.ContentLength > 0;
        // A copy sends nothing, but the server moves a body of a length we don't know before it answers.
        var copies = request.Headers.Contains("x-amz-copy-source");
        deadline.CancelAfter(limits.Headers + (sends || copies ? limits.ForBody(request.Content?.Headers.ContentLength ?? 0) : TimeSpan.Zero));
        var response = await base.SendAsync(request, deadline.Token);
        try
        {
            if (!response.IsSuccessStatusCode)
            {
                var error = request.Method == HttpMethod.Head ? [] : await ReadUpToAsync(response, LongestError, cancellationToken);
                throw new S3Failure(response.StatusCode, ErrorCode(error));
            }

            if (expectedRoot is not null)
            {
                await CheckXmlAsync(response, expectedRoot, cancellationToken);
            }

            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task CheckXmlAsync(HttpResponseMessage response, string expectedRoot, CancellationToken cancellationToken)
    {
        var body = await ReadUpToAsync(response, int.MaxValue, cancellationToken);
        string? root = null;
        try
        {
            using var xml = OpenXml(body);
            xml.MoveToContent();
            root = xml.LocalName;
            while (xml.Read())
            {
                // To the end: half a page of a listing must not pass for a whole one.
            }
        }
        catch (XmlException e)
        {
            // What began as S3's was cut off and may be whole next time; what didn't never will be.
            throw new S3Failure("its answer isn't XML", e) { NotS3 = root != expectedRoot };
        }

        if (root == "Error")
        {
            // S3 may begin a slow copy's answer with 200 and find out later.
            throw new S3Failure(HttpStatusCode.InternalServerError, ErrorCode(body));
        }

        if (root != expectedRoot)
        {
            throw new S3Failure($"it answered <{root}> for <{expectedRoot}>") { NotS3 = true };
        }

        var checkedContent = new ByteArrayContent(body);
        foreach (var header in response.Content.Headers)
        {
            checkedContent.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        checkedContent.Headers.ContentLength = body.Length;
        response.Content = checkedContent;
    }

    private async Task<byte[]> ReadUpToAsync(HttpResponseMessage response, int most, CancellationToken cancellationToken)
    {
        var length = response.Content.Headers.ContentLength;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limits.ForBody(length ?? 0));
        await using var stream = await response.Content.ReadAsStreamAsync(deadline.Token);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while (body.Length < most && (count = await stream.ReadAsync(buffer, deadline.Token)) > 0)
        {
            body.Write(buffer, 0, count);
        }

        return body.ToArray();
    }

    private static string? ErrorCode(byte[] body)
    {
        try
        {
            using var xml = OpenXml(body);
            return xml.MoveToContent() == XmlNodeType.Element && xml.LocalName == "Error" && xml.ReadToDescendant("Code")
                ? xml.ReadElementContentAsString()
                : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    // Leading blanks keep a slow answer's connection alive, and XML doesn't allow them before its declaration.
    private static XmlReader OpenXml(byte[] body) => XmlReader.Create(
        new StringReader(Encoding.UTF8.GetString(body).TrimStart('\uFEFF', ' ', '\r', '\n', '\t')),
        new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, CheckCharacters = false });
}

/// <summary>One call of the gateway, as the handler sees it beneath the client packages.</summary>
internal sealed class S3Call(string? expectedRoot)
{
    /// <summary>The root element that an answer must have, or null where none is looked at.</summary>
    public string? ExpectedRoot { get; } = expectedRoot;

    /// <summary>What the last request met, kept here because the packages wrap or lose it.</summary>
    public S3Failure? Failure { get; set; }
}
