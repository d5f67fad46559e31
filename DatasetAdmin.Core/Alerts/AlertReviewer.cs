using DatasetAdmin.Core.Database;
using DatasetAdmin.Core.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Alerts;

/// <summary>
/// Looks for what is wrong, keeps the alerts, and puts what people should be told into the outbox. Any number of processes may
/// call it: what one of them concludes is written in one transaction, which moves the row of <see cref="AlertReview"/> on,
/// and another one's that began from the same row is dropped.
/// </summary>
public sealed class AlertReviewer
{
    // Replicas that are woken in the same minute needn't look again.
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(50);
    private static readonly TimeSpan s_storePause = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    // How long what is over is kept for people to read.
    private static readonly TimeSpan s_history = TimeSpan.FromDays(90);

    private readonly IDbContextFactory<AdminDbContext> _contexts;
    private readonly IReadOnlyList<IAlertSource> _sources;
    private readonly AlertOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<AlertReviewer> _logger;

    internal AlertReviewer(
        IDbContextFactory<AdminDbContext> contexts, IEnumerable<IAlertSource> sources, IOptions<AlertOptions> options, TimeProvider time, ILogger<AlertReviewer> logger) =>
        (_contexts, _sources, _options, _time, _logger) = (contexts, [.. sources], options.Value, time, logger);

    /// <summary>Reviews the alerts unless some process did so within the last minute. A store that is away leaves its alerts as they are.</summary>
    public async Task ReviewAsync(CancellationToken cancellationToken)
    {
        var channels = Channels(_options);
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var review = await context.AlertReviews.AsNoTracking().SingleAsync(cancellationToken);
        var now = _time.GetUtcNow().UtcDateTime;
        if (channels.Count == 0 || review.At > now - s_pause)
        {
            return;
        }

        var alerts = await context.Alerts.Where(alert => alert.State == AlertState.Open || alert.IsPending).ToListAsync(cancellationToken);
        var readStore = !(review.StoreAt > now - s_storePause);
        foreach (var source in _sources.Where(source => readStore || !source.ReadsStore))
        {
            var open = alerts.Where(alert => alert.State == AlertState.Open && source.Kinds.Contains(alert.Kind)).ToList();
            if (await LookOrNullAsync(source, open, cancellationToken) is { } look)
            {
                await ApplyAsync(context, alerts, open, look, now, cancellationToken);
            }
            else
            {
                readStore = false;
            }
        }

        var storeAt = readStore ? now : review.StoreAt;
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var won = await context.AlertReviews.Where(item => item.Number == review.Number).ExecuteUpdateAsync(
            set => set
                .SetProperty(item => item.Number, review.Number + 1)
                .SetProperty(item => item.At, now)
                .SetProperty(item => item.StoreAt, storeAt),
            cancellationToken);
        if (won == 0)
        {
            return;
        }

        await NotifyAsync(context, alerts, channels, now, cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
        await context.Alerts.Where(alert => alert.State == AlertState.Recovered && alert.LastSeenAt < now - s_history).ExecuteDeleteAsync(cancellationToken);
        await context.AlertMessages.Where(message => message.CreatedAt < now - s_history).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>The channels that are configured.</summary>
    internal static IReadOnlyList<AlertChannelKind> Channels(AlertOptions options) =>
    [
        .. options.Email.IsConfigured ? [AlertChannelKind.Email] : Array.Empty<AlertChannelKind>(),
        .. options.Webhook.IsConfigured ? [AlertChannelKind.Webhook] : Array.Empty<AlertChannelKind>(),
    ];

    private async Task<AlertLook?> LookOrNullAsync(IAlertSource source, List<Alert> open, CancellationToken cancellationToken)
    {
        try
        {
            return await source.LookAsync(open, cancellationToken);
        }
        catch (ObjectStoreException exception)
        {
            AlertsLog.NotLooked(_logger, exception.Message);
            return null;
        }
    }

    private static async Task ApplyAsync(
        AdminDbContext context, List<Alert> alerts, List<Alert> open, AlertLook look, DateTime now, CancellationToken cancellationToken)
    {
        foreach (var condition in look.Active)
        {
            var alert = alerts.Find(item => item.Key == condition.Key) ?? await context.Alerts.FindAsync([condition.Key], cancellationToken);
            if (alert is null)
            {
                alert = new Alert { Key = condition.Key, Kind = condition.Kind, State = AlertState.Recovered };
                context.Add(alert);
            }

            if (!alerts.Contains(alert))
            {
                alerts.Add(alert);
            }

            if (alert.State == AlertState.Recovered)
            {
                (alert.State, alert.FirstSeenAt, alert.RecoveredAt, alert.IsPending) = (AlertState.Open, now, null, true);
            }
            else if (alert.Fact != condition.Fact)
            {
                alert.IsPending = true;
            }

            (alert.Fact, alert.Title, alert.Detail, alert.LastSeenAt) = (condition.Fact, condition.Title, condition.Detail, now);
        }

        foreach (var alert in open.Where(alert => look.Recovered.ContainsKey(alert.Key)))
        {
            // Who was never told that it was open needn't be told that it's over.
            (alert.State, alert.RecoveredAt, alert.IsPending, alert.Detail) = (AlertState.Recovered, now, alert.IsKnown, look.Recovered[alert.Key]);
        }

        foreach (var alert in open.Where(alert => look.Forgotten.Contains(alert.Key)))
        {
            (alert.State, alert.RecoveredAt, alert.IsPending, alert.IsKnown) = (AlertState.Recovered, now, false, false);
        }
    }

    /// <summary>Puts what is due into the outbox: each alert by itself as long as the hour has room, and the rest as one summary.</summary>
    private async Task NotifyAsync(
        AdminDbContext context, List<Alert> alerts, IReadOnlyList<AlertChannelKind> channels, DateTime now, CancellationToken cancellationToken)
    {
        var due = alerts.Where(alert => IsDue(alert, now)).OrderBy(alert => alert.FirstSeenAt).ThenBy(alert => alert.Key, StringComparer.Ordinal).ToList();
        if (due.Count == 0)
        {
            return;
        }

        var recent = await context.AlertMessages
            .Where(message => message.Channel == channels[0] && message.CreatedAt > now - s_hour)
            .GroupBy(message => message.What == AlertMessageKind.Summary)
            .Select(group => new { IsSummary = group.Key, Count = group.Count() })
            .ToListAsync(cancellationToken);
        var room = Math.Max(0, _options.MostPerHour - recent.Where(group => !group.IsSummary).Sum(group => group.Count));
        foreach (var alert in due.Take(room))
        {
            Enqueue(alert.State == AlertState.Open ? AlertMessageKind.Open : AlertMessageKind.Recovered, AlertTexts.Of(alert), alert);
        }

        var rest = due.Skip(room).ToList();
        if (rest.Count > 0 && recent.All(group => !group.IsSummary))
        {
            Enqueue(AlertMessageKind.Summary, AlertTexts.Summary(rest, _options.MostPerHour), null);
            due = [.. due.Take(room), .. rest];
        }
        else
        {
            // They wait for the next hour.
            due = [.. due.Take(room)];
        }

        foreach (var alert in due)
        {
            alert.IsPending = false;
            alert.IsKnown = alert.State == AlertState.Open;
            alert.NotifiedAt = alert.IsKnown ? now : alert.NotifiedAt;
            AlertsLog.Notified(_logger, alert.Key, alert.Kind, alert.State);
        }

        void Enqueue(AlertMessageKind what, AlertText text, Alert? alert) => context.AddRange(channels.Select(channel => new AlertMessage
        {
            Id = Guid.CreateVersion7(_time.GetUtcNow()),
            Channel = channel,
            What = what,
            AlertKey = alert?.Key,
            AlertKind = alert?.Kind,
            Subject = text.Subject,
            Text = text.Body,
            CreatedAt = now,
            NotBefore = now,
        }));
    }

    private bool IsDue(Alert alert, DateTime now)
    {
        if (alert.State == AlertState.Recovered)
        {
            return alert.IsPending;
        }

        // A missing day and a failed run can be mended: people are reminded. Facts of the past aren't said twice.
        var isRest = !(alert.NotifiedAt > now.AddHours(-_options.RepeatHours));
        return isRest && (alert.IsPending || alert.Kind is AlertKind.RunFailed or AlertKind.MissedDay);
    }
}
