using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace DatasetAdmin.Benchmarks;

/// <summary>Something that is measured.</summary>
/// <param name="Size">How many objects, where nothing else is asked for.</param>
internal sealed record Scenario(string Name, int Size, string Purpose, Func<int, Task<IReadOnlyList<Figure>>> RunAsync);

/// <summary>What one process measured of itself.</summary>
/// <param name="Seconds">Wall clock of the work, without start and preparation.</param>
/// <param name="CpuSeconds">Of this process alone, not of the server.</param>
/// <param name="PeakMegabytes">The most memory that was resident since the process began.</param>
/// <param name="Requests">Requests to the S3 server during the work; null on the file store.</param>
/// <param name="PhotosRead">Photos whose bytes were read; null where nobody counted.</param>
/// <param name="Writes">Objects that were written to the artifacts bucket or deleted there; null where nobody counted.</param>
internal sealed record Measured(double Seconds, double CpuSeconds, double PeakMegabytes, long? Requests = null, long? PhotosRead = null, long? Writes = null);

/// <summary>What a figure is to reach.</summary>
internal sealed record Goal(string Text, bool IsMet)
{
    public static Goal AtMost(double most, double? value, string unit) =>
        new(string.Create(CultureInfo.InvariantCulture, $"at most {most:0.###}{unit}"), value <= most);
}

/// <summary>A line of the table.</summary>
/// <param name="Peer">What ours is compared with, measured on the same machine in the same minute; null where there is nothing.</param>
/// <param name="Note">What no other column says.</param>
/// <param name="Goals">Of the scenario's own size: smaller ones, where every figure has its fixed part, meet or miss nothing.</param>
internal sealed record Figure(string What, int Objects, Measured Ours, string? PeerName = null, Measured? Peer = null, string? Note = null, params IReadOnlyList<Goal> Goals)
{
    public double? Ratio => Peer is null ? null : Ours.Seconds / Peer.Seconds;

    public double? RequestsPerObject => Ours.Requests is { } requests ? (double)requests / Objects : null;
}

/// <summary>Prints figures with the machine that they were taken on, and writes them as JSON.</summary>
internal sealed class Report
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };
    private readonly List<object> _scenarios = [];

    /// <summary>Of the last minute, so that before a scenario it is that of others.</summary>
    public static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "";

    public void Add(string name, int size, string loadBefore, IReadOnlyList<Figure> figures)
    {
        var load = Load();
        _scenarios.Add(new { name, size, loadBefore, loadAfter = load, figures });
        string[][] rows =
        [
            ["", "ours", "objects/s", "peer", "ratio", "own CPU", "peak MB", "requests each", "photos read", "writes", ""],
            .. figures.Select(figure => new[]
            {
                figure.What,
                Text(figure.Ours.Seconds > 0 ? figure.Ours.Seconds : null, "0.00#### s"),
                Text(figure.Ours.Seconds > 0 && figure.Objects > 1 ? figure.Objects / figure.Ours.Seconds : null, "0"),
                figure.Peer is null ? "" : $"{Text(figure.Peer.Seconds, "0.00 s")} {Text(figure.Peer.PeakMegabytes, "0")} MB ({figure.PeerName})",
                Text(figure.Ratio, "0.000"),
                Text(figure.Ours.CpuSeconds, "0.00 s"),
                Text(figure.Ours.PeakMegabytes, "0"),
                Text(figure.RequestsPerObject, "0.000"),
                Text(figure.Ours.PhotosRead, "0"),
                Text(figure.Ours.Writes, "0"),
                figure.Note ?? "",
            }),
        ];
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            Console.WriteLine("  " + string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]))));
        }

        foreach (var (figure, goal) in figures.SelectMany(figure => figure.Goals.Select(goal => (figure, goal))))
        {
            Console.WriteLine($"  {figure.What}: {goal.Text}: {(goal.IsMet ? "met" : "missed")}");
        }

        Console.WriteLine($"  {Machine()}, load {loadBefore} before and {load} at the end (of our own making too)");
        Console.WriteLine();
    }

    public Task WriteAsync(string file) => File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { machine = Machine(), scenarios = _scenarios }, s_json));

    private static string Machine()
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20;
        return $"{Processor()}{Environment.ProcessorCount} cores, {memory} MB, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";
    }

    private static string Processor()
    {
        var model = File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return model is null ? "" : $"{model[(model.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()}, ";
    }

    private static string Text(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
