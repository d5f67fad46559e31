using DatasetAdmin.Core.Access;
using Microsoft.AspNetCore.Identity;

namespace DatasetAdmin.Web.Access;

/// <summary>
/// What a password must be: long, and not one that is tried first. Nothing is asked of its characters. How soon it would be tried is
/// estimated by zxcvbn, which knows the common passwords, names, words and keyboard walks, and what people do to them.
/// </summary>
internal sealed class PasswordRules : IPasswordValidator<User>
{
    public const int MinLength = 12;

    // What is longer would only take longer to look at.
    public const int MaxLength = 128;

    // Of 0 to 4; 2 stands for "somewhat guessable": safe against guesses at a server that locks out.
    private const int MinScore = 2;

    public const string Text = "At least 12 characters, and none of the common ones. Several words do well.";

    public Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user, string? password) =>
        Task.FromResult(ProblemOrNull(password, user.Email) is { } problem ? IdentityResult.Failed(new IdentityError { Code = nameof(PasswordRules), Description = problem }) : IdentityResult.Success);

    /// <summary>What is wrong with a password and what to do, or null.</summary>
    public static string? ProblemOrNull(string? password, string? email) => password switch
    {
        null or { Length: < MinLength } => $"The password is too short: choose at least {MinLength} characters.",
        { Length: > MaxLength } => $"The password is too long: choose at most {MaxLength} characters.",
        _ when Zxcvbn.Zxcvbn.MatchPassword(password, [nameof(DatasetAdmin), .. (email ?? "").Split('@', '.')]).Score < MinScore =>
            "The password is among those that are tried first, or close to one: choose another, such as four words that have nothing to do with each other.",
        _ => null,
    };
}
