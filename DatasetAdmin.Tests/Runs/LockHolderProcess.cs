using System.Diagnostics;
using System.Runtime.CompilerServices;
using DatasetAdmin.Core.Runs;

namespace DatasetAdmin.Tests.Runs;

/// <summary>A real second process that holds a file lock: this same program, told by a variable to do that and nothing else.</summary>
internal sealed class LockHolderProcess : IDisposable
{
    private const string Variable = "DATASETADMIN_TEST_HOLD_LOCK";

    private readonly Process _process;

    private LockHolderProcess(Process process) => _process = process;

    public static async Task<LockHolderProcess> StartAsync(string folder, string target, CancellationToken cancellationToken)
    {
        var program = Path.Combine(AppContext.BaseDirectory, typeof(LockHolderProcess).Assembly.GetName().Name + (OperatingSystem.IsWindows() ? ".exe" : ""));
        var process = Process.Start(new ProcessStartInfo(program)
        {
            Environment = { [Variable] = $"{folder}|{target}" },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("held", await process.StandardOutput.ReadLineAsync(cancellationToken));
        return new LockHolderProcess(process);
    }

    /// <summary>As <c>kill -9</c>.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    [ModuleInitializer]
    internal static void HoldIfTold()
    {
        if (Environment.GetEnvironmentVariable(Variable)?.Split('|') is not [var folder, var target])
        {
            return;
        }

        var lease = new FileRunLocks(folder).TryAcquireAsync(target, CancellationToken.None).GetAwaiter().GetResult();
        Console.WriteLine(lease is null ? "busy" : "held");

        // Until it is killed, or its parent is gone.
        Console.In.ReadToEnd();
        Environment.Exit(0);
    }
}
