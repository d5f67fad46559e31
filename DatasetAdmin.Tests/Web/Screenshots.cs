using System.Globalization;
using DatasetAdmin.Core.Datasets;
using NetVips;

namespace DatasetAdmin.Tests.Web;

/// <summary>The pictures of the README: pages of a site on the sample, each looked at for faults while it is open.</summary>
internal static class Screenshots
{
    /// <summary>A folder that the pictures are kept in; without it they are made and thrown away.</summary>
    public const string Variable = "DATASETADMIN_SCREENSHOTS";

    /// <param name="url">The site's, without a slash at the end.</param>
    /// <param name="month">The sample covers it whole.</param>
    /// <param name="folder">Where the pictures go.</param>
    public static async Task TakeAsync(string url, Month month, DateOnly day, string folder)
    {
        Directory.CreateDirectory(folder);
        var dayText = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        (string Name, string Path, int Height, string Ready)[] pictures =
        [
            ("overview", "/", 1030, ".strip"),
            ("day", $"/candidates/{dayText}", 900, ".image-tile[data-image]"),
            ("dataset", $"/datasets/verified/{month}?bars=size", 1100, ".class-preview-images img"),
            ("compare", $"/compare?left=verified/{month}&right=full/{month}&images=only-right&to=Queen", 1400, ".image-tile[data-image]"),
        ];
        foreach (var (name, path, height, ready) in pictures)
        {
            await using var page = await TestPage.OpenAsync(url);
            await page.Page.SetViewportSizeAsync(1280, height);
            await page.GoToAsync(path);
            await page.ExpectAsync(ready);
            await page.SettleAsync();

            // What lies below the window isn't loaded, and isn't in the picture either.
            await page.Page.WaitForFunctionAsync(
                "() => [...document.images].every(image => image.getBoundingClientRect().top > innerHeight || (image.complete && image.naturalWidth > 0))");
            await page.AssertFitsAsync();
            page.AssertClean();
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{name}.png"), Smaller(await page.Page.ScreenshotAsync()), TestContext.Current.CancellationToken);
        }
    }

    // A palette does for pages, and takes a third of the bytes.
    private static byte[] Smaller(byte[] png)
    {
        using var image = Image.NewFromBuffer(png);
        return image.PngsaveBuffer(compression: 9, palette: true, q: 90, effort: 10, keep: Enums.ForeignKeep.None);
    }
}
