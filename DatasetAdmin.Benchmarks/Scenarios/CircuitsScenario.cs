using System.Globalization;
using DatasetAdmin.Core.Storage;
using Microsoft.Playwright;

namespace DatasetAdmin.Benchmarks.Scenarios;

/// <summary>
/// Many pages of a real browser on a day of the site, each a circuit: what each adds to the memory of the site's process once ten have
/// warmed it up, and how long a click takes until the page shows its answer, one circuit after the other. One kind of click only changes the
/// page; the other chooses a class and so asks for counts and images.
/// </summary>
internal static class CircuitsScenario
{
    private const int ImagesPerCircuit = 100;
    private const int WarmUp = 10;

    // From the click to the change of the page that answers it, measured where the person sits.
    private const string ClickClass = """
        () => new Promise(resolve => {
            const grid = document.querySelector('.day-grid'), text = () => grid.querySelector('[role=status]').textContent, before = text();
            const observer = new MutationObserver(() => { if (text() !== before) { observer.disconnect(); resolve(performance.now() - start); } });
            observer.observe(grid, { subtree: true, childList: true, characterData: true });
            const start = performance.now();
            document.querySelector('.class-bars a').click();
        })
        """;

    private const string ClickMenu = """
        () => new Promise(resolve => {
            const button = document.querySelector('[aria-label=Navigation]');
            const observer = new MutationObserver(() => { observer.disconnect(); resolve(performance.now() - start); });
            observer.observe(button, { attributeFilter: ['aria-expanded'] });
            const start = performance.now();
            button.click();
        })
        """;

    public static async Task<IReadOnlyList<Figure>> RunAsync(int size)
    {
        using var workplace = Workplace.OnFiles();
        var settings = workplace.Settings("artifacts");
        await GeneratedMonth.WriteAsync(workplace, settings, size * ImagesPerCircuit, hasFiles: false);
        await using var site = await SiteProcess.StartAsync(settings);
        await using var browser = await SiteBrowser.StartAsync(site.Url);
        for (var page = 0; page < WarmUp; page++)
        {
            var warm = await OpenAsync(browser);
            await MeasureAsync([warm], ClickClass);
            await MeasureAsync([warm], ClickMenu);
        }

        var (before, cpu) = (site.ResidentMegabytes, site.CpuSeconds);
        List<IPage> pages = [];
        for (var page = 0; page < size; page++)
        {
            pages.Add(await OpenAsync(browser));
        }

        var opened = new Measured(0, site.CpuSeconds - cpu, site.PeakMegabytes);
        var each = (site.ResidentMegabytes - before) / size;
        var shown = await MeasureAsync(pages, ClickMenu);
        var asked = await MeasureAsync(pages, ClickClass);
        var isFull = size >= 200;
        return
        [
            new("open", size, opened, Note: string.Create(CultureInfo.InvariantCulture, $"{each:0.00} MB each")) { Goals = isFull ? [Goal.AtMost(3, each, " MB each")] : [] },
            Click("a click that changes the page", shown, isFull),
            Click("a click that asks for data", asked, isFull),
        ];

        Figure Click(string what, List<double> times, bool hasGoal)
        {
            var slow = times[(int)Math.Ceiling(times.Count * 0.95) - 1];
            return new($"{what}, 95th percentile", 1, new(slow, 0, site.PeakMegabytes), Note: string.Create(CultureInfo.InvariantCulture, $"median {times[times.Count / 2] * 1000:0} ms"))
            {
                Goals = hasGoal ? [Goal.AtMost(0.1, slow, " s")] : [],
            };
        }
    }

    private static async Task<IPage> OpenAsync(SiteBrowser browser)
    {
        var page = await browser.OpenAsync($"/candidates/{ObjectKeys.DayText(GeneratedMonth.Month.FirstDay)}");
        await page.Locator(".image-tile[data-image]").First.WaitForAsync();
        return page;
    }

    // In seconds, the shortest first.
    private static async Task<List<double>> MeasureAsync(IEnumerable<IPage> pages, string click)
    {
        List<double> times = [];
        foreach (var page in pages)
        {
            times.Add(await page.EvaluateAsync<double>(click) / 1000);
        }

        times.Sort();
        return times;
    }
}
