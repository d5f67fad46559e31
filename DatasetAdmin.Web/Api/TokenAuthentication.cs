using System.Security.Claims;
using System.Text.Encodings.Web;
using DatasetAdmin.Core.Access;
using DatasetAdmin.Web.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace DatasetAdmin.Web.Api;

/// <summary>
/// Signs requests of the API in by their token, <c>Authorization: Bearer dsa_…</c>. Sessions of the site don't count there, so that no
/// page elsewhere can have a browser ask for anything.
/// </summary>
internal sealed class TokenAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, ApiTokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "Token";

    /// <summary>The claim that says which token it is.</summary>
    public const string TokenIdClaim = "token_id";

    /// <summary>Asks for a token that may what a role may.</summary>
    public static AuthorizationPolicy Require(UserRole role) => Policies.Require(new AuthorizationPolicyBuilder(SchemeName), role).Build();

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        const string Bearer = "Bearer ";
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) || header.Length > 200)
        {
            return AuthenticateResult.NoResult();
        }

        if (await tokens.UseOrNullAsync(header[Bearer.Length..].Trim(), Context.RequestAborted) is not { } use)
        {
            return AuthenticateResult.Fail("The token is wrong, was revoked or has expired.");
        }

        var identity = new ClaimsIdentity(
            [
                new(ClaimTypes.NameIdentifier, use.Token.UserId.ToString()),
                new(ClaimTypes.Name, use.UserName),
                new(ClaimTypes.Role, use.Role.ToString()),
                new(TokenIdClaim, use.Token.Id.ToString()),
            ],
            SchemeName);
        return AuthenticateResult.Success(new(new(identity), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        Response.Headers[HeaderNames.CacheControl] = "no-store";
        return Results.Problem("Send a token that holds: Authorization: Bearer dsa_… Make one on the page /account.", statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Results.Problem(
        $"That needs more than this token's role, {Policies.RoleOf(Context.User)}: use a token of a role that may, or ask an admin for it.",
        statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(Context);
}
