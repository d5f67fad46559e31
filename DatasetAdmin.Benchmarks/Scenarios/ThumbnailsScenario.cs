using System.Diagnostics;
using DatasetAdmin.Core.Images;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DatasetAdmin.Benchmarks.Scenarios;

/// <summary>
/// Thumbnails of photos of 400 KB on the file store, two at once, beside vipsthumbnail over the same files to the same size, format and
/// quality as two processes of half the files and one thread each: alternately three times. Then one that was made, asked of the site over
/// HTTP again and again: the median and the 95th percentile.
/// </summary>
internal static class ThumbnailsScenario
{
    private const int Threads = 2;
    private const int CachedRequests = 500;
    private const string Prefix = "datasets/gold/Queen/";

    public static async Task<IReadOnlyList<Figure>> RunAsync(int size)
    {
        using var workplace = Workplace.OnFiles();
        var settings = workplace.Settings("artifacts");
        var folder = await WritePhotosAsync(settings, size);
        var figures = await Rounds.AlternateAsync(
            size,
            round => ChildProcess.MeasureAsync("thumbnails", new(Fresh(settings, $"ours{round}"), $"{size}")),
            "vipsthumbnail",
            round => MakeByPeerAsync(folder, Path.Combine(settings["DataFolder"], $"peer{round}")),
            median => [Goal.AtMost(1, median.Ratio, " times vipsthumbnail's time")]);
        var cached = await ChildProcess.MeasureAsync("cached-thumbnail", new(Fresh(settings, "cached"), $"{Math.Min(size, 50)}"));
        var slow = await ChildProcess.MeasureAsync("cached-thumbnail-95", new(Fresh(settings, "cached"), $"{Math.Min(size, 50)}"));
        return
        [
            .. figures,
            new("a cached one over HTTP, median", 1, cached) { Goals = [Goal.AtMost(0.005, cached.Seconds, " s")] },
            new("the same, 95th percentile", 1, slow),
        ];
    }

    /// <summary>In a child: makes as many thumbnails as the order says.</summary>
    public static async Task<Measured> MakeAsync(Order order)
    {
        await using var app = await ProgramSteps.StartAsync(order.Settings);
        var thumbnails = app.Services.GetRequiredService<Thumbnails>();
        return await ChildProcess.TimeAsync(() => Parallel.ForEachAsync(
            Enumerable.Range(0, int.Parse(order.Target, null)), new ParallelOptions { MaxDegreeOfParallelism = Threads }, async (number, token) =>
            {
                if ((await thumbnails.GetAsync(Key(number), null, Thumbnails.Small, token)).Path is null)
                {
                    throw new InvalidOperationException($"There is no thumbnail of {Key(number)}.");
                }
            }));
    }

    /// <summary>In a child: asks the site for thumbnails that it has; the time of one request.</summary>
    public static async Task<Measured> AskAsync(Order order, double percentile)
    {
        var builder = AppHost.CreateBuilder([.. order.Settings.Select(setting => $"--{setting.Key}={setting.Value}"), "--urls=http://127.0.0.1:0", "--Schedule:Enabled=false", .. SiteSession.Arguments]);
        builder.Logging.ClearProviders();
        await using var app = AppHost.BuildSite(builder);
        await AppHost.PrepareSiteAsync(app.Services, CancellationToken.None);
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new(app.Urls.First()) };
        await SiteSession.SignInAsync(http);
        var artifacts = app.Services.GetRequiredService<Buckets>().Artifacts;
        List<string> paths = [];
        for (var number = 0; number < int.Parse(order.Target, null); number++)
        {
            var stored = await artifacts.FindOrNullAsync(Key(number), CancellationToken.None);
            paths.Add(AppUrls.Thumbnail(Key(number), stored!.ETag, Thumbnails.Small));
            await http.GetByteArrayAsync(paths[^1]);
        }

        List<double> times = [];
        var whole = await ChildProcess.TimeAsync(async () =>
        {
            for (var request = 0; request < CachedRequests; request++)
            {
                var watch = Stopwatch.StartNew();
                await http.GetByteArrayAsync(paths[request % paths.Count]);
                times.Add(watch.Elapsed.TotalSeconds);
            }
        });
        await app.StopAsync();
        return whole with { Seconds = times.Order().ElementAt((int)((times.Count - 1) * percentile)), CpuSeconds = whole.CpuSeconds / CachedRequests };
    }

    private static string Key(int number) => $"{Prefix}{number:000000}.jpg";

    // A data folder of its own, and so no thumbnails, over the same buckets.
    private static Dictionary<string, string> Fresh(Dictionary<string, string> settings, string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(settings["DataFolder"], name)).FullName;
        if (!Directory.Exists(Path.Combine(folder, "store")))
        {
            Directory.CreateSymbolicLink(Path.Combine(folder, "store"), Path.Combine(settings["DataFolder"], "store"));
        }

        return new(settings) { ["DataFolder"] = folder };
    }

    private static async Task<string> WritePhotosAsync(Dictionary<string, string> settings, int size)
    {
        await using var app = await ProgramSteps.StartAsync(settings);
        var artifacts = app.Services.GetRequiredService<Buckets>().Artifacts;
        var photos = Photos.Large();
        for (var number = 0; number < size; number++)
        {
            using var content = new MemoryStream(photos.Get(number));
            await artifacts.PutAsync(Key(number), content, "image/jpeg", CancellationToken.None);
        }

        return Path.Combine(settings["DataFolder"], "store", artifacts.Bucket, Prefix);
    }

    private static async Task<Measured> MakeByPeerAsync(string folder, string target)
    {
        Directory.CreateDirectory(target);
        var files = Directory.GetFiles(folder, "*.jpg").Order().ToArray();
        var watch = Stopwatch.StartNew();
        var halves = await Task.WhenAll(Enumerable.Range(0, Threads).Select(part => PeerProcess.RunAsync(
            "vipsthumbnail",
            "libvips-tools",
            [.. files.Where((_, index) => index % Threads == part), "--size", $"{Thumbnails.Small}x{Thumbnails.Small}>", "--eprofile", "srgb", "-o", $"{target}/%s.webp[Q=78,effort=1,strip]"],
            new Dictionary<string, string> { ["VIPS_CONCURRENCY"] = "1" })));
        var seconds = watch.Elapsed.TotalSeconds;
        var made = Directory.GetFiles(target).Length;
        return made == files.Length
            ? new(seconds, halves.Sum(half => half.CpuSeconds), halves.Sum(half => half.PeakMegabytes))
            : throw new InvalidOperationException($"vipsthumbnail made {made} of {files.Length}.");
    }
}
