using DatasetAdmin.Core.Access;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace DatasetAdmin.Web.Access;

/// <summary>
/// What admins do with users, and users with their own account. Each call has a user manager of its own, since a circuit outlives what
/// one may keep; each change changes the user's security stamp, which ends their sessions within a minute.
/// </summary>
/// <exception cref="AccessRefusedException">By each change: who asked may not, or it would leave nobody who may.</exception>
internal sealed class Accounts(IServiceScopeFactory scopes, Actions actions, AuditLog audit, TimeProvider time)
{
    /// <summary>All users, by name.</summary>
    public async Task<IReadOnlyList<User>> ListAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await Users(scope).Users.AsNoTracking().OrderBy(user => user.NormalizedUserName).ToListAsync(cancellationToken);
    }

    /// <summary>One's own account, as it is now.</summary>
    public async Task<User?> FindOrNullAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await Users(scope).Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == id, cancellationToken);
    }

    /// <summary>Makes a user who can't sign in yet, and gives the path under which they choose their password: for a day, once.</summary>
    /// <exception cref="AccountException">There is such a user, or the address is none.</exception>
    public async Task<string> InviteAsync(Actor actor, string email, UserRole role, CancellationToken cancellationToken)
    {
        await actions.AllowAsync(actor, UserRole.Admin, AuditAction.CreateUser, email, $"role {role}", cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var users = Users(scope);
        var user = new User { UserName = email, Email = email, EmailConfirmed = true, Role = role, CreatedAt = time.GetUtcNow().UtcDateTime };
        Check(await users.CreateAsync(user));
        return AppUrls.SetPasswordWith(user.Id, await users.GeneratePasswordResetTokenAsync(user));
    }

    /// <summary>The path under which a user chooses a new password: for a day, once.</summary>
    public Task<string> NewLinkAsync(Actor actor, Guid id, CancellationToken cancellationToken) =>
        ChangeAsync(actor, id, AuditAction.ChangePassword, _ => "link given out", async (users, user) => AppUrls.SetPasswordWith(user.Id, await users.GeneratePasswordResetTokenAsync(user)), cancellationToken);

    public Task ChangeRoleAsync(Actor actor, Guid id, UserRole role, CancellationToken cancellationToken) => ChangeAsync(
        actor,
        id,
        AuditAction.ChangeUser,
        user => $"role {user.Role} to {role}",
        async (users, user) =>
        {
            await KeepAnAdminAsync(users, user, staysAdmin: role == UserRole.Admin);
            user.Role = role;
            Check(await users.UpdateSecurityStampAsync(user));
            return true;
        },
        cancellationToken);

    /// <summary>Lets a user in no more, or again.</summary>
    public Task SetDisabledAsync(Actor actor, Guid id, bool isDisabled, CancellationToken cancellationToken) => ChangeAsync(
        actor,
        id,
        AuditAction.ChangeUser,
        _ => isDisabled ? "disabled" : "enabled",
        async (users, user) =>
        {
            await KeepAnAdminAsync(users, user, staysAdmin: !isDisabled);
            (user.IsDisabled, user.LockoutEnd) = (isDisabled, null);
            Check(await users.UpdateSecurityStampAsync(user));
            return true;
        },
        cancellationToken);

    /// <summary>Takes a user's second factor away, for one who lost it.</summary>
    public Task ResetSecondFactorAsync(Actor actor, Guid id, CancellationToken cancellationToken) => ChangeAsync(
        actor,
        id,
        AuditAction.ChangeSecondFactor,
        _ => "reset",
        async (users, user) =>
        {
            Check(await users.ResetAuthenticatorKeyAsync(user));
            Check(await users.SetTwoFactorEnabledAsync(user, enabled: false));
            return true;
        },
        cancellationToken);

    /// <summary>Whose password a link would set, or null where it doesn't hold.</summary>
    public async Task<string?> EmailOfLinkOrNullAsync(string? id, string? code)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = Users(scope);
        return Guid.TryParse(id, out _) && await users.FindByIdAsync(id) is { IsDisabled: false } user
            && await users.VerifyUserTokenAsync(user, users.Options.Tokens.PasswordResetTokenProvider, UserManager<User>.ResetPasswordTokenPurpose, code ?? "")
            ? user.Email
            : null;
    }

    /// <summary>Sets the password that a link lets its user choose; false where the link doesn't hold or the password isn't good.</summary>
    public async Task<bool> TrySetPasswordAsync(Guid id, string code, string password, string? address, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = Users(scope);
        if (await users.FindByIdAsync(id.ToString()) is not { IsDisabled: false } user)
        {
            return false;
        }

        var result = await users.ResetPasswordAsync(user, code, password);
        var isLinkWrong = result.Errors.Any(error => error.Code == nameof(IdentityErrorDescriber.InvalidToken));
        if (result.Succeeded || isLinkWrong)
        {
            await audit.WriteAsync(
                new(user.UserName!, user.Id, null, AuditChannel.Site, address), AuditAction.ChangePassword, user.UserName!, "by link", result.Succeeded ? AuditOutcome.Done : AuditOutcome.Refused, cancellationToken);
        }

        return result.Succeeded;
    }

    /// <summary>Changes one's own password. Wrong tries count towards the lock-out like those of signing in.</summary>
    /// <exception cref="AccountException">The old one is wrong, or the new one isn't good.</exception>
    public Task ChangeOwnPasswordAsync(Actor actor, string old, string password, CancellationToken cancellationToken) => OwnAsync(
        actor,
        AuditAction.ChangePassword,
        async (users, user) =>
        {
            await ProveAsync(users, user, () => users.CheckPasswordAsync(user, old), "The old password is wrong.");
            Check(await users.ChangePasswordAsync(user, old, password));
            return true;
        },
        "own account",
        cancellationToken);

    /// <summary>The secret that an authenticator app is to be given, as the address that its QR code holds, and as text.</summary>
    public async Task<(string Address, string Key)> NewAuthenticatorAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = Users(scope);
        var user = await OwnAsync(users, actor);
        cancellationToken.ThrowIfCancellationRequested();
        if (await users.GetTwoFactorEnabledAsync(user))
        {
            throw new AccountException("The second factor is on already: load the page again.");
        }

        // As Identity keeps it, but not by its own method, which would end the session that is about to use it.
        var key = users.GenerateNewAuthenticatorKey();
        Check(await users.SetAuthenticationTokenAsync(user, "[AspNetUserStore]", "AuthenticatorKey", key));
        return ($"otpauth://totp/{nameof(DatasetAdmin)}:{Uri.EscapeDataString(user.Email!)}?secret={key}&issuer={nameof(DatasetAdmin)}&digits=6", key);
    }

    /// <summary>Proves by a code of the app that it has the key, and gives the recovery codes, which are shown once. Nothing is asked for at sign-in yet.</summary>
    /// <exception cref="AccountException">The code is wrong.</exception>
    public Task<IReadOnlyList<string>> ProveAuthenticatorAsync(Actor actor, string code, CancellationToken cancellationToken) => OwnAsync<IReadOnlyList<string>>(
        actor,
        AuditAction.ChangeSecondFactor,
        async (users, user) =>
        {
            await ProveAsync(
                users,
                user,
                () => users.VerifyTwoFactorTokenAsync(user, users.Options.Tokens.AuthenticatorTokenProvider, code.Replace(" ", "", StringComparison.Ordinal)),
                "The code is wrong or has expired: write the one that the app shows now.");
            return [.. await users.GenerateNewTwoFactorRecoveryCodesAsync(user, 10) ?? []];
        },
        "recovery codes made",
        cancellationToken);

    /// <summary>Asks for a code at each sign-in from now on, once <see cref="ProveAuthenticatorAsync"/> has succeeded.</summary>
    public Task EnableSecondFactorAsync(Actor actor, CancellationToken cancellationToken) => OwnAsync(
        actor,
        AuditAction.ChangeSecondFactor,
        async (users, user) =>
        {
            Check(await users.SetTwoFactorEnabledAsync(user, enabled: true));
            return true;
        },
        "switched on",
        cancellationToken);

    /// <summary>Gives the second factor up, proved by the password.</summary>
    /// <exception cref="AccountException">The password is wrong.</exception>
    public Task DisableSecondFactorAsync(Actor actor, string password, CancellationToken cancellationToken) => OwnAsync(
        actor,
        AuditAction.ChangeSecondFactor,
        async (users, user) =>
        {
            await ProveAsync(users, user, () => users.CheckPasswordAsync(user, password), "The password is wrong.");
            Check(await users.SetTwoFactorEnabledAsync(user, enabled: false));
            Check(await users.ResetAuthenticatorKeyAsync(user));
            return true;
        },
        "switched off",
        cancellationToken);

    private async Task<T> ChangeAsync<T>(
        Actor actor, Guid id, AuditAction action, Func<User, string> describe, Func<UserManager<User>, User, Task<T>> change, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = Users(scope);
        var user = await users.FindByIdAsync(id.ToString()) ?? throw new AccountException("There is no such user any more: load the page again.");
        await actions.AllowAsync(actor, UserRole.Admin, action, user.UserName!, describe(user), cancellationToken);
        return await change(users, user);
    }

    private async Task<T> OwnAsync<T>(Actor actor, AuditAction action, Func<UserManager<User>, User, Task<T>> change, string detail, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = Users(scope);
        var user = await OwnAsync(users, actor);
        try
        {
            var result = await change(users, user);
            await audit.WriteAsync(actor, action, user.UserName!, detail, AuditOutcome.Done, cancellationToken);
            return result;
        }
        catch (AccountException exception)
        {
            await audit.WriteAsync(actor, action, user.UserName!, exception.Message, AuditOutcome.Refused, cancellationToken);
            throw;
        }
    }

    private static async Task<User> OwnAsync(UserManager<User> users, Actor actor) =>
        actor is { Role: not null, UserId: { } id } && await users.FindByIdAsync(id.ToString()) is { } user ? user : throw new AccessRefusedException("You are signed out. Sign in again.");

    // In a circuit nothing else limits how often somebody guesses who sits before an open session.
    private static async Task ProveAsync(UserManager<User> users, User user, Func<Task<bool>> prove, string otherwise)
    {
        if (await users.IsLockedOutAsync(user))
        {
            throw new AccountException("Too many wrong tries: the account is locked for five minutes.");
        }

        if (!await prove())
        {
            await users.AccessFailedAsync(user);
            throw new AccountException(otherwise);
        }

        await users.ResetAccessFailedCountAsync(user);
    }

    private static async Task KeepAnAdminAsync(UserManager<User> users, User user, bool staysAdmin)
    {
        if (!staysAdmin && user is { Role: UserRole.Admin, IsDisabled: false }
            && !await users.Users.AnyAsync(other => other.Id != user.Id && other.Role == UserRole.Admin && !other.IsDisabled))
        {
            throw new AccountException("That is the last admin: make another one first.");
        }
    }

    private static void Check(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new AccountException(string.Join(" ", result.Errors.Select(error => error.Description)));
        }
    }

    private static UserManager<User> Users(AsyncServiceScope scope) => scope.ServiceProvider.GetRequiredService<UserManager<User>>();
}

/// <summary>An account couldn't be changed so; the message says why and what to do.</summary>
internal sealed class AccountException(string message) : Exception(message);
