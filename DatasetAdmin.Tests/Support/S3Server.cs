namespace DatasetAdmin.Tests.Support;

/// <summary>A server of the S3 API, over plain http. See <see cref="TestServers"/>.</summary>
public sealed class S3Server : IAsyncDisposable
{
    private readonly ServerScript? _script;

    private S3Server(string endpoint, string accessKey, string secretKey, ServerScript? script)
    {
        Endpoint = endpoint;
        AccessKey = accessKey;
        SecretKey = secretKey;
        _script = script;
    }

    /// <summary><c>host:port</c>.</summary>
    public string Endpoint { get; }

    public string AccessKey { get; }

    public string SecretKey { get; }

    public string Region { get; } = "us-east-1";

    /// <summary>Whether the server is ours to stop.</summary>
    public bool IsOurs => _script is not null;

    /// <summary>
    /// Stops the server, whose connections break; its objects stay. Only on a server of the test's own
    /// (<see cref="TestServers.OwnCephAsync"/>): the shared ones are in use by the tests beside it.
    /// </summary>
    public Task StopAsync() => Owned.StopServerAsync();

    /// <summary>Starts a stopped server again, on the same port.</summary>
    public Task StartAsync() => Owned.StartServerAsync();

    public async ValueTask DisposeAsync()
    {
        if (_script is not null)
        {
            await _script.DisposeAsync();
        }
    }

    internal static async Task<S3Server> StartNewAsync(string name)
    {
        var (script, details) = await ServerScript.StartAsync(name);
        return new S3Server($"127.0.0.1:{details[0]}", details[1], details[2], script);
    }

    /// <param name="url"><c>http://ACCESS:SECRET@host:port</c>.</param>
    internal static S3Server Existing(string url)
    {
        var parsed = new Uri(url);
        var credentials = parsed.UserInfo.Split(':', 2);
        if (parsed.Scheme != Uri.UriSchemeHttp || credentials.Length != 2)
        {
            throw new InvalidOperationException($"{TestServers.S3Variable} must be http://ACCESS:SECRET@host:port.");
        }

        return new S3Server(parsed.Authority, Uri.UnescapeDataString(credentials[0]), Uri.UnescapeDataString(credentials[1]), script: null);
    }

    private ServerScript Owned => _script
        ?? throw new InvalidOperationException("This S3 server is not ours to stop or start; take TestServers.OwnCephAsync().");
}
