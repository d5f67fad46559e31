using System.Globalization;
using DatasetAdmin.Core.Storage;
using Microsoft.Playwright;

namespace DatasetAdmin.Benchmarks.Scenarios;

/// <summary>
/// Many pages of a real browser on a day of the site, each a circuit: what each adds to the memory of the site's process once ten have
/// warmed it up, and how long a click takes until the page shows its answer, one circuit after the other. One kind of click only changes the
/// page; the other chooses a class and so asks for counts and images. The clicks with a goal are those of somebody whose browser holds a few
/// pages, while the others stay open: in the one that holds them all, each click also waits for the memory and the timers of all.
/// </summary>
internal static class CircuitsScenario
{
    private const int ImagesPerCircuit = 100;
    private const int WarmUp = 10;
    private const int OwnPages = 10;
    private const int ClicksEach = 10;

    // From the click to the change of the page that answers it, measured where the person sits.
    private const string ClickClass = """
        nth => new Promise(resolve => {
            const grid = document.querySelector('.day-grid'), text = () => grid.querySelector('[role=status]').textContent, before = text();
            const observer = new MutationObserver(() => { if (text() !== before) { observer.disconnect(); resolve(performance.now() - start); } });
            observer.observe(grid, { subtree: true, childList: true, characterData: true });
            const start = performance.now();
            document.querySelectorAll('.class-bars a')[nth].click();
        })
        """;

    private const string ClickMenu = """
        nth => new Promise(resolve => {
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
            await MeasureAsync([warm], ClickClass, 1);
            await MeasureAsync([warm], ClickMenu, 1);
        }

        var (before, cpu) = (site.ResidentMegabytes, site.CpuSeconds);
        List<IPage> pages = [];
        for (var page = 0; page < size; page++)
        {
            pages.Add(await OpenAsync(browser));
        }

        var opened = new Measured(0, site.CpuSeconds - cpu, site.PeakMegabytes);
        var each = (site.ResidentMegabytes - before) / size;
        var shownAmongAll = await MeasureAsync(pages, ClickMenu, 1);
        var askedAmongAll = await MeasureAsync(pages, ClickClass, 1);

        await using var own = await SiteBrowser.StartAsync(site.Url);
        List<IPage> ownPages = [];
        for (var page = 0; page < Math.Min(size, OwnPages); page++)
        {
            ownPages.Add(await OpenAsync(own));
        }

        var shown = await MeasureAsync(ownPages, ClickMenu, ClicksEach);
        var asked = await MeasureAsync(ownPages, ClickClass, ClicksEach);
        var isFull = size >= 200;
        return
        [
            new("open", size, opened, Note: string.Create(CultureInfo.InvariantCulture, $"{each:0.00} MB each")) { Goals = isFull ? [Goal.AtMost(3, each, " MB each")] : [] },
            Click("a click that changes the page", shown, isFull),
            Click("a click that asks for data", asked, isFull),
            Click("the former in the browser that holds all", shownAmongAll, false),
            Click("the latter in that browser", askedAmongAll, false),
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

    // In seconds, the shortest first. Each page is clicked so often, each time at another of what can be clicked.
    private static async Task<List<double>> MeasureAsync(IReadOnlyList<IPage> pages, string click, int times)
    {
        List<double> seconds = [];
        for (var nth = 0; nth < times; nth++)
        {
            foreach (var page in pages)
            {
                seconds.Add(await page.EvaluateAsync<double>(click, nth) / 1000);
            }
        }

        seconds.Sort();
        return seconds;
    }
}
