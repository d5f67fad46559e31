using System.Diagnostics;
using System.Globalization;
using System.Text;
using DatasetAdmin.Tests.Web;

namespace DatasetAdmin.Tests.Commands;

/// <summary>How a process of the program ended.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Not empty, in order.</summary>
    public IReadOnlyList<string> ErrorLines => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public override string ToString() => $"exit code {ExitCode}\n{Output}\n{Errors}";
}

/// <summary>The real program as a process of its own, with the given settings and nothing else of this machine's environment.</summary>
internal sealed class TestProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private TestProgram(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(_errors, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output => Text(_output);

    public string Errors => Text(_errors);

    public bool HasExited => _process.HasExited;

    /// <summary>The most memory, in MiB, that it has had resident so far, as Linux counts it.</summary>
    public double PeakMegabytes =>
        double.Parse(File.ReadLines($"/proc/{_process.Id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;

    /// <param name="settings">With colons, or environment variables.</param>
    public static TestProgram Start(IReadOnlyDictionary<string, string> settings, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "DatasetAdmin.Web.dll"), .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(name => !IsSystems(name)))
        {
            start.Environment.Remove(name);
        }

        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return new TestProgram(Process.Start(start)!);
    }

    public static async Task<ProgramResult> RunAsync(IReadOnlyDictionary<string, string> settings, params string[] args)
    {
        await using var program = Start(settings, args);
        return await program.WaitAsync(TimeSpan.FromMinutes(4));
    }

    /// <exception cref="TimeoutException">It didn't end in time; the message says what it wrote.</exception>
    public async Task<ProgramResult> WaitAsync(TimeSpan atMost)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(atMost);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The program still ran after {atMost}:\n{Output}\n{Errors}");
        }

        return new(_process.ExitCode, Output, Errors);
    }

    /// <summary>Waits until it has written a text, to either output.</summary>
    /// <param name="atMost">Only so that a test which fails ends; three minutes unless given.</param>
    public async Task WaitForAsync(string text, TimeSpan? atMost = null)
    {
        atMost ??= TimeSpan.FromMinutes(3);
        var clock = Stopwatch.StartNew();
        while (!Output.Contains(text, StringComparison.Ordinal) && !Errors.Contains(text, StringComparison.Ordinal))
        {
            Assert.False(HasExited, $"It ended before it wrote '{text}':\n{Output}\n{Errors}");
            Assert.True(clock.Elapsed < atMost, $"It didn't write '{text}' in {atMost}:\n{Output}\n{Errors}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Where a site listens, once it does.</summary>
    public async Task<string> UrlAsync()
    {
        const string Says = "Now listening on: ";
        await WaitForAsync(Says);
        var output = Output;
        var url = output[(output.IndexOf(Says, StringComparison.Ordinal) + Says.Length)..];
        return url[..url.IndexOfAny(['"', '\n', '\r'])];
    }

    /// <param name="signal">INT, as Ctrl-C sends it, or TERM.</param>
    public void Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    // What a program needs to run at all. Everything else may be a setting, such as ASPNETCORE_URLS or DB_HOST.
    private static bool IsSystems(string name) =>
        name is "PATH" or "HOME" or "TMPDIR" or "TEMP" or "TMP" or "SystemRoot" or "USERPROFILE" or "LANG" || name.StartsWith("DOTNET_ROOT", StringComparison.Ordinal);

    private static void Append(StringBuilder text, string? line)
    {
        lock (text)
        {
            text.Append(line).Append(line is null ? "" : "\n");
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}

/// <summary>A data folder for one test, gone afterwards.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("datasetadmin-").FullName;

    public Dictionary<string, string> Settings => new() { ["DataFolder"] = Path };

    /// <summary>Those of a site that has an admin.</summary>
    public Dictionary<string, string> SiteSettings => new(TestUsers.AdminSettings) { ["DataFolder"] = Path };

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
