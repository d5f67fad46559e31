using DatasetAdmin.Core.Database;
using Microsoft.EntityFrameworkCore;

namespace DatasetAdmin.Core.Access;

/// <summary>A token that has just been made.</summary>
/// <param name="Secret">The token itself: it's in no other place, so whoever asked has to be shown it now.</param>
public sealed record NewApiToken(ApiToken Token, string Secret);

/// <summary>A token and the name of its user.</summary>
public sealed record OwnedApiToken(ApiToken Token, string UserName);

/// <summary>Whom a token that somebody came with stands for.</summary>
/// <param name="Role">What it may do at this moment: the lower one of its own role and its user's.</param>
public sealed record ApiTokenUse(ApiToken Token, string UserName, UserRole Role);

/// <summary>The personal tokens of the API.</summary>
public sealed class ApiTokens(IDbContextFactory<AdminDbContext> contexts, AuditLog audit, TimeProvider time)
{
    /// <summary>What each token begins with, so that scanners of source code know one.</summary>
    public const string Prefix = "dsa_";

    public const int MaxNameLength = 100;

    private const int BeginningLength = 10;

    /// <summary>Makes a token for whoever asks, and writes that down in the audit log.</summary>
    /// <param name="role">The most that it may do; at most the role of who asks.</param>
    /// <param name="expiresAt">UTC; null: never.</param>
    /// <exception cref="AccessRefusedException">Who asks isn't an active user, or has less than that role.</exception>
    /// <exception cref="ArgumentException">The name is empty or too long, or the time has passed.</exception>
    public async Task<NewApiToken> CreateAsync(Actor actor, string name, UserRole role, DateTime? expiresAt, CancellationToken cancellationToken)
    {
        var now = Now;
        var trimmed = name.Trim();
        if (trimmed.Length is 0 or > MaxNameLength)
        {
            throw new ArgumentException($"A token needs a name of 1 to {MaxNameLength} characters.", nameof(name));
        }

        if (expiresAt <= now)
        {
            throw new ArgumentException("A token's end has to be in the future.", nameof(expiresAt));
        }

        if (actor.UserId is not { } userId || !actor.May(role))
        {
            await audit.WriteAsync(actor, AuditAction.CreateToken, trimmed, $"role {role}", AuditOutcome.Refused, cancellationToken);
            throw new AccessRefusedException(actor.Role is null
                ? "You are signed out, or your account has been disabled. Sign in again."
                : $"A token can't have the role {role}: yours is {actor.Role}, and a token has at most that.");
        }

        var secret = Prefix + Secrets.New();
        var token = new ApiToken
        {
            Id = Guid.CreateVersion7(),
            UserId = userId,
            Name = trimmed,
            Hash = Secrets.Hash(secret),
            Beginning = secret[..BeginningLength],
            Role = role,
            CreatedAt = now,
            ExpiresAt = expiresAt,
        };
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        context.Add(token);
        context.Add(audit.New(actor, AuditAction.CreateToken, trimmed, $"{token.Beginning}, role {role}"));
        await context.SaveChangesAsync(cancellationToken);
        return new(token, secret);
    }

    /// <summary>
    /// Whom a token stands for, read anew each time so that whoever is disabled or has less of a role is so at once;
    /// null where it's unknown, revoked or expired, or its user is disabled. Notes the use, to the minute.
    /// </summary>
    public async Task<ApiTokenUse?> UseOrNullAsync(string secret, CancellationToken cancellationToken)
    {
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var now = Now;
        var hash = Secrets.Hash(secret);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await (
            from token in context.ApiTokens.AsNoTracking()
            join user in context.Users on token.UserId equals user.Id
            where token.Hash == hash && token.RevokedAt == null && (token.ExpiresAt == null || token.ExpiresAt > now) && !user.IsDisabled
            select new { Token = token, user.UserName, user.Role }).SingleOrDefaultAsync(cancellationToken);
        if (found is null)
        {
            return null;
        }

        // A training job comes a thousand times a minute; that is one write.
        var minute = new DateTime(now.Ticks - (now.Ticks % TimeSpan.TicksPerMinute), DateTimeKind.Utc);
        if (found.Token.LastUsedAt is not { } last || last < minute)
        {
            var id = found.Token.Id;
            await context.ApiTokens
                .Where(token => token.Id == id && (token.LastUsedAt == null || token.LastUsedAt < minute))
                .ExecuteUpdateAsync(update => update.SetProperty(token => token.LastUsedAt, minute), cancellationToken);
        }

        return new(found.Token, found.UserName!, found.Role < found.Token.Role ? found.Role : found.Token.Role);
    }

    /// <summary>A user's tokens, or everybody's where that is null, newest first; revoked and expired ones too.</summary>
    public async Task<IReadOnlyList<OwnedApiToken>> ListAsync(Guid? userId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await (
            from token in context.ApiTokens.AsNoTracking()
            join user in context.Users on token.UserId equals user.Id
            where userId == null || token.UserId == userId
            orderby token.CreatedAt descending, token.Id descending
            select new { Token = token, user.UserName }).ToListAsync(cancellationToken);
        return [.. rows.Select(row => new OwnedApiToken(row.Token, row.UserName!))];
    }

    /// <summary>Ends a token at once, and writes that down in the audit log; false where there is none or it has been revoked already.</summary>
    /// <exception cref="AccessRefusedException">The token is somebody else's, and who asks isn't an admin.</exception>
    public async Task<bool> RevokeAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var token = await context.ApiTokens.SingleOrDefaultAsync(item => item.Id == id, cancellationToken);
        if (token is null)
        {
            return false;
        }

        if (actor.Role is null || (token.UserId != actor.UserId && !actor.May(UserRole.Admin)))
        {
            await audit.WriteAsync(actor, AuditAction.RevokeToken, token.Name, token.Beginning, AuditOutcome.Refused, cancellationToken);
            throw new AccessRefusedException("Only admins may revoke the tokens of others.");
        }

        if (token.RevokedAt is not null)
        {
            return false;
        }

        token.RevokedAt = Now;
        context.Add(audit.New(actor, AuditAction.RevokeToken, token.Name, token.Beginning));
        await context.SaveChangesAsync(cancellationToken);
        return true;
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;
}
