using System.Net.Mime;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace DatasetAdmin.Web.Access;

/// <summary>The way to an OpenID Connect provider and back: the code flow with PKCE.</summary>
internal static partial class ProviderServices
{
    private const string Scheme = "Oidc";

    public static IServiceCollection AddProvider(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(OidcOptions.Section);
        services.AddOptions<OidcOptions>().Bind(section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OidcOptions>, ValidateOidcOptions>());
        services.AddScoped<ProviderSignIn>();
        if (!string.IsNullOrWhiteSpace(section[nameof(OidcOptions.Authority)]))
        {
            services.AddAuthentication().AddOpenIdConnect(Scheme, _ => { });
            services.AddOptions<OpenIdConnectOptions>(Scheme).Configure<IOptions<OidcOptions>>(Configure);
        }

        return services;
    }

    /// <summary>Maps the post of the sign-in page's button.</summary>
    public static void MapProvider(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/provider", BeginAsync).AllowAnonymous().RequireRateLimiting(AccessServices.SignInLimit);

    private static void Configure(OpenIdConnectOptions oidc, IOptions<OidcOptions> configured)
    {
        var options = configured.Value;
        (oidc.Authority, oidc.ClientId, oidc.ClientSecret, oidc.RequireHttpsMetadata) = (options.Authority, options.ClientId, options.ClientSecret, options.RequireHttps);
        oidc.Scope.Clear();
        foreach (var scope in options.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            oidc.Scope.Add(scope);
        }

        oidc.CallbackPath = AppUrls.ProviderCallback;
        oidc.ResponseType = OpenIdConnectResponseType.Code;
        oidc.ResponseMode = OpenIdConnectResponseMode.Query;
        oidc.UsePkce = true;
        oidc.BackchannelTimeout = TimeSpan.FromSeconds(30);
        oidc.SignInScheme = IdentityConstants.ExternalScheme;

        // The provider sends people back with a GET, so that these needn't go along with posts of other sites.
        foreach (var cookie in new[] { oidc.CorrelationCookie, oidc.NonceCookie })
        {
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        }

        // Anybody could send somebody there, and so sign them out.
        oidc.RemoteSignOutPath = default;
        oidc.SignedOutCallbackPath = default;

        // The claims as the provider names them, with those that some give only when asked for them.
        oidc.MapInboundClaims = false;
        oidc.GetClaimsFromUserInfoEndpoint = true;
        oidc.ClaimActions.Clear();
        foreach (var claim in ProviderSignIn.NameClaims.Append(options.RoleClaim).Distinct())
        {
            oidc.ClaimActions.MapJsonKey(claim, claim);
        }

        oidc.Events.OnTicketReceived = FinishAsync;
        oidc.Events.OnRemoteFailure = FailAsync;
    }

    private static async Task<IResult> BeginAsync(HttpContext context, IAntiforgery antiforgery, IOptions<OidcOptions> options, ILogger<ProviderSignIn> logger)
    {
        if (!options.Value.IsOn)
        {
            return Results.NotFound();
        }

        if (await AccountEndpoints.FormOrNullAsync(context, antiforgery) is not { } form)
        {
            return AccountEndpoints.Problem(SignInProblem.Stale, null);
        }

        var returnUrl = LocalUrl.Of(form[AppUrls.ReturnParameter]);
        try
        {
            await context.ChallengeAsync(Scheme, new() { RedirectUri = returnUrl });
        }
        catch (Exception exception) when (exception is InvalidOperationException or HttpRequestException or IOException)
        {
            LogUnreachable(logger, exception);
            return AccountEndpoints.Problem(SignInProblem.Provider, returnUrl);
        }

        // A page instead of the redirect: forms may be sent to this site only, which browsers also ask of where a form's answer leads to, and
        // a provider may lead on to others.
        var url = System.Net.WebUtility.HtmlEncode(context.Response.Headers.Location.ToString());
        context.Response.Headers.Remove("Location");
        context.Response.Headers.CacheControl = "no-store";
        return Results.Content(
            $"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="0;url={url}"><title>Sign in · DatasetAdmin</title></head>
            <body><p><a href="{url}">Go on to sign in</a></p></body></html>
            """,
            MediaTypeNames.Text.Html, System.Text.Encoding.UTF8, StatusCodes.Status200OK);
    }

    private static async Task FinishAsync(TicketReceivedContext context)
    {
        context.HandleResponse();
        var returnUrl = LocalUrl.Of(context.ReturnUri);
        var problem = await context.HttpContext.RequestServices.GetRequiredService<ProviderSignIn>().SignInAsync(context.HttpContext, context.Principal!, context.HttpContext.RequestAborted);
        context.Response.Redirect(problem is { } some ? AppUrls.SignInWith(some, returnUrl) : returnUrl);
    }

    private static Task FailAsync(RemoteFailureContext context)
    {
        LogRefused(context.HttpContext.RequestServices.GetRequiredService<ILogger<ProviderSignIn>>(), context.Failure, Actors.AddressOf(context.HttpContext));
        context.Response.Redirect(AppUrls.SignInWith(SignInProblem.Provider, LocalUrl.Of(context.Properties?.RedirectUri)));
        context.HandleResponse();
        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The provider of Oidc:Authority can't be asked: nobody can sign in with it")]
    private static partial void LogUnreachable(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What came back from the provider by way of {Address} signs nobody in")]
    private static partial void LogRefused(ILogger logger, Exception? exception, string? address);
}
