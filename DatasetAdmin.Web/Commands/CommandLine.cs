using System.CommandLine;
using System.Globalization;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Scheduling;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Web.Telemetry;

namespace DatasetAdmin.Web.Commands;

/// <summary>The program's commands. Without one, the web app starts.</summary>
internal static class CommandLine
{
    // Those without a section: ours and the web host's own.
    private static readonly HashSet<string> s_settings = new(StringComparer.OrdinalIgnoreCase)
    {
        DataFolder.Key, "urls", "http_ports", "https_ports", "environment", "contentRoot", "applicationName", "webRoot", "AllowedHosts", "pathBase", TelemetryServices.StandardEndpointKey,
    };

    public static async Task<int> RunAsync(string[] args)
    {
        // Settings such as --urls=… belong to the web app.
        if (args.Length == 0 || (args[0].StartsWith("--", StringComparison.Ordinal) && args[0] is not ("--help" or "--version")))
        {
            return UnknownSettingOrNull(args) is { } unknown ? Refuse($"'{unknown}' is no setting: write it as --Section:Key=value, such as --urls=http://localhost:8080.") : await SiteCommand.RunAsync(args);
        }

        var root = Create();
        if (!args[0].StartsWith('-') && root.Subcommands.All(command => command.Name != args[0]))
        {
            return Refuse($"'{args[0]}' is no command: write {string.Join(", ", root.Subcommands.Select(command => command.Name))}, or nothing to start the web app.");
        }

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            // One wrong word makes more than one error; the first says which.
            return Refuse($"{parsed.Errors[0].Message.TrimEnd('.')}. Call '{args[0]} --help' to see what it takes.");
        }

        // A stopped run still writes its end down, and has five seconds for it.
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(8) });
    }

    private static int Refuse(string message)
    {
        CommandSession.WriteError(message);
        return ExitCode.BadConfiguration;
    }

    /// <summary>Settings of a section have a colon, and few have none. What isn't one would be ignored in silence.</summary>
    private static string? UnknownSettingOrNull(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            var (name, hasValue) = args[i].Split('=', 2) is [var before, _] ? (before, true) : (args[i], false);
            if (!name.StartsWith("--", StringComparison.Ordinal) || !(name.Contains(':', StringComparison.Ordinal) || s_settings.Contains(name[2..])) || (!hasValue && ++i == args.Length))
            {
                return name;
            }
        }

        return null;
    }

    private static RootCommand Create() => new("Turns style predictions into versioned training datasets. Without a command the web app starts.")
    {
        Collect(),
        Build(),
        Check(),
        Cancel(),
        Pause("pause", "Lets the turns of a scheduled job pass until it is resumed.", isPause: true),
        Pause("resume", "Ends a pause; the turns that have passed meanwhile are caught up.", isPause: false),
        Status(),
        Sample(),
        AlertTest(),
        SetupLink(),
    };

    private static Command Collect()
    {
        var from = new Argument<DateOnly>("day") { Description = "The UTC day to collect: YYYY-MM-DD.", CustomParser = result => Day(result.Tokens[0].Value, result.AddError) };
        var to = new Option<DateOnly?>("--to") { Description = "Collects every day up to this one.", CustomParser = result => Day(result.Tokens[0].Value, result.AddError) };
        var verbose = Verbose();
        var command = new Command("collect", "Collects a day's predictions as candidates, or the days of a range. Safe to repeat.") { from, to, verbose };
        // Not a validator: one that asks for a value that isn't a day throws.
        command.SetAction((parsed, token) => parsed.GetValue(to) < parsed.GetValue(from)
            ? Task.FromResult(Refuse("--to must not lie before the day: write the range's last day."))
            : CollectCommand.RunAsync(parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(verbose), token));
        return command;
    }

    private static Command Build()
    {
        var month = MonthArgument("The month to build: YYYY-MM.");
        var kind = new Option<DatasetKind?>("--kind")
        {
            Description = "Only this kind: verified or full. Without it, both.",
            CustomParser = result =>
            {
                if (DatasetKinds.TryParse(result.Tokens[0].Value, out var parsed))
                {
                    return parsed;
                }

                result.AddError($"'{result.Tokens[0].Value}' is no kind of dataset: write verified or full.");
                return null;
            },
        };
        var allowDrops = new Option<bool>("--allow-drops") { Description = "Goes on where the build would drop more images than Building:MostDroppedPercent or Building:MostDroppedImages allow." };
        var verbose = Verbose();
        var command = new Command("build", "Builds a month's datasets, after collecting the days that are due. Safe to repeat.") { month, kind, allowDrops, verbose };
        command.SetAction((parsed, token) => BuildCommand.RunAsync(
            parsed.GetValue(month), parsed.GetValue(kind), parsed.GetValue(allowDrops), parsed.GetValue(verbose), token));
        return command;
    }

    private static Command Check()
    {
        var month = MonthArgument("The month to check: YYYY-MM.");
        var deep = new Option<bool>("--deep") { Description = "Reads and hashes every object." };
        var verbose = Verbose();
        var command = new Command("check", "Checks that every object that a month's manifests name exists with its size and ETag. Changes nothing.") { month, deep, verbose };
        command.SetAction((parsed, token) => CheckCommand.RunAsync(parsed.GetValue(month), parsed.GetValue(deep), parsed.GetValue(verbose), token));
        return command;
    }

    private static Command Cancel()
    {
        var run = new Argument<string>("run") { Description = "The run's id, or the target of an open run, such as 2026-11-06 or verified/2026-10." };
        var verbose = Verbose();
        var command = new Command("cancel", "Ends a run, whichever process executes it. It can be repeated.") { run, verbose };
        command.SetAction((parsed, token) => CancelCommand.RunAsync(parsed.GetValue(run)!, parsed.GetValue(verbose), token));
        return command;
    }

    private static Command Pause(string name, string description, bool isPause)
    {
        var job = new Argument<ScheduledJob>("job")
        {
            Description = "DailyCollection or MonthlyBuild.",
            CustomParser = result =>
            {
                if (!Enum.TryParse<ScheduledJob>(result.Tokens[0].Value, ignoreCase: true, out var parsed) || !Enum.IsDefined(parsed))
                {
                    result.AddError($"'{result.Tokens[0].Value}' is no scheduled job: write DailyCollection or MonthlyBuild.");
                }

                return parsed;
            },
        };
        var verbose = Verbose();
        var command = new Command(name, description) { job, verbose };
        command.SetAction((parsed, token) => PauseCommand.RunAsync(parsed.GetValue(job), isPause, parsed.GetValue(verbose), token));
        return command;
    }

    private static Command Status()
    {
        var verbose = Verbose();
        var command = new Command("status", "Shows what is configured and reachable, the last days and months, and the last runs.") { verbose };
        command.SetAction((parsed, token) => StatusCommand.RunAsync(parsed.GetValue(verbose), token));
        return command;
    }

    private static Command Sample()
    {
        var again = new Option<bool>("--again") { Description = "Makes it anew even if it is there." };
        var verbose = Verbose();
        var command = new Command("sample", "Makes the sample source: predictions and drawn portraits to try the program on.") { again, verbose };
        command.SetAction((parsed, token) => SampleCommand.RunAsync(parsed.GetValue(again), parsed.GetValue(verbose), token));
        return command;
    }

    private static Command AlertTest()
    {
        var verbose = Verbose();
        var command = new Command("alert-test", "Sends a test message on every configured channel of the alerts.") { verbose };
        command.SetAction((parsed, token) => AlertTestCommand.RunAsync(parsed.GetValue(verbose), token));
        return command;
    }

    private static Command SetupLink()
    {
        var verbose = Verbose();
        var command = new Command("setup-link", "Prints a link that makes an admin, or lets one in again: it works once, for an hour.") { verbose };
        command.SetAction((parsed, token) => SetupLinkCommand.RunAsync(parsed.GetValue(verbose), token));
        return command;
    }

    private static Argument<Month> MonthArgument(string description) => new("month")
    {
        Description = description,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!Month.TryParse(text, out var month))
            {
                result.AddError($"'{text}' is not a month: write YYYY-MM, such as {Month.Of(Today()).Previous}.");
            }
            else if (month > Month.Of(Today()))
            {
                result.AddError($"{month} lies in the future: the newest month that can be meant is {Month.Of(Today())}.");
            }

            return month;
        },
    };

    private static Option<bool> Verbose() => new("--verbose") { Description = "Writes the log to the error output." };

    private static DateOnly Day(string text, Action<string> addError)
    {
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            addError($"'{text}' is not a day: write YYYY-MM-DD, such as {ObjectKeys.DayText(Today().AddDays(-1))}.");
        }
        else if (day > Today())
        {
            addError($"{text} lies in the future: today is {ObjectKeys.DayText(Today())} (UTC).");
        }

        return day;
    }

    private static DateOnly Today() => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
}
