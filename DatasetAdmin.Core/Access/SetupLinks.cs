using DatasetAdmin.Core.Database;
using Microsoft.EntityFrameworkCore;

namespace DatasetAdmin.Core.Access;

/// <summary>One-time codes that make an admin: for the first one, and for whoever lost their way in and can run the program.</summary>
public sealed class SetupLinks(IDbContextFactory<AdminDbContext> contexts, TimeProvider time)
{
    /// <summary>How long a code holds.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromHours(1);

    /// <summary>A new code, which is stored nowhere else.</summary>
    public async Task<string> CreateAsync(CancellationToken cancellationToken)
    {
        var code = Secrets.New();
        var now = time.GetUtcNow().UtcDateTime;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.SetupLinks.Where(link => link.ExpiresAt <= now).ExecuteDeleteAsync(cancellationToken);
        context.Add(new SetupLink { Hash = Secrets.Hash(code), ExpiresAt = now + Lifetime });
        await context.SaveChangesAsync(cancellationToken);
        return code;
    }

    /// <summary>Whether a code would be taken now.</summary>
    public async Task<bool> IsValidAsync(string? code, CancellationToken cancellationToken)
    {
        var (hash, now) = (Secrets.Hash(code ?? ""), time.GetUtcNow().UtcDateTime);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.SetupLinks.AnyAsync(link => link.Hash == hash && link.ExpiresAt > now, cancellationToken);
    }

    /// <summary>
    /// Uses a code up, and with it all others: of several that ask at once, with the same code or others, one gets true. Called in the
    /// transaction that makes the admin.
    /// </summary>
    public async Task<bool> TryUseAsync(AdminDbContext context, string code, CancellationToken cancellationToken)
    {
        var (hash, now) = (Secrets.Hash(code), time.GetUtcNow().UtcDateTime);

        // One statement: two that each took their own first would wait for each other.
        return await context.SetupLinks.Where(_ => context.SetupLinks.Any(link => link.Hash == hash && link.ExpiresAt > now)).ExecuteDeleteAsync(cancellationToken) > 0;
    }
}
