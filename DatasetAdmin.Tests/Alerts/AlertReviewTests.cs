using DatasetAdmin.Core.Alerts;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Tests.Alerts;

/// <summary>Who is told, when, and how often.</summary>
public class AlertReviewTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Review_FailsAgainAndAgain_IsSentOnceInRepeatHours()
    {
        await using var lab = await AlertLab.StartAsync();
        await lab.RunAsync("2026-10-01");
        await lab.MinuteAsync();
        Assert.Single(await lab.MailsAsync());

        for (var hour = 1; hour <= 5; hour++)
        {
            lab.Pipeline.Time.Advance(TimeSpan.FromMinutes(59));
            await lab.RunAsync("2026-10-01");
            await lab.MinuteAsync();
        }

        Assert.Single(await lab.MailsAsync());
        lab.Pipeline.Time.Advance(TimeSpan.FromHours(1));
        await lab.MinuteAsync();
        await lab.MinuteAsync();
        Assert.Equal(2, (await lab.MailsAsync()).Count);
    }

    [Fact]
    public async Task Review_FailsAndSucceedsInTurn_TellsNoMoreThanOnceEachInRepeatHours()
    {
        await using var lab = await AlertLab.StartAsync();
        for (var turn = 0; turn < 5; turn++)
        {
            await lab.RunAsync("2026-10-01");
            await lab.MinuteAsync();
            await lab.RunAsync("2026-10-01", fails: false);
            await lab.MinuteAsync();
        }

        Assert.Equal(["Collecting 2026-10-01 failed", "Recovered: Collecting 2026-10-01 failed"], await lab.SubjectsAsync());
    }

    [Fact]
    public async Task Review_RunRequestedAgain_WaitsForItsEnd()
    {
        await using var lab = await AlertLab.StartAsync();
        await lab.RunAsync("2026-10-01");
        lab.Pipeline.Time.Advance(TimeSpan.FromSeconds(1));
        var store = lab.Pipeline.Services.GetRequiredService<RunStore>();
        var again = new Run { Id = Guid.NewGuid(), Kind = RunKind.CollectDay, Target = "2026-10-01", Trigger = RunTrigger.Schedule, RequestedAt = lab.Pipeline.Time.GetUtcNow().UtcDateTime };
        await store.CreateAsync(again, Token);
        await lab.MinuteAsync();
        Assert.Empty(await lab.MailsAsync());

        Assert.True(await store.TryBeginAsync(again, "process", Token));
        (again.Status, again.Error) = (RunStatus.Failed, "The last attempt.");
        await store.FinishAsync(again, [], Token);
        await lab.MinuteAsync();

        Assert.Contains("The last attempt.", Assert.Single(await lab.MailsAsync()).TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Review_MoreThanAnHourHasRoomFor_ComesAsOneSummary()
    {
        await using var lab = await AlertLab.StartAsync(settings: new Dictionary<string, string> { ["Alerts:MostPerHour"] = "2" });
        for (var day = 1; day <= 5; day++)
        {
            await lab.RunAsync($"2026-10-0{day}");
        }

        await lab.MinuteAsync();
        await lab.RunAsync("2026-10-06");
        await lab.MinuteAsync();

        Assert.Equal(["3 more alerts", "Collecting 2026-10-01 failed", "Collecting 2026-10-02 failed"], await lab.SubjectsAsync());
        var summary = Assert.Single(await lab.MailsAsync(), mail => mail.Subject!.Contains("more", StringComparison.Ordinal));
        Assert.Contains("- Collecting 2026-10-05 failed", summary.TextBody, StringComparison.Ordinal);

        // What came after the summary waits for the next hour.
        lab.Pipeline.Time.Advance(TimeSpan.FromHours(1));
        await lab.MinuteAsync();
        Assert.Contains("Collecting 2026-10-06 failed", await lab.SubjectsAsync());
    }

    [Theory]
    [InlineData(Backend.Embedded)]
    [InlineData(Backend.Servers)]
    public async Task Review_FourProcessesAtOnce_SendsEachMessageOnce(Backend backend)
    {
        await using var lab = await AlertLab.StartAsync(backend);
        var others = new List<AlertLab>();
        for (var number = 0; number < 3; number++)
        {
            others.Add(await AlertLab.StartAsync(backend, again: lab));
        }

        var labs = others.Prepend(lab).ToList();
        for (var round = 1; round <= 4; round++)
        {
            for (var day = 1; day <= 3; day++)
            {
                await lab.RunAsync($"2026-0{round}-0{day}");
            }

            foreach (var item in labs)
            {
                item.Pipeline.Time.SetUtcNow(lab.Pipeline.Time.GetUtcNow().AddMinutes(1));
            }

            await AlertLab.PassAsync(
                Task.WhenAll(labs.Select(item => Task.Run(
                    async () =>
                    {
                        await item.Pipeline.Services.GetRequiredService<AlertReviewer>().ReviewAsync(Token);
                        await item.Sender.SendDueAsync(Token);
                    },
                    Token))),
                labs);
            await lab.SendAsync();
        }

        var subjects = await lab.SubjectsAsync();
        Assert.Equal(12, subjects.Count);
        Assert.Equal(12, subjects.Distinct().Count());
        Assert.Equal(24, (await lab.OutboxAsync()).Count);
        foreach (var item in others)
        {
            await item.Pipeline.DisposeAsync();
        }
    }

    [Fact]
    public async Task Review_NoChannelConfigured_DoesNothing()
    {
        await using var lab = await AlertLab.StartAsync(settings: new Dictionary<string, string> { ["Alerts:Email:Host"] = "", ["Alerts:Webhook:Url"] = "" });
        await lab.RunAsync("2026-10-01");
        await lab.MinuteAsync();

        Assert.Empty(await lab.OutboxAsync());
        Assert.Empty(await lab.Sender.SendTestAsync(Token));
    }
}
