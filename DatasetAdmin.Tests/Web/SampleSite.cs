using System.Globalization;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Support;

namespace DatasetAdmin.Tests.Web;

/// <summary>
/// The real site over a small product of its own: two of the last days collected with photos of every format and a few broken ones, one
/// day not yet collected, and a gold set. Tests only read it, unless they say which day they change.
/// </summary>
public abstract class SampleSite(Backend backend) : IAsyncLifetime
{
    private static readonly DateOnly s_today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    /// <summary>Collected: 60 images, 3 rejected photos.</summary>
    public static DateOnly Day { get; } = s_today.AddDays(-4);

    /// <summary>Collected: 6 images.</summary>
    public static DateOnly SecondDay { get; } = s_today.AddDays(-3);

    /// <summary>Has predictions, and isn't collected until a test does so.</summary>
    public static DateOnly OpenDay { get; } = s_today.AddDays(-2);

    /// <summary>The first of two days without predictions, which aren't collected until a test does so.</summary>
    public static DateOnly EmptyDay { get; } = s_today.AddDays(-20);

    /// <summary>Isn't collected.</summary>
    public static DateOnly MissingDay { get; } = s_today.AddDays(-10);

    public static DateOnly FutureDay { get; } = s_today.AddDays(10);

    public static int DayImages => 60;

    public TestPipeline Pipeline { get; private set; } = null!;

    public string Url => Pipeline.Url;

    public async ValueTask InitializeAsync()
    {
        // What is missing stays so until a test asks for it.
        Pipeline = await TestPipeline.StartAsync(backend, settings: new Dictionary<string, string> { ["Schedule:Enabled"] = "false" }, site: true);
        string[] classes = ["Queen", "Fire", "Warm", "Soft"];
        for (var number = 0; number < DayImages; number++)
        {
            await AddAsync(Day, number, classes[number % classes.Length], number % 3 == 0, number % 5 == 0 ? "Fire" : null);
        }

        for (var number = 60; number < 63; number++)
        {
            await Pipeline.PutPhotoAsync($"broken/{number}.jpg", TestImages.TruncatedJpeg());
            await Pipeline.Predictions.AddAsync(number, At(Day, number), "Queen", isVerified: false, $"broken/{number}.jpg");
        }

        for (var number = 100; number < 106; number++)
        {
            await AddAsync(SecondDay, number, "Queen", isVerified: true, null);
        }

        for (var number = 200; number < 204; number++)
        {
            await AddAsync(OpenDay, number, "Warm", isVerified: false, null);
        }

        for (var seed = 9000; seed < 9008; seed++)
        {
            await Pipeline.PutArtifactAsync($"{ObjectKeys.Gold}{(seed % 2 == 0 ? "warm_woman" : "queen")}/gold {seed}.jpg", TestImages.Jpeg(seed, 240, 300));
        }

        await Pipeline.CollectAsync(Day);
        await Pipeline.CollectAsync(SecondDay);
    }

    public async ValueTask DisposeAsync()
    {
        await Pipeline.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private async Task AddAsync(DateOnly day, int number, string style, bool isVerified, string? initial)
    {
        var key = $"user {number % 20}/photo ({number}).jpg";
        await Pipeline.PutPhotoAsync(key, (number % 10) switch
        {
            3 => TestImages.Png(number, 240, 300),
            6 => TestImages.WebP(number, 300, 240),
            _ => TestImages.Jpeg(number, 240, 300),
        });
        await Pipeline.Predictions.AddAsync(number, At(day, number), style, $"[\"{key}\"]", isVerified, number % 20, initial);
    }

    private static DateTime At(DateOnly day, int number) => day.ToDateTime(new TimeOnly(8, number % 60), DateTimeKind.Utc).AddSeconds(number);

    /// <summary>A day as the site writes it.</summary>
    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>On SQLite and files.</summary>
public sealed class EmbeddedSite() : SampleSite(Backend.Embedded);

/// <summary>On PostgreSQL and the S3 server.</summary>
public sealed class ServersSite() : SampleSite(Backend.Servers);
