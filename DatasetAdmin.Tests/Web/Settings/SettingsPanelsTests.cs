using DatasetAdmin.Core.Database;
using DatasetAdmin.Core.Scheduling;
using DatasetAdmin.Tests.Alerts;
using DatasetAdmin.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace DatasetAdmin.Tests.Web.Settings;

/// <summary>What a person does on the settings page: pauses a job, resumes it, and tries the alerts out.</summary>
public class SettingsPanelsTests
{
    private const string Schedule = "section:has(#schedule)";
    private const string Alerts = "section:has(#alerts)";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Schedule_PausedAndResumedByClicks_IsSoForEveryProcess()
    {
        await using var site = await TestPipeline.StartAsync(Backend.Embedded, site: true);
        await AddLastAsync(site);
        await using var page = await TestPage.OpenAsync(site.Url);
        await page.GoToAsync("/settings");
        await page.ExpectTextAsync(Schedule, "last 2026-10-21 00:00 UTC for 2026-10-20");
        await page.ExpectTextAsync(Schedule, "next ");

        await Button(page, "Pause Daily collection").ClickAsync();

        await page.ExpectTextAsync(Schedule, "paused since");
        await using var restarted = await TestPipeline.StartAsync(Backend.Embedded, again: site);
        Assert.Equal([true, false], (await restarted.Services.GetRequiredService<JobSchedule>().StatusAsync(Token)).Select(job => job.IsPaused));
        await page.GoToAsync("/");
        await page.ExpectTextAsync("body", "Daily collection is paused by admin@example.com.");

        await page.GoToAsync("/settings");
        await Button(page, "Resume Daily collection").ClickAsync();
        await Assertions.Expect(Button(page, "Pause Daily collection")).ToBeVisibleAsync();
        Assert.DoesNotContain(await restarted.Services.GetRequiredService<JobSchedule>().StatusAsync(Token), job => job.IsPaused);
        page.AssertClean();
    }

    [Theory]
    [InlineData(1280, false)]
    [InlineData(390, true)]
    public async Task Alerts_TestSentByAClick_ArrivesOrSaysWhyNot(int width, bool dark)
    {
        var smtp = await SmtpServer.SharedAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        var mailbox = $"{Guid.NewGuid():n}@example.com";
        await using var site = await TestPipeline.StartAsync(Backend.Embedded, site: true, settings: new Dictionary<string, string>
        {
            ["Alerts:Email:Host"] = "127.0.0.1",
            ["Alerts:Email:Port"] = $"{smtp.Port}",
            ["Alerts:Email:Security"] = "None",
            ["Alerts:Email:From"] = "datasets@example.com",
            ["Alerts:Email:To"] = mailbox,
            ["Alerts:Webhook:Url"] = $"{receiver.Url}/canary-path",
            ["Alerts:Webhook:Secret"] = "canary-secret-0456",
        });
        await using var page = await TestPage.OpenAsync(site.Url, width, dark);
        await page.GoToAsync("/settings");
        await Button(page, "Send a test").ClickAsync();

        await Assertions.Expect(page.Get($"{Alerts} [role=status]:has-text('The test was sent.')")).ToHaveCountAsync(2);
        Assert.Equal("[DatasetAdmin] Test", Assert.Single(await smtp.MailsAsync(mailbox)).Subject);
        Assert.Equal("test", Assert.Single(receiver.Received).Field("state"));

        receiver.Answer = context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
        await Button(page, "Send a test").ClickAsync();
        await page.ExpectTextAsync($"{Alerts} .mud-error-text", "The receiver answered 403");
        Assert.DoesNotContain("canary", await page.Get("body").InnerTextAsync(), StringComparison.Ordinal);
        await page.AssertAccessibleAsync();
        await page.AssertFitsAsync();
        page.AssertClean();
    }

    private static ILocator Button(TestPage page, string name) => page.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    private static async Task AddLastAsync(TestPipeline site)
    {
        await using var context = await site.Services.GetRequiredService<IDbContextFactory<AdminDbContext>>().CreateDbContextAsync(Token);
        context.Add(new ScheduleSlot
        {
            Job = ScheduledJob.DailyCollection,
            Slot = "2026-10-20",
            RequestedAt = new DateTime(2026, 10, 21, 0, 0, 0, DateTimeKind.Utc),
            DoneAt = new DateTime(2026, 10, 21, 0, 5, 0, DateTimeKind.Utc),
        });
        await context.SaveChangesAsync(Token);
    }
}
