using System.Globalization;
using System.Text.Json;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Tests.Runs;

namespace DatasetAdmin.Tests.Commands;

/// <summary>The sample, made once by the program for all tests of the class: it takes most of a minute.</summary>
public sealed class MadeSample : IAsyncLifetime
{
    private readonly TestFolder _folder = new();

    internal string Folder => _folder.Path;

    internal ProgramResult Made { get; private set; } = null!;

    /// <summary>The previous month: the sample covers it whole, whatever today is.</summary>
    internal Month Month { get; } = Month.Of(DateOnly.FromDateTime(DateTime.UtcNow)).Previous;

    public async ValueTask InitializeAsync() => Made = await RunAsync("sample");

    internal Task<ProgramResult> RunAsync(params string[] args) => TestProgram.RunAsync(_folder.Settings, args);

    /// <summary>Starts a command that takes its time: one photo after the other.</summary>
    internal TestProgram StartSlow(params string[] args) =>
        TestProgram.Start(new Dictionary<string, string>(_folder.Settings) { ["Collecting:Concurrency"] = "1", ["Runs:Concurrency"] = "1" }, args);

    /// <summary>Makes days uncollected again, whichever test ran before.</summary>
    internal void Forget(DateOnly first, int days)
    {
        for (var day = first; day < first.AddDays(days); day = day.AddDays(1))
        {
            var folder = Path.Combine(Folder, "store", "ml-artifacts", "datasets", "candidates", day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>The command line on the embedded default, as a user would call it.</summary>
[Collection(AloneCollection.Name)]
public class SampleScenarioTests(MadeSample sample) : IClassFixture<MadeSample>
{
    private readonly string _month = sample.Month.ToString();

    [Fact]
    public async Task Commands_FromSampleToStatus_DoWhatTheySay()
    {
        Assert.True(sample.Made.ExitCode == 0, sample.Made.ToString());
        Assert.Contains("The sample source is made", sample.Made.Output, StringComparison.Ordinal);
        Assert.Contains("is there already", await DoneAsync("sample"), StringComparison.Ordinal);
        sample.Forget(sample.Month.FirstDay, days: 5);

        Assert.Contains($"{_month}-02: Collected ", await DoneAsync("collect", $"{_month}-02"), StringComparison.Ordinal);
        Assert.Contains($"{_month}-02: Nothing has changed: ", await DoneAsync("collect", $"{_month}-02"), StringComparison.Ordinal);
        var range = await DoneAsync("collect", $"{_month}-03", "--to", $"{_month}-05");
        Assert.All(["03", "04", "05"], day => Assert.Contains($"{_month}-{day}: Collected ", range, StringComparison.Ordinal));

        var built = await DoneAsync("build", _month);
        Assert.Contains($"verified/{_month}: Built {_month}-v1: ", built, StringComparison.Ordinal);
        Assert.Contains($"full/{_month}: Built {_month}-v1: ", built, StringComparison.Ordinal);
        Assert.DoesNotContain("verified/", await DoneAsync("build", _month, "--kind", "full"), StringComparison.Ordinal);
        var again = await DoneAsync("build", _month);
        Assert.Contains($"verified/{_month}: Nothing has changed: {_month}-v1 stays.", again, StringComparison.Ordinal);
        Assert.Contains($"full/{_month}: Nothing has changed: {_month}-v1 stays.", again, StringComparison.Ordinal);

        Assert.Contains(": 0 missing, 0 changed, 0 foreign.", await DoneAsync("check", _month, "--deep"), StringComparison.Ordinal);
        var manifest = Path.Combine(sample.Folder, "store", "ml-artifacts", "datasets", "full", _month, "manifest.json");
        using var full = JsonDocument.Parse(await File.ReadAllTextAsync(manifest, TestContext.Current.CancellationToken));
        var images = full.RootElement.GetProperty("total_images").GetInt64();
        var row = Assert.Single((await DoneAsync("status")).Split('\n'), line => line.Contains($"full/{_month} ", StringComparison.Ordinal) && line.Contains("stable", StringComparison.Ordinal));
        Assert.Contains($" {images.ToString(CultureInfo.InvariantCulture)} ", row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collect_DayHeldByAnotherProcess_IsBusy()
    {
        var day = $"{_month}-10";
        using (await LockHolderProcess.StartAsync(Path.Combine(sample.Folder, "locks"), day, TestContext.Current.CancellationToken))
        {
            var result = await sample.RunAsync("collect", day);

            Assert.Equal(3, result.ExitCode);
            Assert.StartsWith($"error: {day}: another run is at it", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        }

        Assert.Equal(0, (await sample.RunAsync("collect", day)).ExitCode);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Collect_Signalled_IsCancelledAndConvergesLater(string signal)
    {
        // So many that a signal meets it at work, however fast the machine.
        var (first, last) = ($"{_month}-01", $"{_month}-28");
        sample.Forget(DateOnly.Parse(first, CultureInfo.InvariantCulture), days: 28);
        await using var program = sample.StartSlow("collect", first, "--to", last);
        await program.WaitForAsync("fetching photos");
        program.Signal(signal);
        var result = await program.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.True(result.ExitCode == 1, result.ToString());
        var error = Assert.Single(result.ErrorLines);
        Assert.Contains("before it was done. It can be", error, StringComparison.Ordinal);
        var status = await DoneAsync("status");
        Assert.DoesNotContain(" running ", status, StringComparison.Ordinal);
        if (error.Contains("Cancelled", StringComparison.Ordinal))
        {
            // A signal between two days' runs cancels none of them.
            var day = error["error: ".Length..][.."YYYY-MM-DD".Length];
            Assert.Contains(status.Split('\n'), line => line.Contains(day, StringComparison.Ordinal) && line.Contains(" cancelled ", StringComparison.Ordinal));
        }

        var later = await DoneAsync("collect", first, "--to", last);
        Assert.Contains($"{last}: Collected ", later, StringComparison.Ordinal);
        Assert.Contains(": 0 missing, 0 changed, 0 foreign.", await DoneAsync("check", _month, "--deep"), StringComparison.Ordinal);
    }

    private async Task<string> DoneAsync(params string[] args)
    {
        var result = await sample.RunAsync(args);
        Assert.True(result.ExitCode == 0 && result.Errors.Length == 0, $"{string.Join(' ', args)}: {result}");
        return result.Output;
    }
}
