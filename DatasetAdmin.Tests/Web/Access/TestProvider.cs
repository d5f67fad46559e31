using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace DatasetAdmin.Tests.Web.Access;

/// <summary>What a provider knows of somebody.</summary>
/// <param name="InUserInfo">Whether the roles are told only by the endpoint for them, and not in the token.</param>
internal sealed record Person(string Subject, string? Email, string[] Roles, bool InUserInfo = false);

/// <summary>
/// An OpenID Connect provider: OpenIddict's server on a port of its own, over which people sign in by choosing who they are.
/// </summary>
public sealed class TestProvider : IAsyncDisposable
{
    public const string ClientId = "dataset-admin";
    public const string Secret = "a secret of the tests, of some length";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Person> _people = new();

    private TestProvider()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddOpenIddict().AddServer(Configure);
        _app = builder.Build();
        _app.UseAuthentication();
        _app.Urls.Add("http://127.0.0.1:0");
    }

    /// <summary>The issuer, with the slash at the end that OpenIddict gives it.</summary>
    public string Url => _app.Urls.Single() + "/";

    /// <summary>Who signs in next.</summary>
    internal Person Next { get; set; } = new("nobody", null, []);

    /// <summary>Where the provider may send people back to.</summary>
    internal string? RedirectUri { get; set; }

    public static async Task<TestProvider> StartAsync()
    {
        var provider = new TestProvider();
        await provider._app.StartAsync(TestContext.Current.CancellationToken);

        // Its first answer makes its keys, which a busy machine takes long for.
        using var client = new HttpClient();
        await client.GetStringAsync($"{provider.Url}.well-known/openid-configuration", TestContext.Current.CancellationToken);
        return provider;
    }

    /// <summary>The settings of a site that trusts it.</summary>
    public Dictionary<string, string> Settings => new()
    {
        ["Oidc:Authority"] = Url,
        ["Oidc:ClientId"] = ClientId,
        ["Oidc:ClientSecret"] = Secret,
        ["Oidc:Name"] = "Example login",
        ["Oidc:RequireHttps"] = "false",
        ["Oidc:Roles:Viewer"] = "everybody",
        ["Oidc:Roles:Operator"] = "labelling; cn=labelling,dc=example",
        ["Oidc:Roles:Admin"] = "owners",
        ["Schedule:Enabled"] = "false",
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    // Without a store of applications and tokens ("degraded"), so that the checks that need one are here.
    private void Configure(OpenIddictServerBuilder server)
    {
        server.EnableDegradedMode().AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange();
        server.SetAuthorizationEndpointUris("authorize").SetTokenEndpointUris("token").SetUserInfoEndpointUris("userinfo");
        server.AddEphemeralEncryptionKey().AddEphemeralSigningKey().RegisterScopes(Scopes.Profile, Scopes.Email);
        server.UseAspNetCore().DisableTransportSecurityRequirement();
        server.AddEventHandler<OpenIddictServerEvents.ValidateAuthorizationRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            if (context.ClientId != ClientId || context.RedirectUri is null || context.RedirectUri != RedirectUri)
            {
                context.Reject(Errors.InvalidClient, "The client or its address isn't known.");
            }

            return default;
        }));
        server.AddEventHandler<OpenIddictServerEvents.ValidateTokenRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            if (context.Request.ClientId != ClientId || context.Request.ClientSecret != Secret)
            {
                context.Reject(Errors.InvalidClient, "The client's secret is wrong.");
            }

            return default;
        }));
        server.AddEventHandler<OpenIddictServerEvents.HandleAuthorizationRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            _people[Next.Subject] = Next;
            context.SignIn(PrincipalOf(Next, context.Request.GetScopes()));
            return default;
        }));
        server.AddEventHandler<OpenIddictServerEvents.HandleUserInfoRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            var person = _people[context.AccessTokenPrincipal.GetClaim(Claims.Subject)!];
            if (person.InUserInfo)
            {
                context.Claims["roles"] = new OpenIddictParameter([.. person.Roles.Select(role => (string?)role)]);
            }

            return default;
        }));
    }

    private static ClaimsPrincipal PrincipalOf(Person person, IEnumerable<string> scopes)
    {
        var identity = new ClaimsIdentity("test", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, person.Subject).SetClaim(Claims.Email, person.Email);
        if (!person.InUserInfo)
        {
            identity.SetClaims("roles", [.. person.Roles]);
        }

        identity.SetScopes(scopes);
        identity.SetDestinations(_ => [Destinations.IdentityToken, Destinations.AccessToken]);
        return new(identity);
    }
}
