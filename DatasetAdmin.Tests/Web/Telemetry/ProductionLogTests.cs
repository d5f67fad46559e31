using System.Text.Json;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Tests.Commands;
using DatasetAdmin.Tests.EndToEnd;
using DatasetAdmin.Tests.Support;

namespace DatasetAdmin.Tests.Web.Telemetry;

/// <summary>What real processes write to their standard output in production.</summary>
public class ProductionLogTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Site_InProduction_EveryLineIsJson()
    {
        using var folder = new TestFolder();
        await using var program = TestProgram.Start(folder.SiteSettings, $"--urls={SiteTests.FreeUrl()}");
        await program.WaitForAsync("Now listening on");
        program.Signal("TERM");
        var result = await program.WaitAsync(TimeSpan.FromMinutes(3));

        var lines = Lines(result.Output);
        Assert.Contains(lines, line => line.GetProperty("Message").GetString()!.StartsWith("Now listening on", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.EndsWith("Z", line.GetProperty("Timestamp").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Site_InDevelopment_WritesForPeople()
    {
        using var folder = new TestFolder();
        var settings = new Dictionary<string, string>(folder.Settings) { ["ASPNETCORE_ENVIRONMENT"] = "Development", ["Minio:Endpoint"] = "" };
        await using var program = TestProgram.Start(settings, $"--urls={SiteTests.FreeUrl()}");
        await program.WaitForAsync("Now listening on");

        Assert.StartsWith("info: ", program.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("user_styles", RunStatus.Succeeded)]
    [InlineData("no_such_table", RunStatus.Failed)]
    public async Task Run_InProduction_ItsLinesCarryItsId(string table, RunStatus status)
    {
        await using var pipeline = await TestPipeline.StartAsync(Backend.Embedded);
        var requested = await pipeline.Queue().RequestAsync(DayCollection.Request(new(2026, 10, 5), RunTrigger.Schedule), Token);
        await using var site = TestSite.Start(pipeline, ("ASPNETCORE_ENVIRONMENT", "Production"), ("UserStyles:Table", table));
        var run = await pipeline.UntilAsync(requested.Run.Id, run => !run.IsOpen);
        site.Signal("TERM");
        var output = (await site.WaitAsync(TimeSpan.FromMinutes(3))).Output;

        Assert.Equal(status, run.Status);
        var about = Lines(output).Where(line => line.GetProperty("Category").GetString()!.EndsWith(".RunExecutor", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, about.Count);
        Assert.All(about, line => Assert.Equal(run.Id.ToString(), line.GetProperty("Scopes").EnumerateArray().Single().GetProperty("RunId").GetString()));
        Assert.Equal(status == RunStatus.Failed, about[1].TryGetProperty("Exception", out _));
    }

    private static List<JsonElement> Lines(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
}
