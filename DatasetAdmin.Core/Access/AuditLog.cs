using System.Runtime.CompilerServices;
using DatasetAdmin.Core.Database;
using Microsoft.EntityFrameworkCore;

namespace DatasetAdmin.Core.Access;

/// <summary>The audit log: written by whoever lets somebody do something, read by admins.</summary>
public sealed class AuditLog(IDbContextFactory<AdminDbContext> contexts, TimeProvider time)
{
    private const int ExportedAtOnce = 1000;

    /// <summary>Writes an entry down. Called before what it tells of is done, so that nothing happens that couldn't be written down.</summary>
    public async Task WriteAsync(
        Actor actor, AuditAction action, string target, string? detail, AuditOutcome outcome, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        context.Add(New(actor, action, target, detail, outcome));
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>An entry to be written in the same transaction as the change that it tells of.</summary>
    public AuditEntry New(Actor actor, AuditAction action, string target, string? detail = null, AuditOutcome outcome = AuditOutcome.Done) => new()
    {
        At = time.GetUtcNow().UtcDateTime,
        Actor = Short(actor.Name, 256)!,
        ActorId = actor.UserId,
        Channel = actor.Channel,
        Address = actor.Address,
        Action = action,
        Outcome = outcome,
        Target = Short(target, 1024)!,
        Detail = Short(detail, 2048),
    };

    /// <summary>A page of the log, newest first.</summary>
    /// <param name="before">The <see cref="AuditEntry.Id"/> below which the page begins; null for the newest.</param>
    public async Task<IReadOnlyList<AuditEntry>> ListAsync(AuditFilter filter, long? before, int take, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await Filtered(context, filter)
            .Where(entry => before == null || entry.Id < before)
            .OrderByDescending(entry => entry.Id)
            .Take(take)
            .ToListAsync(cancellationToken);
    }

    /// <summary>All entries that pass a filter, newest first, read page by page.</summary>
    public async IAsyncEnumerable<AuditEntry> ReadAsync(AuditFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (long? before = null; ;)
        {
            var page = await ListAsync(filter, before, ExportedAtOnce, cancellationToken);
            foreach (var entry in page)
            {
                yield return entry;
            }

            if (page.Count < ExportedAtOnce)
            {
                yield break;
            }

            before = page[^1].Id;
        }
    }

    private static IQueryable<AuditEntry> Filtered(AdminDbContext context, AuditFilter filter)
    {
        IQueryable<AuditEntry> entries = context.AuditEntries.AsNoTracking();
        if (filter.Action is { } action)
        {
            entries = entries.Where(entry => entry.Action == action);
        }

        if (filter.Outcome is { } outcome)
        {
            entries = entries.Where(entry => entry.Outcome == outcome);
        }

        if (filter.From is { } from)
        {
            entries = entries.Where(entry => entry.At >= from);
        }

        if (filter.To is { } to)
        {
            entries = entries.Where(entry => entry.At < to);
        }

        if (!string.IsNullOrWhiteSpace(filter.Text))
        {
            var text = filter.Text.Trim();
            entries = entries.Where(entry => entry.Actor.Contains(text) || entry.Target.Contains(text) || entry.Address == text);
        }

        return entries;
    }

    private static string? Short(string? text, int length) => text is not null && text.Length > length ? $"{text[..(length - 1)]}…" : text;
}

/// <summary>Which entries of the audit log are listed; what is null doesn't matter.</summary>
/// <param name="Text">A part of the actor or target, or an address.</param>
/// <param name="From">The first moment, UTC.</param>
/// <param name="To">The first moment after the last, UTC.</param>
public sealed record AuditFilter(AuditAction? Action = null, AuditOutcome? Outcome = null, string? Text = null, DateTime? From = null, DateTime? To = null);
