using DatasetAdmin.Core.Access;
using DatasetAdmin.Core.Database;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Web.Access;

/// <summary>Why somebody isn't signed in.</summary>
internal enum SignInProblem
{
    Wrong,
    WrongCode,
    Locked,
    TooMany,
    Stale,
    Provider,
    NoRole,
}

/// <summary>Why a setup link's form wasn't taken.</summary>
internal enum SetupProblem
{
    Differ,
    Password,
    Address,
}

/// <summary>
/// What the forms of the sign-in pages are sent to: plain HTTP, since a circuit can set no cookie. Each answers with a redirect, so that
/// nothing is sent twice by a reload.
/// </summary>
internal static class AccountEndpoints
{
    private const long MostBytes = 16 * 1024;

    public static RouteGroupBuilder MapAccount(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(AppUrls.AccountPosts);
        group.MapPost("/sign-in", SignInAsync).AllowAnonymous().RequireRateLimiting(AccessServices.SignInLimit);
        group.MapPost("/code", SecondFactorAsync).AllowAnonymous().RequireRateLimiting(AccessServices.SignInLimit);
        group.MapPost("/setup", SetupAsync).AllowAnonymous().RequireRateLimiting(AccessServices.SignInLimit);
        group.MapPost("/password", SetPasswordAsync).AllowAnonymous().RequireRateLimiting(AccessServices.SignInLimit);
        group.MapPost("/sign-out", SignOutAsync);
        group.MapProvider();
        return group;
    }

    private static async Task<IResult> SignInAsync(
        HttpContext context, IAntiforgery antiforgery, SignInManager<User> signIn, AuditLog audit, IOptions<SignInOptions> options, IPasswordHasher<User> hasher, CancellationToken cancellationToken)
    {
        if (!options.Value.LocalAccounts)
        {
            return Results.NotFound();
        }

        if (await FormOrNullAsync(context, antiforgery) is not { } form)
        {
            return Problem(SignInProblem.Stale, null);
        }

        var (email, password, returnUrl) = (form["email"].ToString().Trim(), form["password"].ToString(), LocalUrl.Of(form[AppUrls.ReturnParameter]));
        var user = email.Length is > 0 and <= 256 ? await signIn.UserManager.FindByNameAsync(email) : null;
        if (user is null || password.Length > PasswordRules.MaxLength)
        {
            // Takes as long as a wrong password does: who isn't there can't be told from who is.
            hasher.HashPassword(new User(), "nobody's");
            return await RefuseAsync(SignInProblem.Wrong, "unknown user");
        }

        var result = await signIn.PasswordSignInAsync(user, password, isPersistent: false, lockoutOnFailure: true);
        if (result.RequiresTwoFactor)
        {
            return Results.LocalRedirect(AppUrls.Query(AppUrls.SecondFactor, (AppUrls.ReturnParameter, returnUrl)));
        }

        if (!result.Succeeded)
        {
            return await RefuseAsync(
                result.IsLockedOut ? SignInProblem.Locked : SignInProblem.Wrong,
                result.IsLockedOut ? "locked out" : user.IsDisabled ? "disabled" : "wrong password");
        }

        await SignedInAsync(context, signIn.UserManager, audit, user, "password", cancellationToken);
        return Results.LocalRedirect(returnUrl);

        async Task<IResult> RefuseAsync(SignInProblem problem, string detail)
        {
            await audit.WriteAsync(ActorOf(context, email, user), AuditAction.SignIn, "", detail, AuditOutcome.Refused, cancellationToken);
            return Problem(problem, returnUrl);
        }
    }

    private static async Task<IResult> SecondFactorAsync(HttpContext context, IAntiforgery antiforgery, SignInManager<User> signIn, AuditLog audit, CancellationToken cancellationToken)
    {
        if (await FormOrNullAsync(context, antiforgery) is not { } form || await signIn.GetTwoFactorAuthenticationUserAsync() is not { } user)
        {
            return Problem(SignInProblem.Stale, null);
        }

        var returnUrl = LocalUrl.Of(form[AppUrls.ReturnParameter]);
        var code = form["code"].ToString().Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        var isRecovery = code.Length > 6;
        var result = isRecovery
            ? await signIn.TwoFactorRecoveryCodeSignInAsync(form["code"].ToString().Trim())
            : await signIn.TwoFactorAuthenticatorSignInAsync(code, isPersistent: false, rememberClient: false);
        if (result.Succeeded)
        {
            await SignedInAsync(context, signIn.UserManager, audit, user, isRecovery ? "password and recovery code" : "password and code", cancellationToken);
            return Results.LocalRedirect(returnUrl);
        }

        await audit.WriteAsync(ActorOf(context, user.UserName!, user), AuditAction.SignIn, "", result.IsLockedOut ? "locked out" : "wrong code", AuditOutcome.Refused, cancellationToken);
        return result.IsLockedOut
            ? Problem(SignInProblem.Locked, returnUrl)
            : Results.LocalRedirect(AppUrls.Query(AppUrls.SecondFactor, ("problem", AppUrls.Name(SignInProblem.WrongCode)), (AppUrls.ReturnParameter, returnUrl)));
    }

    private static async Task<IResult> SetupAsync(
        HttpContext context, IAntiforgery antiforgery, SignInManager<User> signIn, AdminDbContext database, SetupLinks links, AuditLog audit, IOptions<SignInOptions> options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!options.Value.LocalAccounts)
        {
            return Results.NotFound();
        }

        if (await FormOrNullAsync(context, antiforgery) is not { } form)
        {
            return Problem(SignInProblem.Stale, null);
        }

        var (code, email, password) = (form["code"].ToString(), form["email"].ToString().Trim(), form["password"].ToString());
        if (password != form["again"].ToString())
        {
            return Results.LocalRedirect(AppUrls.SetupWith(code, SetupProblem.Differ));
        }

        // The user manager of this request writes through the same context, and so within the transaction.
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var actor = ActorOf(context, email, null);
        if (!await links.TryUseAsync(database, code, cancellationToken))
        {
            await transaction.RollbackAsync(cancellationToken);
            await audit.WriteAsync(actor, AuditAction.Setup, email, "wrong, used or expired link", AuditOutcome.Refused, cancellationToken);
            return Results.LocalRedirect(AppUrls.Setup);
        }

        var users = signIn.UserManager;
        var user = await users.FindByEmailAsync(email);
        IdentityResult result;
        if (user is null)
        {
            user = new User { UserName = email, Email = email, EmailConfirmed = true, Role = UserRole.Admin, CreatedAt = time.GetUtcNow().UtcDateTime };
            result = await users.CreateAsync(user, password);
        }
        else
        {
            (user.Role, user.IsDisabled, user.LockoutEnd, user.AccessFailedCount) = (UserRole.Admin, false, null, 0);
            result = await users.ResetPasswordAsync(user, await users.GeneratePasswordResetTokenAsync(user), password);
        }

        if (!result.Succeeded)
        {
            // The link stays good: what was written beside it was wrong.
            await transaction.RollbackAsync(cancellationToken);
            return Results.LocalRedirect(AppUrls.SetupWith(code, result.Errors.Any(error => error.Code == nameof(PasswordRules) || error.Code.StartsWith("Password", StringComparison.Ordinal)) ? SetupProblem.Password : SetupProblem.Address));
        }

        database.Add(audit.New(actor with { UserId = user.Id }, AuditAction.Setup, email, "role Admin"));
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await signIn.SignInAsync(user, isPersistent: false);
        await SignedInAsync(context, users, audit, user, "setup link", cancellationToken);
        return Results.LocalRedirect(AppUrls.Overview);
    }

    private static async Task<IResult> SetPasswordAsync(HttpContext context, IAntiforgery antiforgery, Accounts accounts, CancellationToken cancellationToken)
    {
        if (await FormOrNullAsync(context, antiforgery) is not { } form)
        {
            return Problem(SignInProblem.Stale, null);
        }

        var (code, password) = (form["code"].ToString(), form["password"].ToString());
        if (!Guid.TryParse(form["user"], out var user))
        {
            return Results.LocalRedirect(AppUrls.SetPassword);
        }

        if (password != form["again"].ToString())
        {
            return Results.LocalRedirect(AppUrls.SetPasswordWith(user, code, SetupProblem.Differ));
        }

        return await accounts.TrySetPasswordAsync(user, code, password, Actors.AddressOf(context), cancellationToken)
            ? Results.LocalRedirect(AppUrls.SignIn)
            : Results.LocalRedirect(AppUrls.SetPasswordWith(user, code, SetupProblem.Password));
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, IAntiforgery antiforgery, SignInManager<User> signIn, Actors actors, AuditLog audit, CancellationToken cancellationToken)
    {
        if (await FormOrNullAsync(context, antiforgery) is null)
        {
            return Problem(SignInProblem.Stale, null);
        }

        await audit.WriteAsync(await actors.OfAsync(context, cancellationToken), AuditAction.SignOut, "", null, AuditOutcome.Done, cancellationToken);
        await signIn.SignOutAsync();
        return Results.LocalRedirect(AppUrls.SignIn);
    }

    /// <summary>Writes a sign-in down, in the log and with the user.</summary>
    internal static async Task SignedInAsync(HttpContext context, UserManager<User> users, AuditLog audit, User user, string how, CancellationToken cancellationToken)
    {
        await audit.WriteAsync(ActorOf(context, user.UserName!, user), AuditAction.SignIn, "", how, AuditOutcome.Done, cancellationToken);
        user.LastSignInAt = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
        await users.UpdateAsync(user);
    }

    /// <summary>Somebody who isn't signed in yet, by the name that they gave.</summary>
    internal static Actor ActorOf(HttpContext context, string name, User? user) => new(name, user?.Id, null, AuditChannel.Site, Actors.AddressOf(context));

    internal static IResult Problem(SignInProblem problem, string? returnUrl) => Results.LocalRedirect(AppUrls.SignInWith(problem, returnUrl));

    /// <summary>The form of a request, or null where it doesn't come from a page of this site or is no form of ours.</summary>
    internal static async Task<IFormCollection?> FormOrNullAsync(HttpContext context, IAntiforgery antiforgery)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MostBytes;
        }

        try
        {
            return context.Request.HasFormContentType && await antiforgery.IsRequestValidAsync(context) ? await context.Request.ReadFormAsync(context.RequestAborted) : null;
        }
        catch (Exception exception) when (exception is AntiforgeryValidationException or InvalidDataException or BadHttpRequestException)
        {
            // Too large, broken off, or no form: antiforgery, which reads it first, tells of that by an exception of its own.
            return null;
        }
    }
}
