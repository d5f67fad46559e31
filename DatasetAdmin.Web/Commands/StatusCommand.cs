using System.Globalization;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Database;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Scheduling;
using DatasetAdmin.Core.Storage;
using Spectre.Console;

namespace DatasetAdmin.Web.Commands;

internal static class StatusCommand
{
    public static Task<int> RunAsync(bool verbose, CancellationToken cancellationToken) =>
        CommandSession.RunAsync(
            verbose,
            async (services, token) =>
            {
                if (Console.IsOutputRedirected)
                {
                    // Nobody's terminal: a row is a line, however long.
                    AnsiConsole.Profile.Width = 240;
                }

                var source = services.GetRequiredService<IPredictionSource>();
                var buckets = services.GetRequiredService<Buckets>();
                var code = ExitCode.Done;
                string reachable;
                try
                {
                    await source.CheckAsync(token);
                    reachable = "reachable";
                }
                catch (PredictionSourceException exception)
                {
                    (reachable, code) = (exception.Message, ExitCode.Of(exception));
                }

                Write("source", $"{source.Table}: {reachable}");
                Write("photos", $"{buckets.Photos.Bucket}: reachable");
                Write("artifacts", $"{buckets.Artifacts.Bucket}: reachable, conditional writes {(buckets.Artifacts.HonoursConditions ? "honoured" : "not honoured, so they are checked by reading")}");
                Write("database", services.GetRequiredService<AdminDatabase>().Description);
                Console.WriteLine();
                await WriteDaysAsync(services, token);
                await WriteMonthsAsync(services, token);
                await WriteScheduleAsync(services, token);
                await WriteRunsAsync(services, token);
                return code;
            },
            cancellationToken);

    private static async Task WriteDaysAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var yesterday = Today(services).AddDays(-1);
        var days = await services.GetRequiredService<CandidateQueries>().DaysAsync(yesterday.AddDays(-30), yesterday, cancellationToken);
        var table = NewTable("day", "images", "verified", "rejected", "");
        foreach (var day in days.Reverse().Take(7))
        {
            table.AddRow(
                ObjectKeys.DayText(day.Day),
                Number(day.Manifest?.Totals.Images),
                Number(day.Manifest?.Totals.VerifiedImages),
                Number(day.Manifest?.Totals.Rejected),
                Markup.Escape(day.Problem ?? (day.IsEarlier ? "by the earlier system" : day.IsMissing ? "missing" : "collected")));
        }

        AnsiConsole.Write(table);
        var missing = days.Count(day => day.IsMissing);
        Console.WriteLine(missing == 0 ? "All of the last 31 days are collected." : $"{missing} of the last 31 days are missing.");
        Console.WriteLine();
    }

    private static async Task WriteMonthsAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var month = Month.Of(Today(services));
        var table = NewTable("dataset", "version", "images", "gold", "new", "status");
        foreach (var item in await services.GetRequiredService<DatasetQueries>().MonthsAsync(month.Previous.Previous, month, cancellationToken))
        {
            table.AddRow(
                $"{item.Kind.Name()}/{item.Month}",
                item.Manifest?.Version ?? "–",
                Number(item.Manifest?.Totals.Images),
                Number(item.Manifest?.Totals.Gold),
                Number(item.Manifest?.Totals.New),
                Markup.Escape(item.Problem ?? item.Manifest?.Status ?? "not built"));
        }

        AnsiConsole.Write(table);
        Console.WriteLine();
    }

    private static async Task WriteScheduleAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var table = NewTable("schedule", "cron (UTC)", "last", "next");
        foreach (var job in await services.GetRequiredService<JobSchedule>().StatusAsync(cancellationToken))
        {
            table.AddRow(
                $"{job.Job}",
                Markup.Escape(job.Schedule),
                job.Last is { } last ? $"{Time(last)} for {job.LastSlot}" : "–",
                job switch
                {
                    { PausedAt: { } at } => Markup.Escape($"paused since {Time(at)}{(job.PausedBy is { } by ? $" by {by}" : "")}"),
                    { Next: { } next } => Time(next),
                    _ => "off",
                });
        }

        AnsiConsole.Write(table);
        var missed = await services.GetRequiredService<MissedSlots>().MissedAsync(cancellationToken);
        if (missed.Count > 0)
        {
            var shown = string.Join(", ", missed.Take(10).Select(slot => slot.Slot));
            var givenUp = missed.Count(slot => slot.IsGivenUp);
            Console.WriteLine($"Missed: {shown}{(missed.Count > 10 ? $" and {missed.Count - 10} more" : "")}.{(givenUp > 0 ? $" {givenUp} of them lie too far back to be caught up: collect or build them by hand." : "")}");
        }

        Console.WriteLine();
    }

    private static async Task WriteRunsAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var store = services.GetRequiredService<RunStore>();
        var open = await store.OpenAsync(cancellationToken);
        var last = (await store.ListAsync(new RunFilter(), 0, 10, cancellationToken)).Runs;
        var table = NewTable("requested (UTC)", "run", "attempt", "status", "result", "id");
        foreach (var run in open.Take(10).Concat(last).DistinctBy(run => run.Id))
        {
            table.AddRow(
                run.RequestedAt.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                Markup.Escape(run.Target),
                Number(run.Attempt),
                run.NotBefore is { } notBefore ? $"waits until {Time(notBefore)}" : run.Status.ToString().ToLowerInvariant(),
                Markup.Escape(run.Error ?? run.Result ?? run.Step),
                run.IsOpen ? $"{run.Id}" : "");
        }

        AnsiConsole.Write(table);
        if (open.Count > 10)
        {
            Console.WriteLine($"{open.Count} runs are requested or running.");
        }
    }

    private static Table NewTable(params ReadOnlySpan<string> columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
        {
            table.AddColumn(column);
        }

        return table;
    }

    private static DateOnly Today(IServiceProvider services) => DateOnly.FromDateTime(services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime);

    private static string Time(DateTime utc) => utc.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Number(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "–";

    private static void Write(string name, string value) => Console.WriteLine($"{name,-10} {value}");
}
