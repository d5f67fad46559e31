namespace DatasetAdmin.Core.Alerts;

/// <summary>A way to people.</summary>
internal interface IAlertChannel
{
    AlertChannelKind Kind { get; }

    /// <summary>Where it leads, for pages and logs: no secret, and of a URL the scheme and the host alone.</summary>
    string Target { get; }

    /// <summary>Tries once.</summary>
    /// <exception cref="AlertSendException">It didn't arrive.</exception>
    Task SendAsync(AlertMessage message, CancellationToken cancellationToken);
}

/// <summary>A message didn't arrive. The text is ours alone: no address, no secret, nothing that the other side wrote.</summary>
public sealed class AlertSendException(string message, bool mayPass) : Exception(message)
{
    /// <summary>Whether the same may succeed in a moment with nothing changed by a person.</summary>
    public bool MayPass { get; } = mayPass;
}

/// <summary>How long a channel may take. Tests shorten it; nobody else should.</summary>
internal sealed record AlertLimits
{
    public TimeSpan Webhook { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan Email { get; init; } = TimeSpan.FromSeconds(20);
}
