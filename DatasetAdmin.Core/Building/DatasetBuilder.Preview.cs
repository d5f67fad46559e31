using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;

namespace DatasetAdmin.Core.Building;

public sealed partial class DatasetBuilder
{
    /// <summary>
    /// The dry run: plans a build as <see cref="BuildAsync"/> does, and writes nothing to datasets. What it may write is the index of
    /// gold or of a day of the earlier system, as every reader of those does, so that their files aren't read again.
    /// </summary>
    /// <exception cref="BuildException">Something must be changed first.</exception>
    public async Task<BuildPreview> PreviewAsync(Month month, DatasetKind kind, RunProgress progress, CancellationToken cancellationToken)
    {
        var run = new RunContext(Guid.CreateVersion7(time.GetUtcNow()), progress, NoLease.Instance);
        var folder = new DatasetFolder(buckets.Artifacts, kind, month);
        await folder.ReadAsync(cancellationToken);
        using var database = lists.CreateDatabase();
        var plan = new BuildPlan(database, kind, classes);
        await PlanAsync(plan, folder, month, kind, run, cancellationToken);
        var before = folder.Head?.Manifest;
        var changes = plan.Changes();
        var differs = before is null || plan.Differs() || !SameClasses(before);
        var drops = differs && before is not null ? WhyBlocked(before, changes) : null;

        var copier = new PlanCopier(buckets.Artifacts, database, folder.Prefix, options.Value.Concurrency);
        await copier.ListAsync(cancellationToken);
        var vanished = copier.Missing > 0 && await copier.FindVanishedAsync(cancellationToken) is { Count: > 0 } gone ? Vanished(gone) : null;
        return new(
            (drops ?? vanished) is not null ? BuildOutcome.Blocked : differs ? BuildOutcome.Built : BuildOutcome.Unchanged,
            before?.GetVersion(),
            changes,
            plan.Images(),
            database.Count("SELECT count(*) FROM left_out WHERE reason = 'withdrawn'"),
            PreviewClasses(plan),
            vanished ?? drops,
            drops is not null && vanished is null);
    }

    private ClassPreview[] PreviewClasses(BuildPlan plan)
    {
        plan.Database.Execute("""
            CREATE TABLE moved AS SELECT r.class AS old_class, a.class AS new_class FROM added a JOIN removed r USING (sha256) WHERE a.class <> r.class
            """);
        var rows = plan.Database.Rows(
            """
            SELECT class, sum(before)::BIGINT, sum(after)::BIGINT, sum(added)::BIGINT, sum(removed)::BIGINT, sum(here)::BIGINT, sum(away)::BIGINT FROM (
                SELECT class, 1 AS before, 0 AS after, 0 AS added, 0 AS removed, 0 AS here, 0 AS away FROM head
                UNION ALL SELECT class, 0, 1, 0, 0, 0, 0 FROM placed JOIN pool USING (id)
                UNION ALL SELECT class, 0, 0, 1, 0, 0, 0 FROM added WHERE sha256 NOT IN (SELECT sha256 FROM head)
                UNION ALL SELECT class, 0, 0, 0, 1, 0, 0 FROM removed WHERE sha256 NOT IN (SELECT sha256 FROM chosen)
                UNION ALL SELECT new_class, 0, 0, 0, 0, 1, 0 FROM moved
                UNION ALL SELECT old_class, 0, 0, 0, 0, 0, 1 FROM moved)
            GROUP BY class ORDER BY class
            """,
            row => new ClassPreview(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6)))
            .ToDictionary(row => row.Class);
        return
        [
            .. classes.All.Select(item => rows.GetValueOrDefault(item.Name) ?? new(item.Name, 0, 0, 0, 0, 0, 0)),
            .. rows.Values.Where(row => !classes.TryGet(row.Class, out _)),
        ];
    }

    // Nothing of a dataset is written, so there is nothing that a lock would guard.
    private sealed class NoLease : IRunLease
    {
        public static NoLease Instance { get; } = new();

        public CancellationToken Lost => CancellationToken.None;

        public void ThrowIfLost()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
