using System.Globalization;
using MimeKit;

namespace DatasetAdmin.Tests.Support;

/// <summary>A real mail server that keeps what it gets; tests tell their mails by a recipient of their own.</summary>
public sealed class SmtpServer : IAsyncDisposable
{
    private static readonly Lazy<Task<SmtpServer>> s_shared = new(StartNewAsync);

    private readonly ServerScript _script;
    private readonly string _folder;

    private SmtpServer(ServerScript script, string[] details)
    {
        _script = script;
        (Port, User, Password, _folder, Certificate) = (int.Parse(details[0], CultureInfo.InvariantCulture), details[1], details[2], details[3], details[4]);
    }

    public int Port { get; }

    public string User { get; }

    public string Password { get; }

    /// <summary>The file of its certificate, which is for <c>localhost</c> and which nobody else has signed.</summary>
    public string Certificate { get; }

    /// <summary>The mails that one recipient has got, the oldest first.</summary>
    public async Task<IReadOnlyList<MimeMessage>> MailsAsync(string to)
    {
        List<MimeMessage> mails = [];
        foreach (var file in Directory.Exists(_folder) ? Directory.GetFiles(_folder) : [])
        {
            var mail = await MimeMessage.LoadAsync(file, TestContext.Current.CancellationToken);
            if (mail.To.Mailboxes.Any(mailbox => mailbox.Address == to))
            {
                mails.Add(mail);
            }
        }

        return [.. mails.OrderBy(mail => mail.Date)];
    }

    public async ValueTask DisposeAsync() => await _script.DisposeAsync();

    /// <summary>The one of this test process. (Not with <see cref="TestServers"/>, which the benchmarks take too.)</summary>
    public static Task<SmtpServer> SharedAsync() => s_shared.Value;

    private static async Task<SmtpServer> StartNewAsync()
    {
        var (script, details) = await ServerScript.StartAsync("smtp");
        return new SmtpServer(script, details);
    }
}
