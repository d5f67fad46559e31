using DatasetAdmin.Core.Access;
using DatasetAdmin.Core.Database;
using DatasetAdmin.Tests.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DatasetAdmin.Tests.Access;

/// <summary>The API's tokens, on either database.</summary>
public abstract class ApiTokensContract : IAsyncLifetime
{
    private static readonly DateTime s_start = new(2026, 11, 6, 10, 30, 20, DateTimeKind.Utc);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(s_start));
    private TestAdmin _admin = null!;
    private ServiceProvider _process = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ApiTokens Tokens => _process.GetRequiredService<ApiTokens>();

    public async ValueTask InitializeAsync()
    {
        _admin = await CreateAsync();
        _process = await _admin.NewMigratedProcessAsync(_time, services => services.AddAccessStore());
    }

    public async ValueTask DisposeAsync()
    {
        await _admin.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<TestAdmin> CreateAsync();

    [Fact]
    public async Task UseOrNullAsync_NewToken_IsItsUsersAndIsntStored()
    {
        var actor = await AddUserAsync("ana@example.org", UserRole.Operator);

        var made = await Tokens.CreateAsync(actor, " training ", UserRole.Viewer, null, Token);
        var use = await Tokens.UseOrNullAsync(made.Secret, Token);

        Assert.StartsWith(ApiTokens.Prefix, made.Secret, StringComparison.Ordinal);
        Assert.Equal(("ana@example.org", UserRole.Viewer, "training"), (use!.UserName, use.Role, use.Token.Name));
        var stored = Assert.Single(await Tokens.ListAsync(actor.UserId, Token)).Token;
        Assert.Equal(Secrets.Hash(made.Secret), stored.Hash);
        Assert.StartsWith(stored.Beginning, made.Secret, StringComparison.Ordinal);
        Assert.Null(await Tokens.UseOrNullAsync(made.Secret + "x", Token));
    }

    [Fact]
    public async Task UseOrNullAsync_UserWithLessOfARole_HasThatRoleAtOnce()
    {
        var actor = await AddUserAsync("ana@example.org", UserRole.Admin);
        var made = await Tokens.CreateAsync(actor, "all", UserRole.Admin, null, Token);

        await ChangeAsync(actor, user => user.Role = UserRole.Viewer);

        Assert.Equal(UserRole.Viewer, (await Tokens.UseOrNullAsync(made.Secret, Token))!.Role);
    }

    [Fact]
    public async Task UseOrNullAsync_DisabledUser_IsNull()
    {
        var actor = await AddUserAsync("ana@example.org", UserRole.Viewer);
        var made = await Tokens.CreateAsync(actor, "job", UserRole.Viewer, null, Token);

        await ChangeAsync(actor, user => user.IsDisabled = true);

        Assert.Null(await Tokens.UseOrNullAsync(made.Secret, Token));
    }

    [Fact]
    public async Task UseOrNullAsync_ExpiredToken_IsNull()
    {
        var actor = await AddUserAsync("ana@example.org", UserRole.Viewer);
        var made = await Tokens.CreateAsync(actor, "job", UserRole.Viewer, s_start.AddHours(1), Token);
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.NotNull(await Tokens.UseOrNullAsync(made.Secret, Token));

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Null(await Tokens.UseOrNullAsync(made.Secret, Token));
    }

    [Fact]
    public async Task UseOrNullAsync_ManyUses_NotesTheMinute()
    {
        var actor = await AddUserAsync("ana@example.org", UserRole.Viewer);
        var made = await Tokens.CreateAsync(actor, "job", UserRole.Viewer, null, Token);
        var minute = s_start.AddSeconds(-20);

        await Tokens.UseOrNullAsync(made.Secret, Token);
        _time.Advance(TimeSpan.FromSeconds(30));
        await Tokens.UseOrNullAsync(made.Secret, Token);
        Assert.Equal(minute, Assert.Single(await Tokens.ListAsync(null, Token)).Token.LastUsedAt);

        _time.Advance(TimeSpan.FromSeconds(30));
        await Tokens.UseOrNullAsync(made.Secret, Token);
        Assert.Equal(minute.AddMinutes(1), Assert.Single(await Tokens.ListAsync(null, Token)).Token.LastUsedAt);
    }

    [Fact]
    public async Task RevokeAsync_OwnToken_EndsItAndIsWrittenDown()
    {
        var actor = await AddUserAsync("ana@example.org", UserRole.Viewer);
        var made = await Tokens.CreateAsync(actor, "job", UserRole.Viewer, null, Token);

        Assert.True(await Tokens.RevokeAsync(actor, made.Token.Id, Token));

        Assert.False(await Tokens.RevokeAsync(actor, made.Token.Id, Token));
        Assert.Null(await Tokens.UseOrNullAsync(made.Secret, Token));
        Assert.Equal([AuditAction.RevokeToken, AuditAction.CreateToken], (await LogAsync()).Select(entry => entry.Action));
        Assert.DoesNotContain(await LogAsync(), entry => entry.Detail!.Contains(made.Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task RevokeAsync_TokenOfAnother_NeedsAnAdmin()
    {
        var owner = await AddUserAsync("ana@example.org", UserRole.Viewer);
        var other = await AddUserAsync("bo@example.org", UserRole.Operator);
        var admin = await AddUserAsync("cy@example.org", UserRole.Admin);
        var made = await Tokens.CreateAsync(owner, "job", UserRole.Viewer, null, Token);

        await Assert.ThrowsAsync<AccessRefusedException>(() => Tokens.RevokeAsync(other, made.Token.Id, Token));
        Assert.NotNull(await Tokens.UseOrNullAsync(made.Secret, Token));
        Assert.Equal(AuditOutcome.Refused, (await LogAsync())[0].Outcome);

        Assert.True(await Tokens.RevokeAsync(admin, made.Token.Id, Token));
        Assert.Null(await Tokens.UseOrNullAsync(made.Secret, Token));
    }

    [Fact]
    public async Task CreateAsync_RoleAboveTheUsers_IsRefused()
    {
        var actor = await AddUserAsync("ana@example.org", UserRole.Viewer);

        await Assert.ThrowsAsync<AccessRefusedException>(() => Tokens.CreateAsync(actor, "job", UserRole.Operator, null, Token));

        Assert.Empty(await Tokens.ListAsync(null, Token));
        Assert.Equal(AuditOutcome.Refused, Assert.Single(await LogAsync()).Outcome);
    }

    [Fact]
    public async Task CreateAsync_WrongNameOrEnd_SaysSo()
    {
        var actor = await AddUserAsync("ana@example.org", UserRole.Viewer);

        await Assert.ThrowsAsync<ArgumentException>(() => Tokens.CreateAsync(actor, "  ", UserRole.Viewer, null, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Tokens.CreateAsync(actor, "job", UserRole.Viewer, s_start, Token));

        Assert.Empty(await Tokens.ListAsync(null, Token));
    }

    private async Task<Actor> AddUserAsync(string name, UserRole role)
    {
        await using var context = await Contexts.CreateDbContextAsync(Token);
        var user = new User { UserName = name, NormalizedUserName = name.ToUpperInvariant(), Email = name, Role = role, CreatedAt = s_start };
        context.Add(user);
        await context.SaveChangesAsync(Token);
        return new(name, user.Id, role, AuditChannel.Site, null);
    }

    private async Task ChangeAsync(Actor actor, Action<User> change)
    {
        await using var context = await Contexts.CreateDbContextAsync(Token);
        change(await context.Users.SingleAsync(user => user.Id == actor.UserId, Token));
        await context.SaveChangesAsync(Token);
    }

    private IDbContextFactory<AdminDbContext> Contexts => _process.GetRequiredService<IDbContextFactory<AdminDbContext>>();

    private Task<IReadOnlyList<AuditEntry>> LogAsync() =>
        _process.GetRequiredService<AuditLog>().ListAsync(new(), null, 100, Token);
}

public class SqliteApiTokensTests : ApiTokensContract
{
    protected override Task<TestAdmin> CreateAsync() => Task.FromResult(TestAdmin.OnSqlite());
}

public class PostgresApiTokensTests : ApiTokensContract
{
    protected override Task<TestAdmin> CreateAsync() => TestAdmin.OnPostgresAsync();
}
