using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Tests.Web;
using Microsoft.Playwright;

namespace DatasetAdmin.Tests.Commands;

/// <summary>The web app as a process, over real Kestrel.</summary>
[Collection(AloneCollection.Name)]
public class SiteTests
{
    // Another run of these tests begins elsewhere.
    private static int s_port = Random.Shared.Next(10_000);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_EmptyDataFolderInProduction_ServesAndStopsWhenTold()
    {
        using var folder = new TestFolder();
        var url = FreeUrl();
        await using var program = TestProgram.Start(folder.SiteSettings, $"--urls={url}");
        await program.WaitForAsync("Now listening on");
        using var client = new HttpClient { BaseAddress = new Uri(url) };

        Assert.Equal("live", await client.GetStringAsync("health/live", Token));
        await using (var page = await TestPage.OpenAsync(url))
        {
            await page.GoToAsync("/");
            await page.ExpectTextAsync("section:has(#datasets)", "No month is built yet");
            page.AssertClean();
        }

        program.Signal("TERM");
        var result = await program.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.DoesNotContain("\"LogLevel\":\"Error\"", result.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "sample")), "The sample is made in Development only.");
    }

    [Fact]
    public async Task Start_WrongSetting_EndsWithItsNameAndCode2()
    {
        using var folder = new TestFolder();
        var result = await TestProgram.RunAsync(folder.Settings, $"--urls={FreeUrl()}", "--Collecting:Concurrency=many");

        BadInputTests.AssertRefused(result, 2, "Collecting:Concurrency is 'many': write a whole number.");
    }

    [Fact]
    public async Task Start_PortInUse_SaysSoInOneLine()
    {
        using var folder = new TestFolder();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var result = await TestProgram.RunAsync(folder.Settings, $"--urls=http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

        BadInputTests.AssertRefused(result, 1, "address already in use. End what listens there, or name another address");
        Assert.DoesNotContain("Exception", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_FreshFolderInDevelopment_BuildsTheSampleAndShowsIt()
    {
        using var folder = new TestFolder();
        var url = FreeUrl();
        await using var program = TestProgram.Start(folder.Settings, $"--urls={url}", "--environment=Development");
        await program.WaitForAsync("Now listening on");
        await using var page = await TestPage.OpenAsync(url, role: null);
        await page.Page.GotoAsync("/");
        await page.Page.GetByLabel("E-mail address").FillAsync("admin@sample.test");
        var password = await page.Get(".account-sample code").Nth(1).InnerTextAsync();
        await page.Page.GetByLabel("Password").FillAsync(password);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.SettleAsync();
        await page.ExpectTextAsync("#sample", "The sample is being made");
        await Assertions.Expect(page.Get("#sample")).ToHaveCountAsync(0, new() { Timeout = 600_000 });

        var manifests = Directory.GetFiles(Path.Combine(folder.Path, "store", "ml-artifacts", "datasets"), "manifest.json", SearchOption.AllDirectories)
            .Where(path => !path.Contains("candidates", StringComparison.Ordinal)).ToList();
        Assert.Equal(4, manifests.Count);
        foreach (var path in manifests)
        {
            using var manifest = JsonDocument.Parse(await File.ReadAllTextAsync(path, Token));
            var totals = manifest.RootElement.GetProperty("totals");
            string[] cells =
            [
                manifest.RootElement.GetProperty("version").GetString()!,
                .. new[] { "images", "new" }.Select(name => totals.GetProperty(name).GetInt64().ToString("N0", CultureInfo.InvariantCulture)),
            ];
            var name = $"{manifest.RootElement.GetProperty("dataset_type").GetString()} {Path.GetFileName(Path.GetDirectoryName(path))}";
            Assert.Equal(cells, (await page.Get($"section:has(#datasets) tr:has(th:has-text('{name}')) td").AllTextContentsAsync()).Take(3));
        }

        page.AssertClean();
        await LeftOutShowsBothPicturesAsync(page);
        var pictures = Environment.GetEnvironmentVariable(Screenshots.Variable) ?? Path.Combine(folder.Path, "pictures");
        var month = Month.Of(DateOnly.FromDateTime(DateTime.UtcNow)).Previous;
        await TestUsers.UseAsAdminAsync(url, "admin@sample.test", password);
        await Screenshots.TakeAsync(url, month, await BusiestDayAsync(folder.Path, month), pictures);
        Assert.All(["overview", "day", "dataset", "compare"], name => Assert.True(new FileInfo(Path.Combine(pictures, $"{name}.png")).Length > 10_000, name));
        Assert.DoesNotContain("fail:", program.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("crit:", program.Output, StringComparison.Ordinal);
        Assert.Equal("", program.Errors);
    }

    [Theory]
    [InlineData("--version", "^[0-9]+[.][0-9]+[.][0-9]+")]
    [InlineData("--help", "collect <day>")]
    public async Task Command_AskedAboutItself_Answers(string option, string pattern)
    {
        var result = await TestProgram.RunAsync(new Dictionary<string, string>(), option);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Matches(pattern, result.Output);
    }

    // The sample has photos that were sent in twice under different classes.
    private static async Task LeftOutShowsBothPicturesAsync(TestPage page)
    {
        await page.GoToAsync($"/datasets/full/{Month.Of(DateOnly.FromDateTime(DateTime.UtcNow)).Previous}?tab=left-out&reason=conflict");
        var first = page.Get("[data-reason=conflict]").First;
        await Assertions.Expect(first).ToContainTextAsync("left out");
        await Assertions.Expect(first.Locator("img")).ToHaveCountAsync(2);
        foreach (var picture in await first.Locator("img").AllAsync())
        {
            await picture.ScrollIntoViewIfNeededAsync();
            await Assertions.Expect(picture).ToHaveJSPropertyAsync("complete", true);
            Assert.True(await picture.EvaluateAsync<int>("image => image.naturalWidth") > 0);
        }

        await page.AssertAccessibleAsync();
        page.AssertClean();
    }

    private static async Task<DateOnly> BusiestDayAsync(string folder, Month month)
    {
        List<(DateOnly Day, long Images)> days = [];
        foreach (var day in month.Days)
        {
            var path = Path.Combine(folder, "store", "ml-artifacts", "datasets", "candidates", day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "manifest.json");
            using var manifest = JsonDocument.Parse(await File.ReadAllTextAsync(path, Token));
            days.Add((day, manifest.RootElement.GetProperty("total_images").GetInt64()));
        }

        return days.MaxBy(day => day.Images).Day;
    }

    /// <summary>An address for a process that is yet to start. Its port lies below those that the system gives to others meanwhile, to each connection one, and below those of the test servers.</summary>
    internal static string FreeUrl()
    {
        while (true)
        {
            var port = 10_000 + (int)((uint)Interlocked.Increment(ref s_port) % 10_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return $"http://127.0.0.1:{port}";
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse)
            {
                // Somebody else's.
            }
        }
    }
}
