using System.Security.Claims;
using System.Text;
using DatasetAdmin.Core.Access;
using DatasetAdmin.Core.Database;
using DatasetAdmin.Core.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Web.Access;

/// <summary>
/// Signs in whom the provider vouches for. A user of it is known by the provider's issuer and subject and by nothing else: an address that the
/// provider names may be a local user's, who must not be taken over by it.
/// </summary>
internal sealed class ProviderSignIn(SignInManager<User> signIn, AdminDbContext database, AuditLog audit, IOptions<OidcOptions> options, TimeProvider time)
{
    // What a name is shown for; all characters of it are the provider's.
    private const int MaxNameLength = 180;

    /// <summary>The claims that may tell what to call somebody, the best first.</summary>
    public static IReadOnlyList<string> NameClaims { get; } = ["email", "preferred_username", "name"];

    private UserManager<User> Users => signIn.UserManager;

    /// <summary>Begins a session, and gives null; or says why there is none. Roles are the provider's, and looked at each time.</summary>
    public async Task<SignInProblem?> SignInAsync(HttpContext context, ClaimsPrincipal claims, CancellationToken cancellationToken)
    {
        if (claims.FindFirstValue("iss") is not { Length: > 0 } issuer || claims.FindFirstValue("sub") is not { Length: > 0 } subject)
        {
            return SignInProblem.Provider;
        }

        var user = await Users.FindByLoginAsync(issuer, subject);
        if (options.Value.RoleOf(claims) is not { } role)
        {
            if (user is not null)
            {
                await ChangeRoleAsync(context, user, UserRole.Viewer, endSessions: true, cancellationToken);
            }

            return await RefuseAsync("no role");
        }

        if (user is { IsDisabled: true })
        {
            return await RefuseAsync("disabled");
        }

        user ??= await MakeAsync(context, claims, issuer, subject, role, cancellationToken);
        if (user.IsDisabled)
        {
            return await RefuseAsync("disabled");
        }

        await ChangeRoleAsync(context, user, role, endSessions: false, cancellationToken);
        await signIn.SignInAsync(user, isPersistent: false);
        await AccountEndpoints.SignedInAsync(context, Users, audit, user, options.Value.Name, cancellationToken);
        return null;

        async Task<SignInProblem?> RefuseAsync(string detail)
        {
            await audit.WriteAsync(
                AccountEndpoints.ActorOf(context, user?.UserName ?? NameOf(claims, subject), user), AuditAction.SignIn, "", $"{options.Value.Name}: {detail}", AuditOutcome.Refused, cancellationToken);
            return SignInProblem.NoRole;
        }
    }

    /// <summary>Whoever is in with another role than the provider gives now is out with it, wherever they are signed in.</summary>
    private async Task ChangeRoleAsync(HttpContext context, User user, UserRole role, bool endSessions, CancellationToken cancellationToken)
    {
        if (user.Role == role && !endSessions)
        {
            return;
        }

        if (user.Role != role)
        {
            await audit.WriteAsync(
                AccountEndpoints.ActorOf(context, user.UserName!, user), AuditAction.ChangeUser, user.UserName!, $"role {user.Role} to {role}, as {options.Value.Name} says", AuditOutcome.Done, cancellationToken);
            user.Role = role;
        }

        Check(await Users.UpdateSecurityStampAsync(user));
    }

    private async Task<User> MakeAsync(HttpContext context, ClaimsPrincipal claims, string issuer, string subject, UserRole role, CancellationToken cancellationToken)
    {
        var name = $"{NameOf(claims, subject)} ({options.Value.Name})";
        if (await Users.FindByNameAsync(name) is not null)
        {
            name = $"{name[..^1]}, {Hashes.Sha256(Encoding.UTF8.GetBytes($"{issuer} {subject}"))[..8]})";
        }

        var user = new User { UserName = name, Role = role, CreatedAt = time.GetUtcNow().UtcDateTime };
        try
        {
            // The user manager of this request writes through the same context, and so within the transaction.
            await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
            Check(await Users.CreateAsync(user));
            Check(await Users.AddLoginAsync(user, new(issuer, subject, options.Value.Name)));
            database.Add(audit.New(AccountEndpoints.ActorOf(context, name, user), AuditAction.CreateUser, name, $"role {role}, as {options.Value.Name} says"));
            await database.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return user;
        }
        catch (DbUpdateException exception) when (DatabaseFaults.IsDuplicate(exception))
        {
            // Two windows of the same person came back in the same moment, and the other was faster.
            database.ChangeTracker.Clear();
            return await Users.FindByLoginAsync(issuer, subject) ?? throw new InvalidOperationException("A user of the provider can't be made.", exception);
        }
    }

    private static string NameOf(ClaimsPrincipal claims, string subject)
    {
        var name = NameClaims.Select(claims.FindFirstValue).FirstOrDefault(text => !string.IsNullOrWhiteSpace(text)) ?? subject;
        name = new string([.. name.Where(character => !char.IsControl(character) && !char.IsSurrogate(character))]).Trim();
        return name.Length > MaxNameLength ? name[..MaxNameLength] : name;
    }

    private static void Check(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"A user of the provider can't be written. {string.Join(" ", result.Errors.Select(error => error.Description))}");
        }
    }
}
