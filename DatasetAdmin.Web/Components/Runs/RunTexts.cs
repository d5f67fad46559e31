using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Web.Components.Shared;
using MudBlazor;

namespace DatasetAdmin.Web.Components.Runs;

/// <summary>How runs are put into words.</summary>
internal static class RunTexts
{
    /// <summary><c>Collect 2026-11-06</c>, <c>Build verified/2026-10</c>.</summary>
    public static string Name(Run run) => $"{Verb(run.Kind)} {run.Target}";

    public static string Verb(RunKind kind) => kind switch
    {
        RunKind.CollectDay => "Collect",
        RunKind.BuildDataset => "Build",
        RunKind.Check => "Check",
        RunKind.ChangeGold => "Change",
        RunKind.IndexGold => "Index",
        _ => kind.ToString(),
    };

    public static string Name(RunKind kind) => kind switch
    {
        RunKind.CollectDay => "Collect a day",
        RunKind.BuildDataset => "Build a dataset",
        RunKind.Check => "Check a month",
        RunKind.ChangeGold => "Change gold",
        RunKind.IndexGold => "Index gold",
        _ => kind.ToString(),
    };

    public static string Name(RunStatus status) => status == RunStatus.Requested ? "in the queue" : status.ToString().ToLowerInvariant();

    public static Color ColorOf(RunStatus status) => status switch
    {
        RunStatus.Succeeded => Color.Success,
        RunStatus.Failed => Color.Error,
        RunStatus.Blocked or RunStatus.Interrupted => Color.Warning,
        RunStatus.Running or RunStatus.Requested => Color.Info,
        _ => Color.Default,
    };

    public static string IconOf(RunStatus status) => status switch
    {
        RunStatus.Succeeded => Icons.Material.Filled.CheckCircle,
        RunStatus.Failed => Icons.Material.Filled.Error,
        RunStatus.Blocked => Icons.Material.Filled.PanTool,
        RunStatus.Interrupted => Icons.Material.Filled.PowerOff,
        RunStatus.Running => Icons.Material.Filled.PlayCircle,
        RunStatus.Requested => Icons.Material.Filled.Schedule,
        _ => Icons.Material.Filled.Cancel,
    };

    /// <summary>What a run says of itself at this moment, in one sentence.</summary>
    public static string Sentence(Run run) => run switch
    {
        { Status: RunStatus.Requested, NotBefore: not null } => $"{run.Error ?? run.Result} It is tried again.",
        { Status: RunStatus.Requested } => "Waits for its turn.",
        { Status: RunStatus.Running, CancelRequestedAt: not null } => "Stops.",
        { Status: RunStatus.Running, Total: > 0 } => $"{Step(run)}: {CountText.Text(run.Done)} of {CountText.Text(run.Total)}",
        { Status: RunStatus.Running, Done: > 0 } => $"{Step(run)}: {CountText.Text(run.Done)}",
        { Status: RunStatus.Running } => Step(run),
        _ => run.Error ?? run.Result ?? "",
    };

    /// <summary>Whether two looks at some runs found the same, their progress apart.</summary>
    public static bool IsSameWork(IReadOnlyList<Run> left, IReadOnlyList<Run> right) =>
        left.Select(run => (run.Id, run.Status)).SequenceEqual(right.Select(run => (run.Id, run.Status)));

    /// <summary>Who asked for it: the user where one is known, else what called.</summary>
    public static string Asker(Run run) => run.RequestedBy ?? run.Trigger switch
    {
        RunTrigger.CommandLine => "command line",
        RunTrigger.Schedule => "schedule",
        RunTrigger.Site => "site",
        RunTrigger.Api => "API",
        RunTrigger.Sample => "sample",
        _ => run.Trigger.ToString().ToLowerInvariant(),
    };

    /// <summary>How long it takes or took; null before it began.</summary>
    public static string? Duration(Run run, DateTime now)
    {
        if (run.StartedAt is not { } started || run.Status == RunStatus.Requested)
        {
            return null;
        }

        return Duration((run.FinishedAt ?? now) - started);
    }

    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => "under 1 s",
        { TotalMinutes: < 1 } => $"{(int)time.TotalSeconds} s",
        { TotalHours: < 1 } => $"{time.Minutes} min {time.Seconds} s",
        _ => $"{(int)time.TotalHours} h {time.Minutes} min",
    };

    /// <summary>How long the step that a run is at will take, from how it went since the run began; null where that can't be told.</summary>
    public static TimeSpan? Remaining(long done, long? total, TimeSpan since) =>
        total > done && done > 0 && since > TimeSpan.FromSeconds(2) ? since * ((double)(total.Value - done) / done) : null;

    /// <summary>The queue's target of a dataset.</summary>
    public static string Target(DatasetKind kind, Month month) => $"{kind.Name()}/{month}";

    private static string Step(Run run) => run.Step.Length > 0 ? char.ToUpperInvariant(run.Step[0]) + run.Step[1..] : "Begins";
}
