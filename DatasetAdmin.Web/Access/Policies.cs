using System.Security.Claims;
using DatasetAdmin.Core.Access;
using Microsoft.AspNetCore.Authorization;

namespace DatasetAdmin.Web.Access;

/// <summary>Who may what: a policy for each role, which those above it pass too. What says nothing is for those who may view.</summary>
internal static class Policies
{
    public const string Viewer = nameof(UserRole.Viewer);
    public const string Operator = nameof(UserRole.Operator);
    public const string Admin = nameof(UserRole.Admin);

    public static void Add(AuthorizationOptions options)
    {
        foreach (var role in Enum.GetValues<UserRole>())
        {
            options.AddPolicy(role.ToString(), policy => Require(policy, role));
        }

        options.DefaultPolicy = options.FallbackPolicy = options.GetPolicy(Viewer)!;
    }

    /// <summary>The role that a signed-in user came with, or null.</summary>
    public static UserRole? RoleOf(ClaimsPrincipal user) =>
        user.Identity?.IsAuthenticated == true && Enum.TryParse<UserRole>(user.FindFirstValue(ClaimTypes.Role), out var role) ? role : null;

    public static AuthorizationPolicyBuilder Require(AuthorizationPolicyBuilder policy, UserRole role) =>
        policy.RequireAuthenticatedUser().RequireAssertion(context => RoleOf(context.User) >= role);
}
