using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Tests.EndToEnd;
using DatasetAdmin.Tests.Support;

namespace DatasetAdmin.Tests.Commands;

/// <summary>What a person does to the queue and the schedule from the command line of another process.</summary>
public class QueueCommandTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cancel_OpenRun_EndsItByTargetOrId()
    {
        await using var pipeline = await TestPipeline.StartAsync(Backend.Embedded);
        var first = await pipeline.Queue().RequestAsync(DayCollection.Request(new(2026, 10, 5), RunTrigger.Site, "olga"), Token);
        var second = await pipeline.Queue().RequestAsync(DayCollection.Request(new(2026, 10, 6), RunTrigger.Site, "olga"), Token);

        var waiting = await TestProgram.RunAsync(pipeline.Settings, "status");
        Assert.Contains($"{second.Run.Id}", waiting.Output, StringComparison.Ordinal);
        Assert.Contains("2026-10-05: cancelled.", (await TestProgram.RunAsync(pipeline.Settings, "cancel", "2026-10-05")).Output, StringComparison.Ordinal);
        Assert.Contains("2026-10-06: cancelled.", (await TestProgram.RunAsync(pipeline.Settings, "cancel", $"{second.Run.Id}")).Output, StringComparison.Ordinal);

        var run = (await pipeline.Runs().FindOrNullAsync(first.Run.Id, Token))!;
        Assert.Equal((RunStatus.Cancelled, Environment.UserName), (run.Status, run.CancelRequestedBy));
        BadInputTests.AssertRefused(await TestProgram.RunAsync(pipeline.Settings, "cancel", $"{second.Run.Id}"), 1, "this run has ended already, cancelled");
        BadInputTests.AssertRefused(await TestProgram.RunAsync(pipeline.Settings, "cancel", "2026-10-05"), 2, "is neither the id of a run nor the target of an open one");
    }

    [Fact]
    public async Task Pause_Job_ShowsInStatusUntilItIsResumed()
    {
        using var folder = new TestFolder();

        Assert.Equal(0, (await TestProgram.RunAsync(folder.Settings, "pause", "dailycollection")).ExitCode);
        Assert.Contains($"by {Environment.UserName}", Row(await TestProgram.RunAsync(folder.Settings, "status")), StringComparison.Ordinal);
        Assert.Equal(0, (await TestProgram.RunAsync(folder.Settings, "resume", "DailyCollection")).ExitCode);
        Assert.DoesNotContain("paused", Row(await TestProgram.RunAsync(folder.Settings, "status")), StringComparison.Ordinal);
        BadInputTests.AssertRefused(await TestProgram.RunAsync(folder.Settings, "pause", "nightly"), 2, "write DailyCollection or MonthlyBuild");

        static string Row(ProgramResult result) => Assert.Single(result.Output.Split('\n'), line => line.Contains("DailyCollection", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Schedule:DailyCollection", "60 * * * *", "Schedule:DailyCollection is '60 * * * *', which is no cron expression")]
    [InlineData("Runs:RetryPauses:0", "soon", "Runs:RetryPauses:0 is 'soon': write a duration")]
    [InlineData("Runs:Concurrency", "-1", "Runs:Concurrency is -1: write how many")]
    public async Task Start_WrongSetting_IsRefusedWithItsName(string key, string value, string says)
    {
        using var folder = new TestFolder();
        var settings = folder.Settings;
        settings[key] = value;

        BadInputTests.AssertRefused(await TestProgram.RunAsync(settings, "status"), 2, says);
    }
}
