using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace DatasetAdmin.Benchmarks.Scenarios;

/// <summary>
/// From the start of the process until the site's first page came, over a month that is there, the median of five; and until a browser
/// that is open shows the overview with its data. The program is published as for its container image, but where this only shows that it works.
/// </summary>
internal static class StartScenario
{
    private const int Times = 5;

    public static async Task<IReadOnlyList<Figure>> RunAsync(int size)
    {
        using var workplace = Workplace.OnFiles();
        var settings = workplace.Settings("artifacts");
        await GeneratedMonth.WriteAsync(workplace, settings, size, hasFiles: false);
        var isSmall = size < 1_000;
        var folder = isSmall ? null : await PublishAsync(settings["DataFolder"]);
        List<Measured> pages = [], overviews = [];
        for (var time = 0; time < (isSmall ? 1 : Times); time++)
        {
            await using var site = await SiteProcess.StartAsync(settings, folder);
            pages.Add(new(site.FirstPageAfter.TotalSeconds, site.CpuSeconds, site.PeakMegabytes));
            await using var browser = await SiteBrowser.StartAsync(site.Url);
            var watch = Stopwatch.StartNew();
            await browser.OpenAsync("/");
            overviews.Add(new(site.FirstPageAfter.TotalSeconds + watch.Elapsed.TotalSeconds, site.CpuSeconds, site.PeakMegabytes));
        }

        var first = Rounds.Median(pages);
        return
        [
            new("the first page", 1, first) { Goals = isSmall ? [] : [Goal.AtMost(2, first.Seconds, " s")] },
            new("the overview in a browser", 1, Rounds.Median(overviews)),
        ];
    }

    // The command of the Dockerfile.
    private static async Task<string> PublishAsync(string dataFolder, [CallerFilePath] string source = "")
    {
        var project = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "..", "..", "DatasetAdmin.Web"));
        var folder = Path.Combine(dataFolder, "published");
        await PeerProcess.RunAsync(
            "dotnet",
            "dotnet-sdk-10.0",
            [
                "publish", project, "--configuration", "Release", "--output", folder, "--use-current-runtime", "--no-self-contained", "--verbosity", "quiet",
                "-p:PublishReadyToRun=true", "-p:UseAppHost=false", "-p:NuGetLockFilePath=obj/published.lock.json", "-p:RestoreLockedMode=false",
            ]);
        return folder;
    }
}
