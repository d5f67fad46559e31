using System.Net;
using DatasetAdmin.Core.Access;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Scheduling;
using DatasetAdmin.Web.Access;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Tests.Web.Access;

/// <summary>What admins do with users, users with their account, and what each action asks of whoever calls it.</summary>
public abstract class AccountsTests(AccessSite site)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Actions Actions => site.Pipeline.Services.GetRequiredService<Actions>();

    [Fact]
    public async Task Invite_Link_LetsChooseAPasswordOnce()
    {
        var email = $"invited-{Guid.NewGuid():n}@example.com";
        var link = await site.Accounts.InviteAsync(await site.AdminAsync(), email, UserRole.Operator, Token);
        using var client = site.NewClient();
        var code = System.Web.HttpUtility.ParseQueryString(new Uri(site.Url + link).Query);
        using var first = await PostPasswordAsync(client, link, code["user"]!, code["code"]!);
        using var second = await PostPasswordAsync(client, link, code["user"]!, code["code"]!);

        Assert.Equal("/sign-in", first.Headers.Location!.ToString());
        Assert.NotEqual("/sign-in", second.Headers.Location!.ToString());
        Assert.Contains("This link doesn't work", WebUtility.HtmlDecode(await client.GetStringAsync(link, Token)), StringComparison.Ordinal);
        using var session = await site.SignInAsync(await site.UserAsync(email));
        Assert.Equal(HttpStatusCode.OK, (await session.GetAsync("/runs", Token)).StatusCode);
        Assert.Single(await site.EntriesAsync(email, AuditAction.CreateUser));
    }

    [Fact]
    public async Task Invite_AddressThatIsKnownOrNone_SaysWhatIsWrong()
    {
        var admin = await site.AdminAsync();
        var known = await site.NewUserAsync();

        Assert.Contains(known.Email!, (await Assert.ThrowsAsync<AccountException>(() => site.Accounts.InviteAsync(admin, known.Email!, UserRole.Viewer, Token))).Message, StringComparison.Ordinal);
        Assert.Contains("nobody", (await Assert.ThrowsAsync<AccountException>(() => site.Accounts.InviteAsync(admin, "nobody", UserRole.Viewer, Token))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetDisabled_UserWithSession_IsRefusedAtOnceByActionsAndSoonByPages()
    {
        var user = await site.NewUserAsync(UserRole.Operator);
        using var client = await site.SignInAsync(user);
        await site.Accounts.SetDisabledAsync(await site.AdminAsync(), user.Id, isDisabled: true, Token);

        var actor = await site.Pipeline.Services.GetRequiredService<Actors>().OfAsync(PrincipalOf(user), AuditChannel.Site, null, Token);
        Assert.Null(actor.Role);
        await Assert.ThrowsAsync<AccessRefusedException>(() => Actions.CollectAsync(actor, new(2026, 10, 1), Token));
        Assert.Empty((await site.Pipeline.Services.GetRequiredService<RunStore>().ListAsync(new RunFilter(Target: "2026-10-01"), 0, 10, Token)).Runs);

        // A minute at most; each look renews the session, and one of them finds out.
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromMinutes(3));
        while ((await client.GetAsync("/runs", deadline.Token)).StatusCode != HttpStatusCode.Unauthorized)
        {
            await Task.Delay(500, deadline.Token);
        }

        using var again = site.NewClient();
        using var response = await TestUsers.PostFormAsync(again, "/sign-in", "/account/sign-in", ("email", user.Email!), ("password", TestUsers.Password));
        Assert.Equal("/sign-in?problem=wrong", response.Headers.Location!.ToString());
    }

    [Fact]
    public async Task LastAdmin_DemotedOrDisabled_IsRefused()
    {
        var admin = await site.AdminAsync();
        var second = await site.NewUserAsync(UserRole.Admin);
        await site.Accounts.ChangeRoleAsync(admin, second.Id, UserRole.Viewer, Token);

        await Assert.ThrowsAsync<AccountException>(() => site.Accounts.ChangeRoleAsync(admin, admin.UserId!.Value, UserRole.Operator, Token));
        await Assert.ThrowsAsync<AccountException>(() => site.Accounts.SetDisabledAsync(admin, admin.UserId!.Value, isDisabled: true, Token));
        Assert.Equal((UserRole.Admin, false), ((await site.AdminAsync()).Role, (await site.UserAsync(admin.Name)).IsDisabled));
        Assert.Equal(UserRole.Viewer, (await site.UserAsync(second.Email!)).Role);
        Assert.Contains("role Admin to Viewer", (await site.EntriesAsync(second.Email!, AuditAction.ChangeUser)).Select(entry => entry.Detail));
    }

    [Theory]
    [InlineData(UserRole.Viewer)]
    [InlineData(UserRole.Operator)]
    public async Task EveryAction_ByARoleBelow_IsRefusedWrittenDownAndDoesNothing(UserRole role)
    {
        var user = await site.NewUserAsync(role);
        var actor = AccessSite.ActorOf(user);
        var victim = await site.NewUserAsync();
        Dictionary<AuditAction, Func<Task>> forAdmins = new()
        {
            [AuditAction.Pause] = () => Actions.PauseAsync(actor, ScheduledJob.DailyCollection, isPause: true, Token),
            [AuditAction.Resume] = () => Actions.PauseAsync(actor, ScheduledJob.DailyCollection, isPause: false, Token),
            [AuditAction.TestAlerts] = () => Actions.TestAlertsAsync(actor, Token),
            [AuditAction.CreateUser] = () => site.Accounts.InviteAsync(actor, "friend@example.com", UserRole.Admin, Token),
            [AuditAction.ChangeUser] = () => site.Accounts.ChangeRoleAsync(actor, user.Id, UserRole.Admin, Token),
            [AuditAction.ChangePassword] = () => site.Accounts.NewLinkAsync(actor, victim.Id, Token),
            [AuditAction.ChangeSecondFactor] = () => site.Accounts.ResetSecondFactorAsync(actor, victim.Id, Token),
        };
        Dictionary<AuditAction, Func<Task>> forOperators = new()
        {
            [AuditAction.Collect] = () => Actions.CollectAsync(actor, new(2026, 9, 1), Token),
            [AuditAction.Build] = () => Actions.BuildAsync(actor, new Month(2026, 9), DatasetKind.Full, allowDrops: true, Token),
            [AuditAction.Cancel] = () => Actions.CancelAsync(actor, Guid.NewGuid(), Token),
            [AuditAction.RemoveGold] = () => Actions.RemoveGoldAsync(actor, ["Warm/a.jpg"], Token),
            [AuditAction.IndexGold] = () => Actions.IndexGoldAsync(actor, Token),
        };
        foreach (var (action, call) in role == UserRole.Viewer ? forAdmins.Concat(forOperators) : forAdmins)
        {
            await Assert.ThrowsAsync<AccessRefusedException>(call);
            var entry = Assert.Single(await site.EntriesAsync(user.Email!, action));
            Assert.Equal((AuditOutcome.Refused, user.Id, "192.0.2.1"), (entry.Outcome, entry.ActorId, entry.Address));
        }

        Assert.Empty((await site.Pipeline.Services.GetRequiredService<RunStore>().ListAsync(new RunFilter(Target: "2026-09-01"), 0, 10, Token)).Runs);
        Assert.Empty((await site.Pipeline.Services.GetRequiredService<RunStore>().ListAsync(new RunFilter(Target: "full/2026-09"), 0, 10, Token)).Runs);
        Assert.DoesNotContain(await site.Pipeline.Services.GetRequiredService<JobSchedule>().StatusAsync(Token), job => job.IsPaused);
        Assert.Equal(role, (await site.UserAsync(user.Email!)).Role);
    }

    [Fact]
    public async Task SecondFactor_SwitchedOn_IsAskedForAndRecoveryCodesWorkOnce()
    {
        var user = await site.NewUserAsync();
        var actor = AccessSite.ActorOf(user);
        var (address, key) = await site.Accounts.NewAuthenticatorAsync(actor, Token);
        Assert.Equal($"otpauth://totp/DatasetAdmin:{Uri.EscapeDataString(user.Email!)}?secret={key}&issuer=DatasetAdmin&digits=6", address);
        await Assert.ThrowsAsync<AccountException>(() => site.Accounts.ProveAuthenticatorAsync(actor, "000000", Token));
        var recovery = await site.Accounts.ProveAuthenticatorAsync(actor, Totp.Code(key), Token);
        await site.Accounts.EnableSecondFactorAsync(actor, Token);

        using var client = site.NewClient();
        using var first = await TestUsers.PostFormAsync(client, "/sign-in", "/account/sign-in", ("email", user.Email!), ("password", TestUsers.Password), ("return", "/gold"));
        Assert.Equal("/sign-in/code?return=%2Fgold", first.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/runs", Token)).StatusCode);
        using var wrong = await PostCodeAsync(client, "123");
        Assert.Equal("/sign-in/code?problem=wrong-code&return=%2Fgold", wrong.Headers.Location!.ToString());
        using var right = await PostCodeAsync(client, Totp.Code(key));
        Assert.Equal("/gold", right.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/runs", Token)).StatusCode);

        Assert.Equal("/gold", await WithRecoveryAsync(recovery[3]));
        Assert.StartsWith("/sign-in/code?problem=", await WithRecoveryAsync(recovery[3]), StringComparison.Ordinal);

        await Assert.ThrowsAsync<AccountException>(() => site.Accounts.DisableSecondFactorAsync(actor, "not the password", Token));
        await site.Accounts.DisableSecondFactorAsync(actor, TestUsers.Password, Token);
        using var without = await site.SignInAsync(user);

        async Task<string> WithRecoveryAsync(string code)
        {
            using var fresh = site.NewClient();
            (await TestUsers.PostFormAsync(fresh, "/sign-in", "/account/sign-in", ("email", user.Email!), ("password", TestUsers.Password))).Dispose();
            using var response = await PostCodeAsync(fresh, code);
            return response.Headers.Location!.ToString();
        }

        static Task<HttpResponseMessage> PostCodeAsync(HttpClient client, string code) =>
            TestUsers.PostFormAsync(client, "/sign-in/code?return=/gold", "/account/code", ("code", code), ("return", "/gold"));
    }

    [Fact]
    public async Task OwnPassword_WrongOldOne_IsRefusedAndCountsTowardsTheLockOut()
    {
        var user = await site.NewUserAsync();
        var actor = AccessSite.ActorOf(user);
        for (var attempt = 0; attempt < 5; attempt++)
        {
            Assert.Equal("The old password is wrong.", (await Assert.ThrowsAsync<AccountException>(() => site.Accounts.ChangeOwnPasswordAsync(actor, "guess", "another good passphrase", Token))).Message);
        }

        Assert.Contains("locked", (await Assert.ThrowsAsync<AccountException>(
            () => site.Accounts.ChangeOwnPasswordAsync(actor, TestUsers.Password, "another good passphrase", Token))).Message, StringComparison.Ordinal);
    }

    private System.Security.Claims.ClaimsPrincipal PrincipalOf(User user)
    {
        using var scope = site.Pipeline.Services.CreateScope();
        return scope.ServiceProvider.GetRequiredService<IUserClaimsPrincipalFactory<User>>().CreateAsync(user).GetAwaiter().GetResult();
    }

    private static Task<HttpResponseMessage> PostPasswordAsync(HttpClient client, string page, string user, string code) =>
        TestUsers.PostFormAsync(client, page, "/account/password", ("user", user), ("code", code), ("password", TestUsers.Password), ("again", TestUsers.Password));
}

public class EmbeddedAccountsTests(EmbeddedAccessSite site) : AccountsTests(site), IClassFixture<EmbeddedAccessSite>;

public class ServersAccountsTests(ServersAccessSite site) : AccountsTests(site), IClassFixture<ServersAccessSite>;
