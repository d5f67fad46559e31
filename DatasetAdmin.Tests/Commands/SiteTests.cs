using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace DatasetAdmin.Tests.Commands;

/// <summary>The web app as a process, over real Kestrel.</summary>
[Collection(AloneCollection.Name)]
public class SiteTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_EmptyDataFolderInProduction_ServesAndStopsWhenTold()
    {
        using var folder = new TestFolder();
        var url = FreeUrl();
        await using var program = TestProgram.Start(folder.Settings, $"--urls={url}");
        await program.WaitForAsync("Now listening on", TimeSpan.FromSeconds(60));
        using var client = new HttpClient { BaseAddress = new Uri(url) };

        Assert.Equal("live", await client.GetStringAsync("health/live", Token));
        Assert.Contains("No month is built yet", await client.GetStringAsync("", Token), StringComparison.Ordinal);
        program.Signal("TERM");
        var result = await program.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.DoesNotContain("fail:", result.Output, StringComparison.Ordinal);
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
        await program.WaitForAsync("Now listening on", TimeSpan.FromSeconds(60));
        using var client = new HttpClient { BaseAddress = new Uri(url) };
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromMinutes(3));
        var page = await client.GetStringAsync("", deadline.Token);
        while (page.Contains("id=\"working\"", StringComparison.Ordinal) || !page.Contains("<th scope=\"row\">full/", StringComparison.Ordinal))
        {
            await Task.Delay(500, deadline.Token);
            page = await client.GetStringAsync("", deadline.Token);
        }

        var manifests = Directory.GetFiles(Path.Combine(folder.Path, "store", "ml-artifacts", "datasets"), "manifest.json", SearchOption.AllDirectories)
            .Where(path => !path.Contains("candidates", StringComparison.Ordinal)).ToList();
        Assert.Equal(4, manifests.Count);
        foreach (var path in manifests)
        {
            using var manifest = JsonDocument.Parse(await File.ReadAllTextAsync(path, Token));
            var totals = manifest.RootElement.GetProperty("totals");
            string[] cells = [.. new[] { "images", "gold", "new", "verified" }.Select(name => totals.GetProperty(name).GetInt64().ToString("N0", CultureInfo.InvariantCulture))];
            var name = $"{manifest.RootElement.GetProperty("dataset_type").GetString()}/{Path.GetFileName(Path.GetDirectoryName(path))}";
            var row = page[page.IndexOf($"<th scope=\"row\">{name}</th>", StringComparison.Ordinal)..];
            row = row[..row.IndexOf("</tr>", StringComparison.Ordinal)];
            Assert.Contains($"<td>{manifest.RootElement.GetProperty("version").GetString()}</td>", row, StringComparison.Ordinal);
            Assert.Equal(cells, row.Split("<td class=\"number\">").Skip(1).Select(cell => cell[..cell.IndexOf('<', StringComparison.Ordinal)]));
        }

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

    // Free a moment ago: nothing else here asks for a port by number.
    private static string FreeUrl()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }
}
