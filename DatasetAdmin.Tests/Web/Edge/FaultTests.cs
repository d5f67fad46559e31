using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using DatasetAdmin.Tests.Support;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace DatasetAdmin.Tests.Web.Edge;

/// <summary>What somebody learns of a fault of the program.</summary>
public sealed partial class FaultTests : IAsyncLifetime
{
    private const string Secret = "Host=db.internal;Password=hunter2";

    private readonly LogLines _log = new();

    private TestPipeline _site = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _site = await TestPipeline.StartAsync(
        Backend.Embedded,
        services =>
        {
            services.Replace(ServiceDescriptor.Singleton<IAntiforgery, BrokenAntiforgery>());
            services.AddSingleton<ILoggerProvider>(_log);
        },
        new Dictionary<string, string> { ["Schedule:Enabled"] = "false" },
        site: true);

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Page_ThatFails_GivesANumberAndNothingElse()
    {
        using var client = TestUsers.NewClient(_site.Url, new());
        using var response = await client.GetPageAsync(_site.Url, "/sign-in");

        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.Equal((HttpStatusCode.InternalServerError, "text/html", true), (response.StatusCode, response.Content.Headers.ContentType!.MediaType, response.Headers.CacheControl!.NoStore));
        Assert.Contains("default-src 'self'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        AssertBare(text);
        AssertLogged(Number().Match(text).Groups[1].Value, "/sign-in");
    }

    [Fact]
    public async Task Post_ThatFails_GivesANumberAndNothingElse()
    {
        using var client = TestUsers.NewClient(_site.Url, new());
        using var form = new FormUrlEncodedContent([new("email", "a@example.com")]);
        using var response = await client.PostAsync("/account/sign-in", form, Token);

        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.Equal((HttpStatusCode.InternalServerError, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        AssertBare(text);
        AssertLogged(JsonDocument.Parse(text).RootElement.GetProperty("reference").GetString()!, "/account/sign-in");
    }

    private static void AssertBare(string text)
    {
        foreach (var part in new[] { Secret, "hunter2", "Exception", "Antiforgery", "   at ", ".cs" })
        {
            Assert.DoesNotContain(part, text.Replace(".css", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
        }
    }

    // Where the program runs, the number leads to all of it.
    private void AssertLogged(string reference, string path)
    {
        Assert.Matches("^[0-9a-f]{12}$", reference);
        var (text, exception) = Assert.Single(_log.Lines, line => line.Text.Contains(reference, StringComparison.Ordinal));
        Assert.Contains(path, text, StringComparison.Ordinal);
        Assert.Equal(Secret, exception?.GetBaseException().Message);
    }

    [GeneratedRegex("<code>([0-9a-f]+)</code>")]
    private static partial Regex Number();

    private sealed class BrokenAntiforgery : IAntiforgery
    {
        public AntiforgeryTokenSet GetAndStoreTokens(HttpContext httpContext) => throw new InvalidOperationException(Secret);

        public AntiforgeryTokenSet GetTokens(HttpContext httpContext) => throw new InvalidOperationException(Secret);

        public Task<bool> IsRequestValidAsync(HttpContext httpContext) => throw new InvalidOperationException(Secret);

        public Task ValidateRequestAsync(HttpContext httpContext) => throw new InvalidOperationException(Secret);

        public void SetCookieTokenAndHeader(HttpContext httpContext) => throw new InvalidOperationException(Secret);
    }

    private sealed class LogLines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<(string Text, Exception? Exception)> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue((formatter(state, exception), exception));

        public void Dispose()
        {
        }
    }
}
