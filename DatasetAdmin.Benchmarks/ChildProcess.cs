using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

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
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        }

        foreach (var argument in new[] { "child", step, JsonSerializer.Serialize(order) })
        {
            start.ArgumentList.Add(argument);
        }

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
            "build" => await ProgramSteps.BuildAsync(order),
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
            var line = File.ReadLines(Status).Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
        }

        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1048576.0;
    }
}
