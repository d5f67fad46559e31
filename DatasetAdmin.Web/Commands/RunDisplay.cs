using DatasetAdmin.Core.Runs;
using Spectre.Console;

namespace DatasetAdmin.Web.Commands;

/// <summary>Shows this process's runs: bars on a terminal, a line for each step elsewhere.</summary>
internal static class RunDisplay
{
    private static readonly TimeSpan s_refresh = TimeSpan.FromMilliseconds(200);

    public static Task<T> ShowAsync<T>(RunExecutor runs, Func<Task<T>> work) =>
        AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected ? BarsAsync(runs, work) : LinesAsync(runs, work);

    private static Task<T> BarsAsync<T>(RunExecutor runs, Func<Task<T>> work) => AnsiConsole.Progress()
        .AutoClear(true)
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
        .StartAsync(async context =>
        {
            var bars = new Dictionary<Guid, ProgressTask>();
            var working = work();
            while (!working.IsCompleted)
            {
                var active = runs.Active;
                foreach (var run in active)
                {
                    if (!bars.TryGetValue(run.Id, out var bar))
                    {
                        bars[run.Id] = bar = context.AddTask(run.Request.Target);
                    }

                    var now = run.Progress.Current;
                    bar.Description = Markup.Escape($"{run.Request.Target} {now.Step}{Counts(now)}");
                    bar.IsIndeterminate = now.Total is null or 0;
                    bar.MaxValue = Math.Max(1, now.Total ?? 1);
                    bar.Value = now.Done;
                }

                foreach (var (_, bar) in bars.Where(item => active.All(run => run.Id != item.Key)))
                {
                    bar.StopTask();
                }

                await Task.WhenAny(working, Task.Delay(s_refresh));
            }

            return await working;
        });

    private static async Task<T> LinesAsync<T>(RunExecutor runs, Func<Task<T>> work)
    {
        var shown = new Dictionary<Guid, (string Step, DateTime At)>();
        var working = work();
        while (!working.IsCompleted)
        {
            foreach (var run in runs.Active)
            {
                var now = run.Progress.Current;
                var last = shown.GetValueOrDefault(run.Id);
                var at = TimeProvider.System.GetUtcNow().UtcDateTime;
                if (now.Step.Length > 0 && (now.Step != last.Step || at - last.At > TimeSpan.FromSeconds(10)))
                {
                    shown[run.Id] = (now.Step, at);
                    Console.WriteLine($"{run.Request.Target}: {now.Step}{Counts(now)}");
                }
            }

            await Task.WhenAny(working, Task.Delay(s_refresh));
        }

        return await working;
    }

    private static string Counts(RunProgressSnapshot now) => now.Total is > 0 ? $", {now.Done} of {now.Total}" : "";
}
