using System.Diagnostics;
using System.Globalization;

namespace DatasetAdmin.Benchmarks;

/// <summary>A program that others made and the distribution packages.</summary>
internal static class PeerProcess
{
    /// <param name="package">What to install where the program is missing.</param>
    public static async Task<Measured> RunAsync(string program, string package, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        Process process;
        var watch = Stopwatch.StartNew();
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new InvalidOperationException($"{program} is missing: run DatasetAdmin.Benchmarks/install-peers.sh, or install the package {package}.", exception);
        }

        using (process)
        {
            var errors = process.StandardError.ReadToEndAsync();
            var (peak, cpu) = (0.0, 0.0);
            while (!process.HasExited)
            {
                // Both are gone with the process, so that the last look is what counts.
                (peak, cpu) = Look(process.Id) ?? (peak, cpu);
                await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(20));
            }

            var seconds = watch.Elapsed.TotalSeconds;
            return process.ExitCode == 0
                ? new(seconds, cpu, peak)
                : throw new InvalidOperationException($"{program} ended with exit code {process.ExitCode}: {await errors}");
        }
    }

    /// <summary>Peak memory in MB and CPU seconds of a process and of its threads; null where the system doesn't say.</summary>
    private static (double Peak, double Cpu)? Look(int id)
    {
        try
        {
            var peak = Megabytes($"/proc/{id}/status", "VmHWM:");
            var times = File.ReadAllText($"/proc/{id}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return (peak, (long.Parse(times[11], CultureInfo.InvariantCulture) + long.Parse(times[12], CultureInfo.InvariantCulture)) / 100.0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A line of one of Linux's files about a process.</summary>
    public static double Megabytes(string file, string name)
    {
        var line = File.ReadLines(file).First(line => line.StartsWith(name, StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }
}
