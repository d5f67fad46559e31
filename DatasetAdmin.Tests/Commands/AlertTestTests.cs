using DatasetAdmin.Tests.Alerts;
using DatasetAdmin.Tests.Support;

namespace DatasetAdmin.Tests.Commands;

/// <summary>The command alert-test as a process: TLS, sign-in and signature with real servers.</summary>
public class AlertTestTests
{
    private const string Canary = "canary-0455-of-alert-test";

    [Fact]
    public async Task AlertTest_BothChannels_SignsInOverTlsAndPostsSigned()
    {
        using var folder = new TestFolder();
        await using var receiver = await WebhookReceiver.StartAsync();
        var smtp = await SmtpServer.SharedAsync();
        var (settings, mailbox) = Settings(folder, smtp, receiver);
        var result = await TestProgram.RunAsync(settings, "alert-test", "--verbose");

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal($"email localhost:{smtp.Port}: sent\nwebhook http://127.0.0.1: sent\n", result.Output);
        var mail = Assert.Single(await smtp.MailsAsync(mailbox));
        Assert.Equal("[DatasetAdmin] Test", mail.Subject);
        var post = Assert.Single(receiver.Received);
        Assert.True(WebhookReceiver.IsSigned(post, Canary));
        Assert.Equal("test", post.Field("state"));
        Assert.DoesNotContain("canary", result.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(smtp.Password, result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AlertTest_BothRefuse_SaysWhyAndFailsWithoutASecret()
    {
        using var folder = new TestFolder();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = context =>
        {
            context.Response.StatusCode = 403;
            return Task.CompletedTask;
        };
        var (settings, _) = Settings(folder, await SmtpServer.SharedAsync(), receiver);
        settings["Alerts:Email:Password"] = Canary;
        var result = await TestProgram.RunAsync(settings, "alert-test", "--verbose");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("The mail server refused Alerts:Email:User or Alerts:Email:Password.", result.Errors, StringComparison.Ordinal);
        Assert.Contains("webhook http://127.0.0.1: The receiver answered 403", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AlertTest_NothingConfigured_SaysWhatToSet()
    {
        using var folder = new TestFolder();

        BadInputTests.AssertRefused(await TestProgram.RunAsync(folder.Settings, "alert-test"), 2, "set Alerts:Email:Host, or Alerts:Webhook:Url, or both.");
    }

    private static (Dictionary<string, string> Settings, string Mailbox) Settings(TestFolder folder, SmtpServer smtp, WebhookReceiver receiver)
    {
        var mailbox = $"{Guid.NewGuid():n}@example.com";
        return (new(folder.Settings)
        {
            ["SSL_CERT_FILE"] = smtp.Certificate,
            ["Alerts:Email:Host"] = "localhost",
            ["Alerts:Email:Port"] = $"{smtp.Port}",
            ["Alerts:Email:User"] = smtp.User,
            ["Alerts:Email:Password"] = smtp.Password,
            ["Alerts:Email:From"] = "DatasetAdmin <datasets@example.com>",
            ["Alerts:Email:To"] = $"{mailbox}, second@example.com",
            ["Alerts:Webhook:Url"] = $"{receiver.Url}/{Canary}",
            ["Alerts:Webhook:Secret"] = Canary,
        }, mailbox);
    }
}
