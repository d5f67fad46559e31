using DatasetAdmin.Core.Access;
using Microsoft.AspNetCore.Identity;

namespace DatasetAdmin.Web.Access;

/// <summary>Identity's rules for names and addresses, but that whoever comes from a provider has no address here, which could be somebody else's.</summary>
internal sealed class UserRules(IdentityErrorDescriber describer) : UserValidator<User>(describer)
{
    public override async Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user)
    {
        var result = await base.ValidateAsync(manager, user);
        IdentityError[] errors = [.. result.Errors.Where(error => user.Email is not null || error.Code != nameof(IdentityErrorDescriber.InvalidEmail))];
        return errors.Length == 0 ? IdentityResult.Success : IdentityResult.Failed(errors);
    }
}
