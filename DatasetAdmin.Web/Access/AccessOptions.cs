using System.Net.Mail;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Web.Access;

/// <summary>Section <c>Admin</c>: the first admin, made at start where there is no user with that address.</summary>
internal sealed class FirstAdminOptions
{
    public const string Section = "Admin";

    public string? Email { get; set; }

    public string? Password { get; set; }
}

/// <summary>Section <c>SignIn</c>.</summary>
internal sealed class SignInOptions
{
    public const string Section = "SignIn";

    /// <summary>Whether users may sign in with a password of this program's. Without, OpenID Connect must be configured.</summary>
    public bool LocalAccounts { get; set; } = true;

    /// <summary>How many tries to sign in one network address has in a minute.</summary>
    public int TriesPerMinute { get; set; } = 20;
}

internal sealed class ValidateFirstAdminOptions : IValidateOptions<FirstAdminOptions>
{
    public ValidateOptionsResult Validate(string? name, FirstAdminOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Email))
        {
            return string.IsNullOrEmpty(options.Password)
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail("Admin:Password is set, but Admin:Email isn't: write the first admin's e-mail address.");
        }

        if (!MailAddress.TryCreate(options.Email, out _))
        {
            return ValidateOptionsResult.Fail($"Admin:Email is '{options.Email}', which is no e-mail address: write one, such as olga@example.com.");
        }

        return PasswordRules.ProblemOrNull(options.Password, options.Email) is { } problem
            ? ValidateOptionsResult.Fail($"Admin:Password can't be used. {problem}")
            : ValidateOptionsResult.Success;
    }
}

internal sealed class ValidateSignInOptions(IConfiguration configuration) : IValidateOptions<SignInOptions>
{
    public ValidateOptionsResult Validate(string? name, SignInOptions options)
    {
        if (options.TriesPerMinute < 1)
        {
            return ValidateOptionsResult.Fail($"SignIn:TriesPerMinute is {options.TriesPerMinute}: write how many tries a network address has in a minute, 1 or more.");
        }

        return options.LocalAccounts || !string.IsNullOrWhiteSpace(configuration["Oidc:Authority"])
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail("SignIn:LocalAccounts is false and Oidc:Authority is missing, so that nobody could sign in: write the provider's address, or true.");
    }
}
