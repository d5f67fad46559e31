using System.Security.Claims;
using DatasetAdmin.Core.Access;
using DatasetAdmin.Core.Database;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Web.Access;

/// <summary>Looks now and then whether a circuit's user still may be here: a circuit outlives the request that authorized it.</summary>
internal sealed class CircuitAuthentication(ILoggerFactory loggers, Actors actors, IOptions<IdentityOptions> options) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval { get; } = TimeSpan.FromSeconds(20);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        try
        {
            return await actors.FindActiveOrNullAsync(authenticationState.User, cancellationToken) is { } user
                && user.SecurityStamp == authenticationState.User.FindFirstValue(options.Value.ClaimsIdentity.SecurityStampClaimType);
        }
        catch (Exception exception) when (DatabaseFaults.IsAway(exception))
        {
            // A database that is away disables nobody, and the pages say that it is. Nothing can be done meanwhile: each action asks it anew.
            return true;
        }
    }
}

/// <summary>Tells who asks, from what a session says and what the database says at this moment.</summary>
internal sealed class Actors(IDbContextFactory<AdminDbContext> contexts)
{
    /// <summary>The session's user unless disabled; null where there is none.</summary>
    public async Task<User?> FindActiveOrNullAsync(ClaimsPrincipal principal, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var id))
        {
            return null;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == id && !user.IsDisabled, cancellationToken);
    }

    /// <summary>The session's user as an actor, with the role of this moment; without any where the user is gone or disabled.</summary>
    public async Task<Actor> OfAsync(ClaimsPrincipal principal, AuditChannel channel, string? address, CancellationToken cancellationToken)
    {
        var user = await FindActiveOrNullAsync(principal, cancellationToken);
        return new(user?.UserName ?? principal.Identity?.Name ?? "nobody", user?.Id, user?.Role, channel, address);
    }

    /// <summary>Who sent a request of the site.</summary>
    public Task<Actor> OfAsync(HttpContext context, CancellationToken cancellationToken) =>
        OfAsync(context.User, AuditChannel.Site, AddressOf(context), cancellationToken);

    /// <summary>Who sent a request of the API: with the role that its token gave, and never more than the user has at this moment.</summary>
    public async Task<Actor> OfTokenAsync(HttpContext context, UserRole? tokenRole, CancellationToken cancellationToken)
    {
        var actor = await OfAsync(context.User, AuditChannel.Api, AddressOf(context), cancellationToken);
        return actor with { Role = tokenRole < actor.Role ? tokenRole : actor.Role };
    }

    public static string? AddressOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString();
}

/// <summary>The user of one circuit.</summary>
internal sealed class CircuitUser(AuthenticationStateProvider authentication, Actors actors)
{
    /// <summary>Where the circuit's page was asked for from.</summary>
    public string? Address { get; set; }

    /// <summary>Who clicks, with what they may do at this moment.</summary>
    public async Task<Actor> ActorAsync(CancellationToken cancellationToken) =>
        await actors.OfAsync((await authentication.GetAuthenticationStateAsync()).User, AuditChannel.Site, Address, cancellationToken);
}
