using System.Diagnostics;
using System.Text.Json;
using DatasetAdmin.Benchmarks.Scenarios;

namespace DatasetAdmin.Benchmarks;

/// <summary>What a child process is to do.</summary>
/// <param name="Settings">The program's settings.</param>
/// <param name="Target">The day or month whose collection or build is measured.</param>
/// <param name="WarmUp">One that goes before, unmeasured, so that nobody's compilation of code is measured; or null.</param>
internal sealed record Order(IReadOnlyDictionary<string, string> Settings, string Target, string? WarmUp = null);

/// <summary>
/// A part of a scenario in a process of its own, so that its peak of memory is its own and no side finds the other's code
/// compiled or connections open.
/// </summary>
internal static class ChildProcess
{
    public static async Task<Measured> MeasureAsync(string step, Order order)
    {
        string[] runtime = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(ChildProcess).Assembly.Location] : [];
        var start = new ProcessStartInfo(Environment.ProcessPath!, [.. runtime, "child", step, JsonSerializer.Serialize(order)]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<Measured>(output)!
            : throw new InvalidOperationException($"The step '{step}' failed: {output}");
    }

    /// <summary>In the child: does the work and prints what it measured.</summary>
    public static async Task RunStepAsync(string step, string json)
    {
        var order = JsonSerializer.Deserialize<Order>(json)!;
        var measured = step switch
        {
            "bare" => await BareLoop.RunAsync(order),
            "collect" => await ProgramSteps.CollectAsync(order),
            "browse" => await BrowseQuestions.RunAsync(order),
            "build" => await ProgramSteps.BuildAsync(order),
            "inspect" => await InspectScenario.InspectAsync(order),
            "decode" => await InspectScenario.DecodeAsync(order),
            "plan" => await MillionScenario.PlanAsync(order),
            "thumbnails" => await ThumbnailsScenario.MakeAsync(order),
            "cached-thumbnail" => await ThumbnailsScenario.AskAsync(order, 0.5),
            "cached-thumbnail-95" => await ThumbnailsScenario.AskAsync(order, 0.95),
            _ => throw new ArgumentException($"There is no step '{step}'.", nameof(step)),
        };
        Console.Write(JsonSerializer.Serialize(measured));
    }

    public static async Task<Measured> TimeAsync(Func<Task> work)
    {
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        await work();
        var seconds = watch.Elapsed.TotalSeconds;
        process.Refresh();
        return new(seconds, (process.TotalProcessorTime - cpu).TotalSeconds, PeakMegabytes());
    }

    // What Linux counts; elsewhere the nearest that .NET knows.
    private static double PeakMegabytes()
    {
        const string Status = "/proc/self/status";
        if (File.Exists(Status))
        {
            return PeerProcess.Megabytes(Status, "VmHWM:");
        }

        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1048576.0;
    }
}
