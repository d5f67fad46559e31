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
internal sealed record Measured(double Seconds, double CpuSeconds, double PeakMegabytes, long? Requests = null, long? PhotosRead = null);

/// <summary>A line of the table.</summary>
/// <param name="Peer">What ours is compared with, measured on the same machine in the same minute; null where there is nothing.</param>
internal sealed record Figure(string What, int Objects, Measured Ours, string? PeerName = null, Measured? Peer = null)
{
    public double? Ratio => Peer is null ? null : Ours.Seconds / Peer.Seconds;

    public double? RequestsPerObject => Ours.Requests is { } requests ? (double)requests / Objects : null;
}

/// <summary>Prints figures with the machine that they were taken on, and writes them as JSON.</summary>
internal sealed class Report
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };
    private readonly List<object> _scenarios = [];

    public void Add(string name, int size, IReadOnlyList<Figure> figures)
    {
        var load = File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "";
        _scenarios.Add(new { name, size, load, figures });
        string[][] rows =
        [
            ["", "ours", "objects/s", "peer", "ratio", "own CPU", "peak MB", "requests each", "photos read"],
            .. figures.Select(figure => new[]
            {
                figure.What,
                Text(figure.Ours.Seconds, "0.00 s"),
                Text(figure.Objects / figure.Ours.Seconds, "0"),
                figure.Peer is null ? "" : $"{Text(figure.Peer.Seconds, "0.00 s")} ({figure.PeerName})",
                Text(figure.Ratio, "0.000"),
                Text(figure.Ours.CpuSeconds, "0.00 s"),
                Text(figure.Ours.PeakMegabytes, "0"),
                Text(figure.RequestsPerObject, "0.000"),
                Text(figure.Ours.PhotosRead, "0"),
            }),
        ];
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            Console.WriteLine("  " + string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]))));
        }

        Console.WriteLine($"  {Machine()}, load {load} at the end (of our own making too)");
        Console.WriteLine();
    }

    public Task WriteAsync(string file) => File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { machine = Machine(), scenarios = _scenarios }, s_json));

    private static string Machine()
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20;
        return $"{Environment.ProcessorCount} cores, {memory} MB, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";
    }

    private static string Text(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
