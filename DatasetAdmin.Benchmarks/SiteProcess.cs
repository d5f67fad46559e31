using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using DatasetAdmin.Web;

namespace DatasetAdmin.Benchmarks;

/// <summary>The site as a process of its own, as it is started where it works.</summary>
internal sealed class SiteProcess : IAsyncDisposable
{
    private readonly Process _process;

    private SiteProcess(Process process, string url, TimeSpan firstPageAfter) => (_process, Url, FirstPageAfter) = (process, url, firstPageAfter);

    /// <summary>Without a slash at the end.</summary>
    public string Url { get; }

    /// <summary>How long after the process was started the first page came whole.</summary>
    public TimeSpan FirstPageAfter { get; }

    public double ResidentMegabytes => PeerProcess.Megabytes($"/proc/{_process.Id}/status", "VmRSS:");

    public double PeakMegabytes => PeerProcess.Megabytes($"/proc/{_process.Id}/status", "VmHWM:");

    public double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>Starts it and asks for a page until it answers. It follows no schedule, so that it does nothing but what it is asked.</summary>
    /// <param name="folder">Where the program lies; null: beside this one.</param>
    public static async Task<SiteProcess> StartAsync(IReadOnlyDictionary<string, string> settings, string? folder = null)
    {
        var url = $"http://127.0.0.1:{FreePort()}";
        string[] arguments = [.. settings.Select(setting => $"--{setting.Key}={setting.Value}"), $"--urls={url}", "--Schedule:Enabled=false", .. SiteSession.Arguments, "--Pages:MaxPerUser=10000", "--Pages:MaxInAll=10000", "--Logging:LogLevel:Default=Warning", "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Warning"];
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder ?? AppContext.BaseDirectory, "DatasetAdmin.Web.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            WorkingDirectory = settings["DataFolder"],
        };
        using var http = new HttpClient { BaseAddress = new(url) };
        var watch = Stopwatch.StartNew();
        var process = Process.Start(start)!;
        while (true)
        {
            try
            {
                await http.GetStringAsync(AppUrls.SignIn);
                return new(process, url, watch.Elapsed);
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                await Task.Delay(10);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
