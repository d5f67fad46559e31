using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;

namespace DatasetAdmin.Web.Components.Datasets;

/// <summary>Who had a version built, as the history of runs knows it.</summary>
internal static class BuiltBy
{
    /// <summary>For people; null where the history doesn't know the run any more.</summary>
    public static async Task<string?> FindOrNullAsync(RunStore runs, DatasetManifest manifest, CancellationToken cancellationToken) =>
        Guid.TryParseExact(manifest.RunId, "N", out var id) && await runs.FindOrNullAsync(id, cancellationToken) is { } run ? Text(run) : null;

    private static string Text(Run run) => run.RequestedBy ?? run.Trigger switch
    {
        RunTrigger.CommandLine => "the command line",
        RunTrigger.Schedule => "the schedule",
        RunTrigger.Site => "the site",
        RunTrigger.Api => "the API",
        RunTrigger.Sample => "the sample",
        _ => "the start",
    };
}
