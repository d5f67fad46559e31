using System.Collections.Concurrent;
using DatasetAdmin.Core.Alerts;
using DatasetAdmin.Core.Database;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using MimeKit;

namespace DatasetAdmin.Tests.Alerts;

/// <summary>A program with alerts by e-mail and webhook to real servers, a mailbox of its own, and everything that it logs.</summary>
internal sealed class AlertLab : IAsyncDisposable
{
    public const string Secret = "canary-webhook-secret-0451";
    public const string UrlSecret = "canary-path-0452";

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    private readonly SmtpServer _smtp;

    private AlertLab(TestPipeline pipeline, WebhookReceiver receiver, SmtpServer smtp, string mailbox, CapturedLog log) =>
        (Pipeline, Receiver, _smtp, Mailbox, Log) = (pipeline, receiver, smtp, mailbox, log);

    public TestPipeline Pipeline { get; }

    public WebhookReceiver Receiver { get; }

    public string Mailbox { get; }

    public CapturedLog Log { get; }

    public AlertSender Sender => Pipeline.Services.GetRequiredService<AlertSender>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="webhookLimit">How long a receiver may take; so long that a busy machine is no fault, unless the test is about that.</param>
    public static async Task<AlertLab> StartAsync(
        Backend backend = Backend.Embedded, IReadOnlyDictionary<string, string>? settings = null, AlertLab? again = null, TimeSpan? webhookLimit = null)
    {
        var smtp = await SmtpServer.SharedAsync();
        var receiver = again?.Receiver ?? await WebhookReceiver.StartAsync();
        var mailbox = again?.Mailbox ?? $"{Guid.NewGuid():n}@example.com";
        var log = new CapturedLog();
        var all = new Dictionary<string, string>
        {
            ["Alerts:Email:Host"] = "127.0.0.1",
            ["Alerts:Email:Port"] = $"{smtp.Port}",
            ["Alerts:Email:Security"] = "None",
            ["Alerts:Email:User"] = smtp.User,
            ["Alerts:Email:Password"] = smtp.Password,
            ["Alerts:Email:From"] = "datasets@example.com",
            ["Alerts:Email:To"] = mailbox,
            ["Alerts:Webhook:Url"] = $"{receiver.Url}/{UrlSecret}?token={UrlSecret}",
            ["Alerts:Webhook:Secret"] = Secret,
        };
        foreach (var (key, value) in settings ?? new Dictionary<string, string>())
        {
            all[key] = value;
        }

        void Change(IServiceCollection services)
        {
            services.AddSingleton<ILoggerProvider>(log);
            services.Configure<LoggerFilterOptions>(options => options.MinLevel = LogLevel.Trace);
            services.Replace(ServiceDescriptor.Singleton(new AlertLimits { Webhook = webhookLimit ?? s_patience, Email = s_patience }));
        }

        return new(await TestPipeline.StartAsync(backend, Change, again is null ? all : null, again?.Pipeline), receiver, smtp, mailbox, log);
    }

    /// <summary>What the service does every minute.</summary>
    public async Task MinuteAsync()
    {
        Pipeline.Time.Advance(TimeSpan.FromMinutes(1));
        await Pipeline.Services.GetRequiredService<AlertReviewer>().ReviewAsync(Token);
        await SendAsync();
    }

    /// <summary>Sends what is due, with the clock going on by itself: the pauses between tries end soon.</summary>
    public Task SendAsync() => PassAsync(Sender.SendDueAsync(Token), [this]);

    /// <summary>
    /// Lets the labs' clocks go on until something is done: half a minute fast, and then as the real one, so that no claim runs out and no
    /// message's next turn comes only because the machine is slow.
    /// </summary>
    public static async Task PassAsync(Task work, IReadOnlyList<AlertLab> labs)
    {
        for (var step = 0; !work.IsCompleted; step++)
        {
            await Task.WhenAny(work, Task.Delay(20, Token));
            foreach (var lab in labs)
            {
                lab.Pipeline.Time.Advance(TimeSpan.FromSeconds(step < 60 ? 0.5 : 0.02));
            }
        }

        await work;
    }

    /// <summary>A run that fails, or succeeds.</summary>
    public async Task RunAsync(string target, bool fails = true)
    {
        Pipeline.Time.Advance(TimeSpan.FromSeconds(1));
        var outcome = await Pipeline.Services.GetRequiredService<RunExecutor>().ExecuteAsync(
            new(RunKind.CollectDay, target, RunTrigger.Schedule),
            (_, _) => fails
                ? throw new ObjectStoreException(ObjectStoreFault.Full, "The bucket <!channel> is full.")
                : Task.FromResult(RunEnd.Succeeded("Done.")),
            Token);
        Assert.Equal(fails ? RunStatus.Failed : RunStatus.Succeeded, outcome.Run?.Status);
    }

    public Task<IReadOnlyList<MimeMessage>> MailsAsync() => _smtp.MailsAsync(Mailbox);

    /// <summary>The subjects of what arrived, the same on both channels, in order.</summary>
    public async Task<IReadOnlyList<string>> SubjectsAsync()
    {
        var mails = (await MailsAsync()).Select(mail => mail.Subject!["[DatasetAdmin] ".Length..]).Order(StringComparer.Ordinal).ToList();
        var posts = Receiver.Received.Select(post => post.Text.Split('\n')[0].Trim('*')).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(mails, posts);
        return mails;
    }

    public async Task<IReadOnlyList<AlertMessage>> OutboxAsync()
    {
        await using var context = await ContextAsync();
        return await context.AlertMessages.AsNoTracking().OrderBy(message => message.Id).ToListAsync(Token);
    }

    public Task<AdminDbContext> ContextAsync() => Pipeline.Services.GetRequiredService<IDbContextFactory<AdminDbContext>>().CreateDbContextAsync(Token);

    public async ValueTask DisposeAsync()
    {
        await Pipeline.DisposeAsync();
        await Receiver.DisposeAsync();
    }
}

/// <summary>Every line that a program logs, with its exceptions, as text.</summary>
internal sealed class CapturedLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyList<string> Lines => [.. _lines];

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _lines);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}");
    }
}
