using System.Net;
using DatasetAdmin.Core.Access;
using DatasetAdmin.Core.Database;
using DatasetAdmin.Tests.Support;
using DatasetAdmin.Web.Access;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Tests.Web.Access;

/// <summary>A real site without any data, for who gets in. Its users of each role are only read; a test that changes a user makes one.</summary>
public abstract class AccessSite(Backend backend) : IAsyncLifetime
{
    private int _users;

    public TestPipeline Pipeline { get; private set; } = null!;

    public string Url => Pipeline.Url;

    internal Accounts Accounts => Pipeline.Services.GetRequiredService<Accounts>();

    internal AuditLog Log => Pipeline.Services.GetRequiredService<AuditLog>();

    public async ValueTask InitializeAsync() =>
        Pipeline = await TestPipeline.StartAsync(backend, settings: new Dictionary<string, string> { ["Schedule:Enabled"] = "false" }, site: true);

    public async ValueTask DisposeAsync()
    {
        await Pipeline.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A user of the test's own.</summary>
    public Task<User> NewUserAsync(UserRole role = UserRole.Viewer) =>
        TestUsers.MakeAsync(Pipeline.Services, $"user{Interlocked.Increment(ref _users)}@example.com", role);

    /// <summary>The session of a user who signs in now.</summary>
    public async Task<HttpClient> SignInAsync(User user) => TestUsers.NewClient(Url, await TestUsers.SignInAsync(Url, user.Email!, TestUsers.Password));

    /// <summary>A client without a session, which keeps its cookies.</summary>
    public HttpClient NewClient() => TestUsers.NewClient(Url, new CookieContainer());

    /// <summary>An admin, as the actor of calls.</summary>
    public async Task<Actor> AdminAsync() => ActorOf(await UserAsync(TestUsers.Email(UserRole.Admin)));

    public async Task<User> UserAsync(string email)
    {
        await using var context = await ContextAsync();
        return await context.Users.AsNoTracking().SingleAsync(user => user.Email == email, TestContext.Current.CancellationToken);
    }

    public Task<AdminDbContext> ContextAsync() =>
        Pipeline.Services.GetRequiredService<IDbContextFactory<AdminDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);

    /// <summary>The newest entries of the audit log that name a text.</summary>
    public Task<IReadOnlyList<AuditEntry>> EntriesAsync(string text, AuditAction? action = null) =>
        Log.ListAsync(new AuditFilter(action, Text: text), null, 100, TestContext.Current.CancellationToken);

    public static Actor ActorOf(User user) => new(user.UserName!, user.Id, user.Role, AuditChannel.Site, "192.0.2.1");
}

/// <summary>On SQLite and files.</summary>
public sealed class EmbeddedAccessSite() : AccessSite(Backend.Embedded);

/// <summary>On PostgreSQL and the S3 server.</summary>
public sealed class ServersAccessSite() : AccessSite(Backend.Servers);
