namespace DatasetAdmin.Core.Alerts;

/// <summary>Something that an admin should know of, from when it was first seen until it is over. Times are UTC.</summary>
public sealed class Alert
{
    /// <summary>What it is about, such as <c>run/2026-11-06</c>: there is one alert for each.</summary>
    public required string Key { get; init; }

    public required AlertKind Kind { get; init; }

    public AlertState State { get; set; }

    /// <summary>One line for people.</summary>
    public string Title { get; set; } = "";

    public string Detail { get; set; } = "";

    /// <summary>What would make it another occurrence if it changed, such as the id of the run that failed.</summary>
    public string Fact { get; set; } = "";

    public DateTime FirstSeenAt { get; set; }

    public DateTime LastSeenAt { get; set; }

    public DateTime? RecoveredAt { get; set; }

    /// <summary>When it was last handed to the outbox as open.</summary>
    public DateTime? NotifiedAt { get; set; }

    /// <summary>Whether the last that people were told is that it is open.</summary>
    public bool IsKnown { get; set; }

    /// <summary>Whether people are still to be told of its state.</summary>
    public bool IsPending { get; set; }
}

public enum AlertKind
{
    /// <summary>A run failed, or stopped and waits for a person.</summary>
    RunFailed,
    MissedDay,
    RejectionShare,
    SmallClass,
}

public enum AlertState
{
    Open,
    Recovered,
}

/// <summary>A message on its way to one channel: the outbox.</summary>
public sealed class AlertMessage
{
    /// <summary>A version 7 GUID; the receivers see it too, so that a message that came twice can be told.</summary>
    public required Guid Id { get; init; }

    public required AlertChannelKind Channel { get; init; }

    public required AlertMessageKind What { get; init; }

    /// <summary>The alert's key, or null for a summary.</summary>
    public string? AlertKey { get; init; }

    /// <summary>The alert's kind, or null for a summary.</summary>
    public AlertKind? AlertKind { get; init; }

    public required string Subject { get; init; }

    public required string Text { get; init; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>When it may be tried next.</summary>
    public DateTime NotBefore { get; set; }

    /// <summary>Until when some process has it in hand.</summary>
    public DateTime? ClaimedUntil { get; set; }

    public int Attempts { get; set; }

    public DateTime? SentAt { get; set; }

    /// <summary>When it was tried for the last time, in vain.</summary>
    public DateTime? GivenUpAt { get; set; }

    /// <summary>Without an address, a secret or what the other side wrote.</summary>
    public string? LastError { get; set; }
}

public enum AlertChannelKind
{
    Email,
    Webhook,
}

public enum AlertMessageKind
{
    Open,
    Recovered,
    Summary,
    Test,
}

/// <summary>The one row that whoever reviews the alerts moves on, so that of several processes one does.</summary>
public sealed class AlertReview
{
    public int Id { get; init; }

    public long Number { get; set; }

    public DateTime? At { get; set; }

    /// <summary>When days and datasets were last looked at.</summary>
    public DateTime? StoreAt { get; set; }
}
