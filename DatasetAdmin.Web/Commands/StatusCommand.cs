using System.Globalization;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Database;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
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

    private static async Task WriteRunsAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var table = NewTable("started (UTC)", "run", "status", "result");
        foreach (var run in (await services.GetRequiredService<RunStore>().ListAsync(new RunFilter(), 0, 10, cancellationToken)).Runs)
        {
            table.AddRow(
                (run.StartedAt ?? run.RequestedAt).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                Markup.Escape(run.Target),
                run.Status.ToString().ToLowerInvariant(),
                Markup.Escape(run.Error ?? run.Result ?? run.Step));
        }

        AnsiConsole.Write(table);
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

    private static string Number(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "–";

    private static void Write(string name, string value) => Console.WriteLine($"{name,-10} {value}");
}
