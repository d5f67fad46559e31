using System.Globalization;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace DatasetAdmin.Core.Alerts;

/// <summary>Alerts as plain e-mails, each over a connection of its own: there are few.</summary>
internal sealed class EmailChannel(IOptions<AlertOptions> options, AlertLimits limits) : IAlertChannel
{
    private readonly EmailOptions _options = options.Value.Email;

    public AlertChannelKind Kind => AlertChannelKind.Email;

    public string Target => $"{_options.Host}:{_options.Port}";

    /// <summary>The addresses of a list, or null where one isn't an address.</summary>
    public static IReadOnlyList<MailboxAddress>? Recipients(string list) =>
        InternetAddressList.TryParse(list, out var parsed) && parsed.All(item => item is MailboxAddress { Address: var address } && address.Contains('@', StringComparison.Ordinal))
            ? [.. parsed.Mailboxes]
            : null;

    public async Task SendAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limits.Email);
        try
        {
            using var client = new SmtpClient();
            await client.ConnectAsync(_options.Host!, _options.Port, Security, deadline.Token);
            if (!string.IsNullOrEmpty(_options.User))
            {
                await client.AuthenticateAsync(_options.User, _options.Password ?? "", deadline.Token);
            }

            using var mail = Compose(message);
            await client.SendAsync(mail, deadline.Token);

            // It was taken: what goes wrong from here on loses nothing.
            await client.DisconnectAsync(quit: false, CancellationToken.None);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AlertSendException(string.Create(CultureInfo.InvariantCulture, $"The mail server didn't answer within {limits.Email.TotalSeconds:0.#} s."), mayPass: true);
        }
        catch (Exception exception) when (Explain(exception) is { } reason)
        {
            throw reason;
        }
    }

    private SecureSocketOptions Security => _options.Security switch
    {
        EmailSecurity.Tls => SecureSocketOptions.SslOnConnect,
        EmailSecurity.StartTls => SecureSocketOptions.StartTls,
        _ => SecureSocketOptions.None,
    };

    private MimeMessage Compose(AlertMessage message)
    {
        var from = MailboxAddress.Parse(_options.From);
        var mail = new MimeMessage
        {
            MessageId = $"{message.Id:n}@{from.Domain}",
            Date = new DateTimeOffset(message.CreatedAt, TimeSpan.Zero),
            Subject = $"[DatasetAdmin] {message.Subject}",
            Body = new TextPart("plain") { Text = $"{message.Subject}\n\n{message.Text}\n" },
        };
        mail.From.Add(from);
        mail.To.AddRange(Recipients(_options.To)!);

        // So that no mailbox answers with a note of absence.
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        return mail;
    }

    private static AlertSendException? Explain(Exception exception) => exception switch
    {
        AuthenticationException or SaslException => new("The mail server refused Alerts:Email:User or Alerts:Email:Password.", mayPass: false),
        SslHandshakeException => new("The mail server's TLS can't be used: its certificate isn't trusted, or Alerts:Email:Security doesn't fit Alerts:Email:Port.", mayPass: false),
        NotSupportedException => new("The mail server offers no STARTTLS or no sign-in: see Alerts:Email:Security and Alerts:Email:User.", mayPass: false),
        SmtpCommandException fault => new(
            fault.ErrorCode switch
            {
                SmtpErrorCode.SenderNotAccepted => $"The mail server refused the sender, Alerts:Email:From ({(int)fault.StatusCode}).",
                SmtpErrorCode.RecipientNotAccepted => $"The mail server refused a recipient of Alerts:Email:To ({(int)fault.StatusCode}).",
                _ => $"The mail server refused the message ({(int)fault.StatusCode}).",
            },
            mayPass: (int)fault.StatusCode is >= 400 and < 500),
        SmtpProtocolException or ServiceNotConnectedException or IOException or SocketException or ProtocolException =>
            new("The mail server can't be reached, or the connection was lost: see Alerts:Email:Host and Alerts:Email:Port.", mayPass: true),
        _ => null,
    };
}
