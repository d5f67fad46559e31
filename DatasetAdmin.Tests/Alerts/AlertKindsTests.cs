using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Tests.Support;

namespace DatasetAdmin.Tests.Alerts;

/// <summary>An alert of each kind, from its cause in the real program to a real mailbox and a real receiver, and back to well.</summary>
public class AlertKindsTests
{
    private static readonly Month s_october = new(2026, 10);

    [Theory]
    [InlineData(Backend.Embedded)]
    [InlineData(Backend.Servers)]
    public async Task Review_EachKind_ArrivesOnceByMailAndWebhookAndOnceMoreWhenItIsOver(Backend backend)
    {
        await using var lab = await AlertLab.StartAsync(backend, new Dictionary<string, string>
        {
            ["Classes:0:Name"] = "Queen",
            ["Classes:1:Name"] = "Fire",
            ["Alerts:MinClassImages"] = "2",
        });
        var pipeline = lab.Pipeline;
        await AddPhotoAsync(pipeline, 1, "Queen");
        await AddPhotoAsync(pipeline, 2, "Queen");
        await AddPhotoAsync(pipeline, 3, "Fire");
        for (var number = 10; number < 30; number++)
        {
            await pipeline.Predictions.AddAsync(number, At(5), "Queen", """["ftp://elsewhere/x.jpg"]""");
        }

        // Builds both kinds with one image of Fire and a day of too many rejections; then a day is missed, and a run fails.
        await pipeline.BuildAsync(s_october, DatasetKind.Full);
        await pipeline.BuildAsync(s_october, DatasetKind.Verified);
        pipeline.Time.Advance(TimeSpan.FromDays(2));
        await BreakSourceAsync(lab, "2026-10-04");
        await lab.MinuteAsync();
        await lab.MinuteAsync();

        string[] opened =
        [
            "2026-10-08 isn't collected",
            "87 % of the photos of 2026-10-05 were rejected",
            "Collecting 2026-10-04 failed",
            "The class Fire has too few images in full 2026-10-v1",
            "The class Fire has too few images in verified 2026-10-v1",
        ];
        Assert.Equal(opened.Order(StringComparer.Ordinal), await lab.SubjectsAsync());
        Assert.All(lab.Receiver.Received, post => Assert.True(WebhookReceiver.IsSigned(post, AlertLab.Secret), post.Body));
        Assert.Equal(["missed_day", "rejection_share", "run_failed", "small_class", "small_class"], lab.Receiver.Received.Select(post => post.Field("kind")).Order());
        Assert.All(lab.Receiver.Received, post => Assert.Equal("open", post.Field("state")));
        Assert.Contains(await lab.MailsAsync(), mail => mail.TextBody!.Contains("23 photos, 3 images, 20 rejected", StringComparison.Ordinal));
        Assert.Contains(await lab.MailsAsync(), mail => mail.TextBody!.Contains("By reason: outside_photo_bucket 20.", StringComparison.Ordinal));
        Assert.Contains(await lab.MailsAsync(), mail => mail.TextBody!.Contains("Alerts:MinClassImages): Fire 1.", StringComparison.Ordinal));

        // All is mended.
        await pipeline.Predictions.ExecuteAsync("ALTER TABLE gone RENAME TO user_styles");
        for (var number = 10; number < 30; number++)
        {
            await pipeline.Predictions.DeleteAsync(number);
        }

        await AddPhotoAsync(pipeline, 4, "Fire");
        await pipeline.CollectAsync(new(2026, 10, 4));
        await pipeline.BuildAsync(s_october, DatasetKind.Full);
        await pipeline.BuildAsync(s_october, DatasetKind.Verified);
        pipeline.Time.Advance(TimeSpan.FromMinutes(10));
        await lab.MinuteAsync();
        pipeline.Time.Advance(TimeSpan.FromHours(12));
        await lab.MinuteAsync();

        Assert.Equal(opened.Concat(opened.Select(subject => $"Recovered: {subject}")).Order(StringComparer.Ordinal), await lab.SubjectsAsync());
        Assert.Equal(5, lab.Receiver.Received.Count(post => post.Field("state") == "recovered"));
    }

    private static DateTime At(int day) => new(2026, 10, day, 12, 0, 0, DateTimeKind.Utc);

    private static async Task AddPhotoAsync(TestPipeline pipeline, int number, string style)
    {
        await pipeline.PutPhotoAsync($"user/{number}.jpg", TestImages.Jpeg(number));
        await pipeline.Predictions.AddAsync(number, At(5).AddMinutes(number), style, isVerified: true, $"user/{number}.jpg");
    }

    private static async Task BreakSourceAsync(AlertLab lab, string target)
    {
        await lab.Pipeline.Predictions.ExecuteAsync("ALTER TABLE user_styles RENAME TO gone");
        var run = await lab.Pipeline.CollectFailingAsync(DateOnly.Parse(target, null));
        Assert.Equal(RunStatus.Failed, run.Status);
    }
}
