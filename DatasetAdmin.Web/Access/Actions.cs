using DatasetAdmin.Core.Access;
using DatasetAdmin.Core.Alerts;
using DatasetAdmin.Core.Building;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Gold;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Scheduling;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Web.Access;

/// <summary>
/// Everything that somebody on the site or at the API can have done. Each action looks whether they may at this moment, writes into the
/// audit log who asked, and only then does it; a refusal is written down too. Components and endpoints call nothing else that changes anything.
/// </summary>
/// <exception cref="AccessRefusedException">By each action: who asked may not.</exception>
internal sealed class Actions(RunQueue queue, RunStore runs, GoldChanges gold, JobSchedule schedule, AlertSender alerts, AuditLog audit)
{
    /// <summary>Requests the collection of a day.</summary>
    public async Task<RunRequested> CollectAsync(Actor actor, DateOnly day, CancellationToken cancellationToken)
    {
        var request = new RunRequest(RunKind.CollectDay, ObjectKeys.DayText(day), TriggerOf(actor), actor.Name);
        await AllowAsync(actor, UserRole.Operator, AuditAction.Collect, request.Target, null, cancellationToken);
        return await queue.RequestAsync(request, cancellationToken);
    }

    /// <summary>Requests the build of a dataset.</summary>
    public async Task<RunRequested> BuildAsync(Actor actor, Month month, DatasetKind kind, bool allowDrops, CancellationToken cancellationToken)
    {
        var request = MonthBuild.Request(month, kind, TriggerOf(actor), allowDrops: allowDrops) with { RequestedBy = actor.Name };
        await AllowAsync(actor, UserRole.Operator, AuditAction.Build, request.Target, allowDrops ? "drops allowed" : null, cancellationToken);
        return await queue.RequestAsync(request, cancellationToken);
    }

    /// <summary>Requests once more what a run was about.</summary>
    public async Task<RunRequested> RepeatAsync(Actor actor, Run run, bool allowDrops, CancellationToken cancellationToken)
    {
        var action = run.Kind switch
        {
            RunKind.CollectDay => AuditAction.Collect,
            RunKind.BuildDataset => AuditAction.Build,
            RunKind.IndexGold => AuditAction.IndexGold,
            RunKind.Check => AuditAction.Check,
            _ => throw new InvalidOperationException($"{run.Kind} can't be repeated."),
        };
        await AllowAsync(actor, UserRole.Operator, action, run.Target, allowDrops ? "drops allowed" : null, cancellationToken);
        return await queue.RequestAsync(new(run.Kind, run.Target, TriggerOf(actor), actor.Name, allowDrops), cancellationToken);
    }

    /// <summary>Asks for a run's end; false where it has ended already.</summary>
    public async Task<bool> CancelAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        var run = await runs.FindOrNullAsync(id, cancellationToken);
        await AllowAsync(actor, UserRole.Operator, AuditAction.Cancel, run?.Target ?? id.ToString(), run is null ? null : $"{run.Kind} {run.Id}", cancellationToken);
        return await queue.CancelAsync(id, actor.Name, cancellationToken);
    }

    /// <summary>Adds an upload to gold; see <see cref="GoldChanges.BeginAddAsync"/>.</summary>
    public async Task<GoldChange> AddGoldAsync(Actor actor, GoldUpload upload, string detail, CancellationToken cancellationToken)
    {
        await AllowAsync(actor, UserRole.Operator, AuditAction.AddGold, GoldChanges.Target, detail, cancellationToken);
        return await gold.BeginAddAsync(upload, TriggerOf(actor), actor.Name, cancellationToken);
    }

    /// <summary>Removes files from gold; see <see cref="GoldChanges.BeginRemoveAsync"/>.</summary>
    public async Task<GoldChange> RemoveGoldAsync(Actor actor, IReadOnlyCollection<string> files, CancellationToken cancellationToken)
    {
        await AllowAsync(actor, UserRole.Operator, AuditAction.RemoveGold, GoldChanges.Target, string.Join(", ", files), cancellationToken);
        return await gold.BeginRemoveAsync(files, TriggerOf(actor), actor.Name, cancellationToken);
    }

    /// <summary>Requests that gold is indexed anew.</summary>
    public async Task<RunRequested> IndexGoldAsync(Actor actor, CancellationToken cancellationToken)
    {
        await AllowAsync(actor, UserRole.Operator, AuditAction.IndexGold, GoldChanges.Target, null, cancellationToken);
        return await queue.RequestAsync(GoldChanges.IndexRequest(TriggerOf(actor), actor.Name), cancellationToken);
    }

    /// <summary>Lets a scheduled job's turns pass, or ends that.</summary>
    public async Task PauseAsync(Actor actor, ScheduledJob job, bool isPause, CancellationToken cancellationToken)
    {
        await AllowAsync(actor, UserRole.Admin, isPause ? AuditAction.Pause : AuditAction.Resume, job.ToString(), null, cancellationToken);
        await (isPause ? schedule.PauseAsync(job, actor.Name, cancellationToken) : schedule.ResumeAsync(job, actor.Name, cancellationToken));
    }

    /// <summary>Sends a test message on every configured channel of the alerts.</summary>
    public async Task<IReadOnlyList<AlertTestResult>> TestAlertsAsync(Actor actor, CancellationToken cancellationToken)
    {
        await AllowAsync(actor, UserRole.Admin, AuditAction.TestAlerts, "", null, cancellationToken);
        return await alerts.SendTestAsync(cancellationToken);
    }

    /// <summary>Writes down that somebody may and does, or that they may not, and then throws.</summary>
    public async Task AllowAsync(Actor actor, UserRole role, AuditAction action, string target, string? detail, CancellationToken cancellationToken)
    {
        var outcome = actor.May(role) ? AuditOutcome.Done : AuditOutcome.Refused;
        await audit.WriteAsync(actor, action, target, detail, outcome, cancellationToken);
        if (outcome == AuditOutcome.Refused)
        {
            throw new AccessRefusedException(actor.Role is null
                ? "You are signed out, or your account has been disabled. Sign in again."
                : $"That needs the role {role}, and yours is {actor.Role}. Ask an admin for it.");
        }
    }

    private static RunTrigger TriggerOf(Actor actor) => actor.Channel == AuditChannel.Api ? RunTrigger.Api : RunTrigger.Site;
}
