using System.Text.RegularExpressions;
using DatasetAdmin.Core.Runs;
using Microsoft.Extensions.Options;
using Spectre.Console;

namespace DatasetAdmin.Web.Commands;

/// <summary>
/// What every command does around its own work: puts the program together, makes it ready, and turns a fault into one
/// clear line and an exit code.
/// </summary>
internal static partial class CommandSession
{
    public static async Task<int> RunAsync(bool verbose, Func<IServiceProvider, CancellationToken, Task<int>> work, CancellationToken cancellationToken)
    {
        try
        {
            var builder = AppHost.CreateBuilder([]);
            builder.Logging.ClearProviders();
            if (verbose)
            {
                builder.Logging.AddSimpleConsole(options => options.SingleLine = true);
                builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
            }

            await using var app = builder.Build();
            await AppHost.PrepareAsync(app.Services, cancellationToken);
            return await work(app.Services, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            WriteError("Stopped before it was done. It can be called again.");
            return ExitCode.Failed;
        }
        catch (Exception exception) when (!verbose || ExitCode.Of(exception) == ExitCode.BadConfiguration)
        {
            WriteError(exception);
            return ExitCode.Of(exception);
        }
    }

    /// <summary>Shows how the runs of this process go while <paramref name="work"/> is under way.</summary>
    public static Task<T> WithProgressAsync<T>(IServiceProvider services, Func<Task<T>> work) =>
        RunDisplay.ShowAsync(services.GetRequiredService<RunExecutor>(), work);

    /// <summary>One line for an ended run; returns its exit code.</summary>
    public static int Report(string target, RunOutcome outcome)
    {
        var code = ExitCode.Of(outcome);
        switch (outcome)
        {
            case { IsBusy: true }:
                WriteError($"{target}: another run is at it{(outcome.Run is { } other ? $", {other.Process} since {other.StartedAt:yyyy-MM-dd HH:mm} UTC" : "")}. Call again when it has ended.");
                break;
            case { Run.Status: RunStatus.Cancelled }:
                WriteError($"{target}: {outcome.Run.Result}");
                break;
            case { Fault: { } fault }:
                WriteError($"{target}: {Describe(fault)}");
                break;
            case { Run.Status: RunStatus.Succeeded }:
                Console.WriteLine($"{target}: {outcome.Run.Result}");
                break;
            default:
                WriteError($"{target}: {outcome.Run?.Result}");
                break;
        }

        return code;
    }

    public static void WriteError(Exception exception)
    {
        var messages = exception switch
        {
            OptionsValidationException invalid => invalid.Failures,
            AggregateException { InnerExceptions: [OptionsValidationException, ..] } many => many.InnerExceptions.OfType<OptionsValidationException>().SelectMany(item => item.Failures),
            _ => [Describe(exception)],
        };
        foreach (var message in messages)
        {
            WriteError(message);
        }
    }

    public static void WriteError(string message)
    {
        // One line, whatever the message brings: it may quote keys and names of others.
        var line = ControlCharacters().Replace(message, " ").Trim();
        if (Console.IsErrorRedirected)
        {
            Console.Error.WriteLine($"error: {line}");
        }
        else
        {
            AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) }).MarkupLineInterpolated($"[red]error:[/] {line}");
        }
    }

    // A message that isn't ours says what happened and not what to do.
    private static string Describe(Exception fault) =>
        fault.GetType().Assembly.GetName().Name!.StartsWith(nameof(DatasetAdmin), StringComparison.Ordinal)
            ? fault.Message
            : $"{fault.Message} ({fault.GetType().Name}). Call again with --verbose to see where.";

    [GeneratedRegex(@"[\p{Cc}\s]+")]
    private static partial Regex ControlCharacters();
}
