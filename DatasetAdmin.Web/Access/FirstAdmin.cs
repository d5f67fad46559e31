using DatasetAdmin.Core.Access;
using DatasetAdmin.Core.Database;
using DatasetAdmin.Web.Configuration;
using DatasetAdmin.Web.Sample;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Web.Access;

/// <summary>
/// Sees at start that there is a way in: the admin of the configuration, in Development the sample's, elsewhere a link that is printed
/// where only who runs the program reads.
/// </summary>
internal sealed class FirstAdmin(
    IServiceScopeFactory scopes,
    IDbContextFactory<AdminDbContext> contexts,
    SetupLinks links,
    IOptions<FirstAdminOptions> configured,
    IOptions<SignInOptions> signIn,
    SampleUse sample,
    IHostEnvironment environment,
    TimeProvider time)
{
    public const string SampleEmail = "admin@sample.test";

    // No secret: it opens nothing but drawn faces on a developer's own machine.
    public const string SamplePassword = "drawn faces only";

    /// <summary>Whether the sample's admin is there to try the program with: in Development, over the sample, and where no other admin is configured.</summary>
    public bool IsSample { get; } = environment.IsDevelopment() && sample.MayBeMade && string.IsNullOrWhiteSpace(configured.Value.Email);

    /// <summary>Makes the admin that is missing. Returns what is to be printed, or null.</summary>
    /// <exception cref="SettingException">The configured admin can't be made.</exception>
    public async Task<Func<string, string>?> EnsureAsync(CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(configured.Value.Email))
        {
            await MakeAsync(configured.Value.Email, configured.Value.Password!);
            return null;
        }

        if (IsSample)
        {
            await MakeAsync(SampleEmail, SamplePassword);
            return url => $"Sign in on {url} as {SampleEmail} with the password '{SamplePassword}'. That is the sample's admin, which exists in Development only.";
        }

        if (!signIn.Value.LocalAccounts || await HasAdminAsync(cancellationToken))
        {
            return null;
        }

        var code = await links.CreateAsync(cancellationToken);
        return url => $"There is no admin yet. Make the first one on {url}{AppUrls.SetupWith(code)} within an hour. The link works once; each start prints a new one until there is an admin.";
    }

    private async Task<bool> HasAdminAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Users.AnyAsync(user => user.Role == UserRole.Admin && !user.IsDisabled, cancellationToken);
    }

    private async Task MakeAsync(string email, string password)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        if (await users.FindByEmailAsync(email) is not null)
        {
            return;
        }

        try
        {
            var made = await users.CreateAsync(
                new User { UserName = email, Email = email, EmailConfirmed = true, Role = UserRole.Admin, CreatedAt = time.GetUtcNow().UtcDateTime }, password);
            if (!made.Succeeded && made.Errors.All(error => error.Code is not ("DuplicateUserName" or "DuplicateEmail")))
            {
                throw new SettingException($"The admin of Admin:Email can't be made. {string.Join(" ", made.Errors.Select(error => error.Description))}");
            }
        }
        catch (DbUpdateException exception) when (DatabaseFaults.IsDuplicate(exception))
        {
            // Another process, started in the same moment, was faster.
        }
    }
}
