using System.Net;
using DatasetAdmin.Core.Alerts;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace DatasetAdmin.Tests.Alerts;

/// <summary>Servers that refuse, hang, redirect, or come back.</summary>
public class AlertSenderTests
{
    private const string BodyCanary = "canary-answer-0453";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SendDue_ReceiverFailsTwice_ArrivesAtTheThirdTry()
    {
        await using var lab = await AlertLab.StartAsync();
        lab.Receiver.Answer = context => AnswerAsync(context, lab.Receiver.Received.Count <= 2 ? 503 : 200);
        await lab.RunAsync("2026-10-01");
        await lab.MinuteAsync();

        Assert.Equal(3, lab.Receiver.Received.Count);
        Assert.Single(lab.Receiver.Received.Select(post => post.Field("id")).Distinct());
        Assert.All(lab.Receiver.Received, post => Assert.True(WebhookReceiver.IsSigned(post, AlertLab.Secret)));
        Assert.All(await lab.OutboxAsync(), message => Assert.True(message is { SentAt: not null, Attempts: 1, LastError: null }));
    }

    [Fact]
    public async Task SendDue_ReceiverAwayForHours_IsTriedWithGrowingPausesAndArrives()
    {
        await using var lab = await AlertLab.StartAsync();
        lab.Receiver.Answer = context => AnswerAsync(context, 500);
        await lab.RunAsync("2026-10-01");
        List<DateTime> tried = [];
        for (var minute = 0; minute < 180; minute++)
        {
            var before = lab.Receiver.Received.Count;
            await lab.MinuteAsync();
            if (lab.Receiver.Received.Count > before)
            {
                tried.Add(lab.Pipeline.Time.GetUtcNow().UtcDateTime);
            }
        }

        var pauses = tried.Zip(tried.Skip(1), (first, second) => second - first).ToList();
        Assert.InRange(pauses.Count, 5, 9);
        Assert.All(pauses.Zip(pauses.Skip(1)), pair => Assert.True(pair.Second >= pair.First - TimeSpan.FromMinutes(3), $"{pair}"));
        var waiting = Assert.Single(await lab.OutboxAsync(), message => message.Channel == AlertChannelKind.Webhook);
        Assert.Equal("The receiver answered 500.", waiting.LastError);
        Assert.Single(await lab.MailsAsync());

        lab.Receiver.Answer = context => AnswerAsync(context, 200);
        lab.Pipeline.Time.Advance(TimeSpan.FromHours(1));
        await lab.MinuteAsync();
        Assert.All(await lab.OutboxAsync(), message => Assert.NotNull(message.SentAt));
    }

    [Fact]
    public async Task SendDue_NobodyTakesItForADay_IsGivenUp()
    {
        await using var lab = await AlertLab.StartAsync();
        lab.Receiver.Answer = context => AnswerAsync(context, 404);
        await lab.RunAsync("2026-10-01");
        await lab.MinuteAsync();
        for (var hour = 0; hour < 30; hour++)
        {
            lab.Pipeline.Time.Advance(TimeSpan.FromHours(1));
            await lab.SendAsync();
        }

        var message = Assert.Single(await lab.OutboxAsync(), message => message.Channel == AlertChannelKind.Webhook);
        Assert.True(message is { SentAt: null, GivenUpAt: not null });
        Assert.Equal(message.Attempts, lab.Receiver.Received.Count);
    }

    [Fact]
    public async Task SendDue_ReceiverRedirects_IsRefusedAndNobodyElseIsAsked()
    {
        await using var elsewhere = await WebhookReceiver.StartAsync();
        await using var lab = await AlertLab.StartAsync();
        lab.Receiver.Answer = context =>
        {
            context.Response.Redirect($"{elsewhere.Url}/internal", permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        };
        await lab.RunAsync("2026-10-01");
        await lab.MinuteAsync();

        Assert.Single(lab.Receiver.Received);
        Assert.Empty(elsewhere.Received);
        Assert.Contains("307, a redirect, which isn't followed", Assert.Single(await lab.OutboxAsync(), message => message.LastError is not null).LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendTest_ReceiverHangs_EndsWithATimeout()
    {
        await using var lab = await AlertLab.StartAsync(webhookLimit: TimeSpan.FromSeconds(1));
        lab.Receiver.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);

        var results = await lab.Sender.SendTestAsync(Token);

        Assert.Equal([null, "The receiver didn't answer within 1 s."], results.Select(result => result.Error));
    }

    [Fact]
    public async Task SendTest_ServersAreWell_ArrivesOnBoth()
    {
        await using var lab = await AlertLab.StartAsync();
        var results = await lab.Sender.SendTestAsync(Token);

        Assert.All(results, result => Assert.Null(result.Error));
        Assert.Equal([AlertChannelKind.Email, AlertChannelKind.Webhook], results.Select(result => result.Channel));
        Assert.Equal("http://127.0.0.1", results[1].Target);
        Assert.Equal(["Test"], await lab.SubjectsAsync());
    }

    [Theory]
    [InlineData("Alerts:Email:Password", "canary-password-0454", "The mail server refused Alerts:Email:User or Alerts:Email:Password.")]
    [InlineData("Alerts:Email:Security", "StartTls", "its certificate isn't trusted")]
    [InlineData("Alerts:Email:Port", "1", "The mail server can't be reached")]
    public async Task SendTest_MailServerRefuses_SaysWhich(string key, string value, string says)
    {
        await using var lab = await AlertLab.StartAsync(settings: new Dictionary<string, string> { [key] = value });
        var results = await lab.Sender.SendTestAsync(Token);

        Assert.Contains(says, results[0].Error, StringComparison.Ordinal);
        Assert.Null(results[1].Error);
    }

    [Fact]
    public async Task SendDue_ProcessThatClaimedItDied_IsSentByAnotherLater()
    {
        await using var lab = await AlertLab.StartAsync();
        await lab.RunAsync("2026-10-01");
        lab.Receiver.Answer = context => AnswerAsync(context, 500);
        await lab.MinuteAsync();
        await using (var context = await lab.ContextAsync())
        {
            await context.AlertMessages.Where(message => message.SentAt == null).ExecuteUpdateAsync(
                set => set.SetProperty(message => message.ClaimedUntil, lab.Pipeline.Time.GetUtcNow().UtcDateTime.AddMinutes(30)), Token);
        }

        lab.Receiver.Answer = context => AnswerAsync(context, 200);
        var before = lab.Receiver.Received.Count;
        lab.Pipeline.Time.Advance(TimeSpan.FromMinutes(20));
        await lab.SendAsync();
        Assert.Equal(before, lab.Receiver.Received.Count);

        lab.Pipeline.Time.Advance(TimeSpan.FromMinutes(20));
        await lab.SendAsync();
        Assert.Equal(before + 1, lab.Receiver.Received.Count);
    }

    [Fact]
    public async Task Send_WhateverHappens_NoSecretIsLoggedShownOrStored()
    {
        await using var lab = await AlertLab.StartAsync(settings: new Dictionary<string, string> { ["Alerts:Email:Password"] = "canary-password-0454" });
        List<string?> said = [];
        foreach (var status in (int[])[200, 302, 404, 500])
        {
            lab.Receiver.Answer = context => AnswerAsync(context, status);
            await lab.RunAsync($"2026-10-0{1 + (status / 100)}");
            await lab.MinuteAsync();
            said.AddRange((await lab.Sender.SendTestAsync(Token)).SelectMany(result => new[] { result.Error, result.Target }));
        }

        await lab.Receiver.DisposeAsync();
        said.AddRange((await lab.Sender.SendTestAsync(Token)).Select(result => result.Error));
        await using var context = await lab.ContextAsync();
        said.AddRange((await lab.OutboxAsync()).SelectMany(message => new[] { message.Subject, message.Text, message.LastError }));
        said.AddRange(lab.Log.Lines);

        Assert.Contains(said, text => text?.Contains("couldn't be sent by Webhook to http://127.0.0.1:", StringComparison.Ordinal) == true);
        Assert.All(said, text => Assert.DoesNotContain("canary-", text ?? "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Post_TextOfOthers_CantMentionAChannelOrMakeALink()
    {
        await using var lab = await AlertLab.StartAsync();
        await lab.RunAsync("2026-10-01");
        await lab.MinuteAsync();

        Assert.Contains("The bucket &lt;!channel&gt; is full.", Assert.Single(lab.Receiver.Received).Text, StringComparison.Ordinal);
        Assert.Contains("The bucket <!channel> is full.", Assert.Single(await lab.MailsAsync()).TextBody, StringComparison.Ordinal);
    }

    private static Task AnswerAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        if (status == (int)HttpStatusCode.Found)
        {
            context.Response.Headers.Location = $"http://127.0.0.1:1/{BodyCanary}";
        }

        return context.Response.WriteAsync(BodyCanary, context.RequestAborted);
    }
}
