using System.Net;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Alerts;

/// <summary>Holds the section <c>Alerts</c> against what can be sent to, and says what to write instead. Never quotes a secret.</summary>
internal sealed class ValidateAlertOptions : IValidateOptions<AlertOptions>
{
    private const int ShortestSecret = 16;

    public ValidateOptionsResult Validate(string? name, AlertOptions options)
    {
        List<string> wrong = [];
        Check(wrong, options.MissedDayHours is >= 1 and <= 168, "Alerts:MissedDayHours must be from 1 to 168, such as 6.");
        Check(wrong, options.RejectionPercent is >= 0 and <= 100, "Alerts:RejectionPercent must be from 0 to 100, such as 20; 100 means never.");
        Check(wrong, options.MinClassImages >= 0, "Alerts:MinClassImages must be at least 0, such as 50; 0 means never.");
        Check(wrong, options.RepeatHours is >= 1 and <= 168, "Alerts:RepeatHours must be from 1 to 168, such as 6.");
        Check(wrong, options.MostPerHour is >= 1 and <= 1000, "Alerts:MostPerHour must be from 1 to 1000, such as 20.");
        if (options.Email.IsConfigured)
        {
            CheckEmail(wrong, options.Email);
        }

        if (options.Webhook.IsConfigured)
        {
            CheckWebhook(wrong, options.Webhook);
        }

        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static void CheckEmail(List<string> wrong, EmailOptions email)
    {
        Check(wrong, Uri.CheckHostName(email.Host!) != UriHostNameType.Unknown, $"Alerts:Email:Host is '{email.Host}': write the mail server's name alone, such as smtp.example.com.");
        Check(wrong, email.Port is > 0 and < 65536, "Alerts:Email:Port must be from 1 to 65535: 587 for StartTls, 465 for Tls.");
        Check(wrong, Enum.IsDefined(email.Security), "Alerts:Email:Security must be StartTls, Tls or None.");
        Check(wrong, EmailChannel.Recipients(email.From) is { Count: 1 }, $"Alerts:Email:From is '{email.From}': write the sender's address, such as datasets@example.com.");
        Check(wrong, EmailChannel.Recipients(email.To) is { Count: > 0 }, $"Alerts:Email:To is '{email.To}': write an address, or several with commas between.");
        Check(wrong, string.IsNullOrEmpty(email.User) == string.IsNullOrEmpty(email.Password), "Alerts:Email:User and Alerts:Email:Password go together: write both, or neither where the server wants no sign-in.");
        Check(
            wrong,
            email.Security != EmailSecurity.None || string.IsNullOrEmpty(email.Password) || IsThisMachine(email.Host!),
            "Alerts:Email:Password would be sent in plain text: write StartTls or Tls for Alerts:Email:Security.");
    }

    private static void CheckWebhook(List<string> wrong, WebhookOptions webhook)
    {
        var isUrl = Uri.TryCreate(webhook.Url, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp);
        Check(wrong, isUrl, "Alerts:Webhook:Url is no http or https address: write it whole, such as https://hooks.example.com/services/...");
        Check(wrong, !isUrl || url!.UserInfo.Length == 0, "Alerts:Webhook:Url has a user in it: write it without, and let the receiver check the signature of Alerts:Webhook:Secret.");
        Check(
            wrong,
            string.IsNullOrEmpty(webhook.Secret) || webhook.Secret.Length >= ShortestSecret,
            $"Alerts:Webhook:Secret is too short: write at least {ShortestSecret} characters, such as `openssl rand -hex 32` makes, or leave it empty for no signature.");
    }

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static void Check(List<string> wrong, bool isRight, string message)
    {
        if (!isRight)
        {
            wrong.Add(message);
        }
    }
}
