using System.Globalization;
using DatasetAdmin.Core.Database;
using DatasetAdmin.Core.Runs;
using Microsoft.EntityFrameworkCore;

namespace DatasetAdmin.Core.Alerts;

/// <summary>Failed and blocked runs, as long as no later run on the same target has succeeded.</summary>
internal sealed class RunAlerts(IDbContextFactory<AdminDbContext> contexts, TimeProvider time) : IAlertSource
{
    private const string Prefix = "run/";

    // Of what was requested longer ago, nobody is told who hasn't been.
    private static readonly TimeSpan s_news = TimeSpan.FromDays(7);

    public IReadOnlyList<AlertKind> Kinds { get; } = [AlertKind.RunFailed];

    public bool ReadsStore => false;

    public async Task<AlertLook> LookAsync(IReadOnlyList<Alert> open, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var since = time.GetUtcNow().UtcDateTime - s_news;
        var failed = await context.Runs.AsNoTracking()
            .Where(run => (run.Status == RunStatus.Failed || run.Status == RunStatus.Blocked) && run.RequestedAt > since)
            .Select(run => run.Target).Distinct()
            .ToListAsync(cancellationToken);
        List<AlertCondition> active = [];
        Dictionary<string, string> recovered = [];
        foreach (var target in failed.Union(open.Select(alert => alert.Key[Prefix.Length..])))
        {
            // One that was requested again hasn't failed for good yet, and one that was cancelled or interrupted says nothing.
            var last = await context.Runs.AsNoTracking()
                .Where(run => run.Target == target && run.Status != RunStatus.Cancelled && run.Status != RunStatus.Interrupted)
                .OrderByDescending(run => run.RequestedAt).ThenByDescending(run => run.Id)
                .FirstOrDefaultAsync(cancellationToken);
            switch (last?.Status)
            {
                case RunStatus.Failed or RunStatus.Blocked:
                    active.Add(Describe(last));
                    break;
                case RunStatus.Succeeded:
                    recovered[Prefix + target] = $"It has succeeded since: {last.Result}";
                    break;
            }
        }

        return new(active, recovered, []);
    }

    private static AlertCondition Describe(Run run)
    {
        var what = run.Kind switch
        {
            RunKind.CollectDay => $"Collecting {run.Target}",
            RunKind.BuildDataset => $"Building {run.Target}",
            _ => $"The {run.Target}",
        };
        var how = run.Status == RunStatus.Blocked ? "is blocked and waits for a person" : "failed";
        return new(
            Prefix + run.Target,
            AlertKind.RunFailed,
            run.Id.ToString(),
            $"{what} {how}",
            string.Create(CultureInfo.InvariantCulture, $"{run.Error ?? run.Result}\nRun {run.Id}, requested {run.RequestedAt:yyyy-MM-dd HH:mm} UTC, ended {run.FinishedAt:yyyy-MM-dd HH:mm} UTC."));
    }
}
