using System.Diagnostics;

namespace DatasetAdmin.Tests.Support;

/// <summary>
/// A running script of <c>Support/Servers</c>, which is a throwaway server. It ends with this object, and also with this
/// process, however that ends: the script stops when the input that it reads its orders from does.
/// </summary>
internal sealed class ServerScript : IAsyncDisposable
{
    // A machine that builds and tests at once takes its time.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    // The exit code of a script that misses its programs.
    private const int Unavailable = 69;

    private readonly string _name;
    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly SemaphoreSlim _oneOrder = new(1, 1);

    private ServerScript(string name)
    {
        _name = name;
        var start = new ProcessStartInfo("bash", [Path.Combine(AppContext.BaseDirectory, "Support", "Servers", $"{name}.sh")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
        AppDomain.CurrentDomain.ProcessExit += EndWithProcess;
    }

    /// <summary>Starts the server and waits until it takes requests.</summary>
    /// <returns>The script, and the words it said about its server: its port, then its credentials.</returns>
    /// <exception cref="InvalidOperationException">The server didn't start. The message says what to install, or what its logs say.</exception>
    public static async Task<(ServerScript Script, string[] Details)> StartAsync(string name)
    {
        // Between its choice and its use, a port may be taken by another run of these tests: hence the second attempt.
        for (var attempt = 1; ; attempt++)
        {
            var script = new ServerScript(name);
            try
            {
                return (script, await script.ReadAnswerAsync("ready"));
            }
            catch (InvalidOperationException) when (attempt < 2 && !script.MissesPrograms)
            {
                await script.DisposeAsync();
            }
            catch
            {
                await script.DisposeAsync();
                throw;
            }
        }
    }

    public Task StopServerAsync() => OrderAsync("stop", "stopped");

    public Task StartServerAsync() => OrderAsync("start", "ready");

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= EndWithProcess;
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _oneOrder.Dispose();
    }

    private bool MissesPrograms => _process.HasExited && _process.ExitCode == Unavailable;

    private async Task OrderAsync(string order, string expected)
    {
        await _oneOrder.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(order);
            await _process.StandardInput.FlushAsync();
            await ReadAnswerAsync(expected);
        }
        finally
        {
            _oneOrder.Release();
        }
    }

    private async Task<string[]> ReadAnswerAsync(string expected)
    {
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(s_patience);
        if (line is null)
        {
            // The end of its output is the end of the script.
            await _process.WaitForExitAsync();
            throw new InvalidOperationException((await _errors).Trim());
        }

        var words = line.Split(' ');
        return words[0] == expected
            ? words[1..]
            : throw new InvalidOperationException($"The test server '{_name}' answered '{line}' instead of '{expected}'.");
    }

    private void EndWithProcess(object? sender, EventArgs e)
    {
        try
        {
            // The script ends its server and removes its folder by itself. Not waited for: a runner that takes long to exit
            // counts as hung.
            _process.StandardInput.Close();
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            // It ended before.
        }
    }
}
