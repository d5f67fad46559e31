using System.Security.Claims;
using DatasetAdmin.Core.Access;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Web.Access;

/// <summary>Section <c>Oidc</c>: an OpenID Connect provider that says who somebody is, and by one of its claims what they may.</summary>
internal sealed class OidcOptions
{
    public const string Section = "Oidc";

    /// <summary>The provider's address, below which its discovery document lies. Empty: there is none.</summary>
    public string? Authority { get; set; }

    public string? ClientId { get; set; }

    /// <summary>Empty for a public client, which PKCE protects alone.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>What the button calls it, and what stands behind the names of its users.</summary>
    public string Name { get; set; } = "single sign-on";

    /// <summary>What is asked for, with spaces between.</summary>
    public string Scopes { get; set; } = "openid profile email";

    public string RoleClaim { get; set; } = "roles";

    /// <summary>Which values of the claim give which role.</summary>
    public OidcRoleOptions Roles { get; set; } = new();

    /// <summary>Whether the provider must be reached over https.</summary>
    public bool RequireHttps { get; set; } = true;

    public bool IsOn => !string.IsNullOrWhiteSpace(Authority);

    /// <summary>The highest role that a provider's claims give, or null where they give none.</summary>
    public UserRole? RoleOf(ClaimsPrincipal principal)
    {
        var values = principal.FindAll(RoleClaim).Select(claim => claim.Value).ToHashSet(StringComparer.Ordinal);
        return Enum.GetValues<UserRole>().Where(role => Roles.Of(role).Any(values.Contains)).Select(role => (UserRole?)role).Max();
    }
}

/// <summary>For each role the claim's values that give it, with semicolons between: names of groups may have commas.</summary>
internal sealed class OidcRoleOptions
{
    public string Viewer { get; set; } = "";

    public string Operator { get; set; } = "";

    public string Admin { get; set; } = "";

    public string[] Of(UserRole role) => (role switch
    {
        UserRole.Viewer => Viewer,
        UserRole.Operator => Operator,
        UserRole.Admin => Admin,
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    }).Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

internal sealed class ValidateOidcOptions : IValidateOptions<OidcOptions>
{
    public ValidateOptionsResult Validate(string? name, OidcOptions options)
    {
        string[] faults = [.. options.IsOn ? Faults(options) : FaultsOfNone(options)];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> FaultsOfNone(OidcOptions options)
    {
        if (!string.IsNullOrWhiteSpace(options.ClientId))
        {
            yield return "Oidc:ClientId is set, but Oidc:Authority isn't: write the provider's address, such as https://login.example.com/realms/people.";
        }
    }

    private static IEnumerable<string> Faults(OidcOptions options)
    {
        if (!Uri.TryCreate(options.Authority, UriKind.Absolute, out var authority)
            || authority.Scheme is not ("https" or "http") || authority.Query.Length > 0 || authority.Fragment.Length > 0 || authority.UserInfo.Length > 0)
        {
            yield return "Oidc:Authority is no address of a provider: write such as https://login.example.com/realms/people.";
        }
        else if (authority.Scheme == "http" && options.RequireHttps)
        {
            yield return $"Oidc:Authority is '{options.Authority}', over which anybody on the way could sign in as anybody: write an https address, or set Oidc:RequireHttps to false to try it out.";
        }

        if (string.IsNullOrWhiteSpace(options.ClientId))
        {
            yield return "Oidc:ClientId is missing: write the id under which the provider knows this site.";
        }

        if (!options.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Contains("openid"))
        {
            yield return $"Oidc:Scopes is '{options.Scopes}', without openid: write what to ask for, with spaces between, such as openid profile email.";
        }

        if (string.IsNullOrWhiteSpace(options.Name) || options.Name.Length > 40)
        {
            yield return "Oidc:Name must have 1 to 40 characters: write what the button of the sign-in page is to call the provider.";
        }

        if (string.IsNullOrWhiteSpace(options.RoleClaim))
        {
            yield return "Oidc:RoleClaim is empty: write the claim that says what somebody may, such as roles or groups.";
        }

        if (!Enum.GetValues<UserRole>().Any(role => options.Roles.Of(role).Length > 0))
        {
            yield return "Oidc:Roles has no value for any role, so that nobody could sign in: write the claim's values, such as Oidc:Roles:Admin=dataset-admins.";
        }
    }
}
