namespace DatasetAdmin.Core.Alerts;

/// <summary>Section <c>Alerts</c>. Without an address under <see cref="Email"/> or <see cref="Webhook"/> nothing is watched and nothing sent.</summary>
public sealed class AlertOptions
{
    public const string Section = "Alerts";

    public EmailOptions Email { get; set; } = new();

    public WebhookOptions Webhook { get; set; } = new();

    /// <summary>How many hours after its end a day without a manifest counts as missed.</summary>
    public int MissedDayHours { get; set; } = 6;

    /// <summary>Above this share of rejected photos a day is worth an alert; 100 for never.</summary>
    public double RejectionPercent { get; set; } = 20;

    /// <summary>Under this many images a class of a built dataset is worth an alert; 0 for never.</summary>
    public int MinClassImages { get; set; } = 50;

    /// <summary>The same alert is sent again no sooner than after this many hours.</summary>
    public int RepeatHours { get; set; } = 6;

    /// <summary>How many alerts are sent in an hour; what is beyond comes as one summary.</summary>
    public int MostPerHour { get; set; } = 20;
}

/// <summary>Section <c>Alerts:Email</c>.</summary>
public sealed class EmailOptions
{
    /// <summary>The mail server; empty for no e-mail.</summary>
    public string? Host { get; set; }

    public int Port { get; set; } = 587;

    public EmailSecurity Security { get; set; } = EmailSecurity.StartTls;

    /// <summary>Empty where the server wants no sign-in.</summary>
    public string? User { get; set; }

    public string? Password { get; set; }

    public string From { get; set; } = "";

    /// <summary>One address or several, with commas between.</summary>
    public string To { get; set; } = "";

    public bool IsConfigured => !string.IsNullOrWhiteSpace(Host);
}

public enum EmailSecurity
{
    /// <summary>In plain text; with a password only to this machine.</summary>
    None,

    /// <summary>Plain text that turns to TLS before anything is said, or fails: port 587.</summary>
    StartTls,

    /// <summary>TLS from the first byte: port 465.</summary>
    Tls,
}

/// <summary>Section <c>Alerts:Webhook</c>.</summary>
public sealed class WebhookOptions
{
    /// <summary>Where alerts are posted; empty for nowhere. Often a secret in itself, so it's neither logged nor shown.</summary>
    public string? Url { get; set; }

    /// <summary>What messages are signed with; empty for no signature.</summary>
    public string? Secret { get; set; }

    public bool IsConfigured => !string.IsNullOrWhiteSpace(Url);
}
