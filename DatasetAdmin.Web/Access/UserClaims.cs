using System.Security.Claims;
using DatasetAdmin.Core.Access;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Web.Access;

/// <summary>What a session says of its user; the role too, which is why changing it changes the user's security stamp.</summary>
internal sealed class UserClaims(UserManager<User> users, IOptions<IdentityOptions> options) : UserClaimsPrincipalFactory<User>(users, options)
{
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(User user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new(ClaimTypes.Role, user.Role.ToString()));
        return identity;
    }
}
