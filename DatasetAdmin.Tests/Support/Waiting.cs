using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace DatasetAdmin.Tests.Support;

/// <summary>
/// Waits for what must come. How long it takes on a busy machine isn't tested; only that a test which waits in vain ends, and says for
/// what it waited.
/// </summary>
internal static class Waiting
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    public static async Task UntilAsync(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(clock.Elapsed < s_patience, $"This didn't come within {s_patience}: {what}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public static Task UntilAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        UntilAsync(() => Task.FromResult(condition()), what);

    /// <summary>Moves a fake clock on until something has ended; what that throws stays in it.</summary>
    /// <param name="milliseconds">Between two moves, for what the clock waits for: moved on too fast, it would be late.</param>
    public static async Task UntilEndAsync(Task end, Action moveOn, int milliseconds)
    {
        var clock = Stopwatch.StartNew();
        while (!end.IsCompleted)
        {
            Assert.True(clock.Elapsed < s_patience, $"The work didn't end within {s_patience}.");
            moveOn();
            await Task.WhenAny(end, Task.Delay(milliseconds, TestContext.Current.CancellationToken));
        }
    }
}
