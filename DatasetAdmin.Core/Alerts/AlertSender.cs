using DatasetAdmin.Core.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;

namespace DatasetAdmin.Core.Alerts;

/// <summary>How a test message fared on one channel.</summary>
/// <param name="Target">Where the channel leads: no secret, and of a URL the scheme and the host alone.</param>
/// <param name="Error">Why it didn't arrive, or null where it did.</param>
public sealed record AlertTestResult(AlertChannelKind Channel, string Target, string? Error);

/// <summary>
/// Sends what lies in the outbox. A message belongs to whoever claims its row, so of several processes one sends it; one whose
/// process died in between is sent again, with the same id, once its claim has run out.
/// </summary>
public sealed class AlertSender
{
    private const int AtOnce = 50;

    // Longer than all tries of a message may take.
    private static readonly TimeSpan s_claim = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_patience = TimeSpan.FromHours(24);

    private readonly IDbContextFactory<AdminDbContext> _contexts;
    private readonly IReadOnlyList<IAlertChannel> _channels;
    private readonly TimeProvider _time;
    private readonly ILogger<AlertSender> _logger;
    private readonly ResiliencePipeline _retry;

    internal AlertSender(
        IDbContextFactory<AdminDbContext> contexts, IEnumerable<IAlertChannel> channels, IOptions<AlertOptions> options, TimeProvider time, ILogger<AlertSender> logger)
    {
        (_contexts, _time, _logger) = (contexts, time, logger);
        var configured = AlertReviewer.Channels(options.Value);
        _channels = [.. channels.Where(channel => configured.Contains(channel.Kind))];
        _retry = new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<AlertSendException>(fault => fault.MayPass),
            MaxRetryAttempts = 2,
            Delay = TimeSpan.FromSeconds(1),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
        }).Build();
    }

    /// <summary>Whether there is anywhere to send to.</summary>
    public bool IsConfigured => _channels.Count > 0;

    /// <summary>The configured channels, and where each leads: no secret, and of a URL the scheme and the host alone.</summary>
    public IReadOnlyList<(AlertChannelKind Channel, string Target)> Targets => [.. _channels.Select(channel => (channel.Kind, channel.Target))];

    /// <summary>Sends a test message on every configured channel, each tried once and past the outbox; empty where none is configured.</summary>
    public async Task<IReadOnlyList<AlertTestResult>> SendTestAsync(CancellationToken cancellationToken)
    {
        List<AlertTestResult> results = [];
        foreach (var channel in _channels)
        {
            var now = _time.GetUtcNow();
            var message = new AlertMessage
            {
                Id = Guid.CreateVersion7(now),
                Channel = channel.Kind,
                What = AlertMessageKind.Test,
                Subject = AlertTexts.Test.Subject,
                Text = AlertTexts.Test.Body,
                CreatedAt = now.UtcDateTime,
            };
            try
            {
                await SendOnceAsync(channel, message, cancellationToken);
                results.Add(new(channel.Kind, channel.Target, null));
            }
            catch (AlertSendException fault)
            {
                results.Add(new(channel.Kind, channel.Target, fault.Message));
            }
        }

        return results;
    }

    /// <summary>Sends what is due. A channel that fails is left until its message's next time; the others go on.</summary>
    public Task SendDueAsync(CancellationToken cancellationToken) => Task.WhenAll(_channels.Select(channel => SendDueAsync(channel, cancellationToken)));

    private async Task SendDueAsync(IAlertChannel channel, CancellationToken cancellationToken)
    {
        foreach (var message in await DueAsync(channel.Kind, cancellationToken))
        {
            if (await ClaimAsync(message, cancellationToken) && !await TrySendAsync(channel, message, cancellationToken))
            {
                return;
            }
        }
    }

    private async Task<IReadOnlyList<AlertMessage>> DueAsync(AlertChannelKind channel, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        return await Unclaimed(context, _time.GetUtcNow().UtcDateTime).AsNoTracking()
            .Where(message => message.Channel == channel)
            .OrderBy(message => message.CreatedAt).ThenBy(message => message.Id)
            .Take(AtOnce)
            .ToListAsync(cancellationToken);
    }

    private async Task<bool> ClaimAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var now = _time.GetUtcNow().UtcDateTime;
        return await Unclaimed(context, now).Where(item => item.Id == message.Id).ExecuteUpdateAsync(
            set => set.SetProperty(item => item.ClaimedUntil, now + s_claim).SetProperty(item => item.Attempts, item => item.Attempts + 1),
            cancellationToken) == 1;
    }

    private async Task<bool> TrySendAsync(IAlertChannel channel, AlertMessage message, CancellationToken cancellationToken)
    {
        string? error = null;
        try
        {
            await _retry.ExecuteAsync(async token => await SendOnceAsync(channel, message, token), cancellationToken);
        }
        catch (AlertSendException fault)
        {
            error = fault.Message;
        }
        catch (OperationCanceledException)
        {
            // The program is being stopped: another process, or its next start, needn't wait for the claim to run out.
            await EndAsync(message, "The program was stopped.", _time.GetUtcNow().UtcDateTime, isSent: false);
            throw;
        }

        var now = _time.GetUtcNow().UtcDateTime;
        if (error is null)
        {
            await EndAsync(message, null, now, isSent: true);
            AlertsLog.Sent(_logger, message.Id, channel.Kind, channel.Target, message.AlertKey);
            return true;
        }

        var attempts = message.Attempts + 1;
        var pause = TimeSpan.FromMinutes(Math.Min(Math.Pow(2, attempts - 1), s_longestPause.TotalMinutes));
        var isLast = now + pause > message.CreatedAt + s_patience;
        await EndAsync(message, error, isLast ? null : now + pause, isSent: false);
        AlertsLog.NotSent(_logger, message.Id, channel.Kind, channel.Target, message.AlertKey, attempts, isLast ? "never" : $"in {pause}", error);
        return false;
    }

    // What nobody foresaw may quote an address or the other side: its type must do.
    private static async Task SendOnceAsync(IAlertChannel channel, AlertMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await channel.SendAsync(message, cancellationToken);
        }
        catch (Exception exception) when (exception is not (AlertSendException or OperationCanceledException))
        {
            throw new AlertSendException($"An unexpected fault ({exception.GetType().Name}).", mayPass: false);
        }
    }

    /// <param name="at">When it was sent or is tried next; null for never.</param>
    private async Task EndAsync(AlertMessage message, string? error, DateTime? at, bool isSent)
    {
        await using var context = await _contexts.CreateDbContextAsync(CancellationToken.None);
        var givenUpAt = at is null ? _time.GetUtcNow().UtcDateTime : (DateTime?)null;
        var sentAt = isSent ? at : null;
        var notBefore = at ?? message.NotBefore;
        await context.AlertMessages.Where(item => item.Id == message.Id).ExecuteUpdateAsync(
            set => set
                .SetProperty(item => item.ClaimedUntil, (DateTime?)null)
                .SetProperty(item => item.SentAt, sentAt)
                .SetProperty(item => item.GivenUpAt, givenUpAt)
                .SetProperty(item => item.NotBefore, notBefore)
                .SetProperty(item => item.LastError, error),
            CancellationToken.None);
    }

    private static IQueryable<AlertMessage> Unclaimed(AdminDbContext context, DateTime now) => context.AlertMessages
        .Where(message => message.SentAt == null && message.GivenUpAt == null && message.NotBefore <= now && (message.ClaimedUntil == null || message.ClaimedUntil < now));
}
