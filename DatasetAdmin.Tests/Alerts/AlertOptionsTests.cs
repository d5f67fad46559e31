using DatasetAdmin.Core.Alerts;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Tests.Alerts;

public class AlertOptionsTests
{
    private static readonly Dictionary<string, string?> s_right = new()
    {
        ["Alerts:Email:Host"] = "smtp.example.com",
        ["Alerts:Email:From"] = "datasets@example.com",
        ["Alerts:Email:To"] = "ops@example.com, Olga <olga@example.com>",
        ["Alerts:Email:User"] = "datasets",
        ["Alerts:Email:Password"] = "canary",
        ["Alerts:Webhook:Url"] = "https://hooks.example.com/services/canary",
        ["Alerts:Webhook:Secret"] = "canary-canary-canary",
    };

    [Fact]
    public void Options_WrittenRight_AreTaken()
    {
        var options = Read([]);

        Assert.Equal((587, EmailSecurity.StartTls, 6), (options.Email.Port, options.Email.Security, options.RepeatHours));
        Assert.Equal(2, EmailChannel.Recipients(options.Email.To)!.Count);
    }

    [Theory]
    [InlineData("Alerts:MissedDayHours", "0", "Alerts:MissedDayHours must be from 1 to 168")]
    [InlineData("Alerts:RejectionPercent", "101", "Alerts:RejectionPercent must be from 0 to 100")]
    [InlineData("Alerts:MinClassImages", "-1", "Alerts:MinClassImages must be at least 0")]
    [InlineData("Alerts:RepeatHours", "0", "Alerts:RepeatHours must be from 1 to 168")]
    [InlineData("Alerts:MostPerHour", "0", "Alerts:MostPerHour must be from 1 to 1000")]
    [InlineData("Alerts:Email:Host", "smtp://mail", "write the mail server's name alone")]
    [InlineData("Alerts:Email:Port", "0", "Alerts:Email:Port must be from 1 to 65535")]
    [InlineData("Alerts:Email:Security", "7", "Alerts:Email:Security must be StartTls, Tls or None")]
    [InlineData("Alerts:Email:Security", "None", "Alerts:Email:Password would be sent in plain text")]
    [InlineData("Alerts:Email:From", "", "Alerts:Email:From is ''")]
    [InlineData("Alerts:Email:From", "nobody", "Alerts:Email:From is 'nobody'")]
    [InlineData("Alerts:Email:To", "nobody", "Alerts:Email:To is 'nobody'")]
    [InlineData("Alerts:Email:To", "", "Alerts:Email:To is ''")]
    [InlineData("Alerts:Email:User", "", "Alerts:Email:User and Alerts:Email:Password go together")]
    [InlineData("Alerts:Webhook:Url", "hooks.example.com/canary", "Alerts:Webhook:Url is no http or https address")]
    [InlineData("Alerts:Webhook:Url", "ftp://hooks.example.com/canary", "Alerts:Webhook:Url is no http or https address")]
    [InlineData("Alerts:Webhook:Url", "https://user:canary@hooks.example.com/", "Alerts:Webhook:Url has a user in it")]
    [InlineData("Alerts:Webhook:Secret", "canary", "Alerts:Webhook:Secret is too short")]
    public void Options_WrittenWrong_AreRefusedWithTheirKeyAndNoSecret(string key, string value, string says)
    {
        var fault = Assert.Throws<OptionsValidationException>(() => Read(new() { [key] = value }));

        Assert.Contains(says, Assert.Single(fault.Failures), StringComparison.Ordinal);
        Assert.DoesNotContain("canary", fault.Message, StringComparison.Ordinal);
    }

    private static AlertOptions Read(Dictionary<string, string?> change)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(s_right).AddInMemoryCollection(change).Build();
        using var services = new ServiceCollection().AddAlerts(configuration).BuildServiceProvider();
        return services.GetRequiredService<IOptions<AlertOptions>>().Value;
    }
}
