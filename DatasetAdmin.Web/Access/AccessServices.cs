using System.Net;
using System.Threading.RateLimiting;
using DatasetAdmin.Core.Access;
using DatasetAdmin.Core.Database;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace DatasetAdmin.Web.Access;

/// <summary>Who gets in, as what, and for how long.</summary>
internal static class AccessServices
{
    /// <summary>The rate limit of everything that takes a password or code.</summary>
    public const string SignInLimit = "sign-in";

    // What somebody loses who is disabled in between: a minute at most, with the circuit's own look.
    private static readonly TimeSpan s_revalidation = TimeSpan.FromSeconds(20);

    public static IServiceCollection AddAccess(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<FirstAdminOptions>().Bind(configuration.GetSection(FirstAdminOptions.Section)).ValidateOnStart();
        services.AddOptions<SignInOptions>().Bind(configuration.GetSection(SignInOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<FirstAdminOptions>, ValidateFirstAdminOptions>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SignInOptions>, ValidateSignInOptions>());

        services.AddAccessStore();
        services.AddHttpContextAccessor();
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();

        // Before Identity adds its own, which then stays away.
        services.AddScoped<IUserValidator<User>, UserRules>();
        services.AddIdentityCore<User>(Configure)
            .AddEntityFrameworkStores<AdminDbContext>()
            .AddClaimsPrincipalFactory<UserClaims>()
            .AddSignInManager<SiteSignIn>()
            .AddPasswordValidator<PasswordRules>()
            .AddDefaultTokenProviders();
        services.AddProvider(configuration);
        services.ConfigureApplicationCookie(Configure);
        services.Configure<SecurityStampValidatorOptions>(options => options.ValidationInterval = s_revalidation);
        services.AddAuthorization(Policies.Add);
        services.AddRateLimiter(_ => { }).AddOptions<RateLimiterOptions>().Configure<IOptions<SignInOptions>>(Limit);

        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, CircuitAuthentication>();
        services.AddScoped<CircuitUser>();
        return services.AddSingleton<FirstAdmin>().AddSingleton<Actors>().AddSingleton<Actions>().AddSingleton<Accounts>();
    }

    /// <summary>Whether somebody asks for a page to look at, rather than a script for data or a page for a picture.</summary>
    public static bool IsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));

    private static void Configure(IdentityOptions options)
    {
        options.User.RequireUniqueEmail = true;

        // The name is the address, and addresses have more characters than names.
        options.User.AllowedUserNameCharacters = "";
        options.Lockout = new() { MaxFailedAccessAttempts = 5, DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5), AllowedForNewUsers = true };
        options.Password = new()
        {
            RequiredLength = PasswordRules.MinLength,
            RequireDigit = false,
            RequireLowercase = false,
            RequireNonAlphanumeric = false,
            RequireUppercase = false,
        };
    }

    private static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "DatasetAdmin.Session";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = TimeSpan.FromHours(12);
        options.SlidingExpiration = true;
        options.LoginPath = AppUrls.SignIn;
        options.AccessDeniedPath = AppUrls.AccessDenied;
        options.ReturnUrlParameter = AppUrls.ReturnParameter;
        options.Events.OnValidatePrincipal = ValidateAsync;
        options.Events.OnRedirectToLogin = context => AnswerAsync(context, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = context => AnswerAsync(context, StatusCodes.Status403Forbidden);
    }

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        try
        {
            await SecurityStampValidator.ValidatePrincipalAsync(context);
        }
        catch (Exception exception) when (DatabaseFaults.IsAway(exception))
        {
            // As for circuits: a database that is away disables nobody.
        }
    }

    // Only a page that somebody looks at leads to another; a picture or a script is told.
    private static Task AnswerAsync(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        if (IsPage(context.Request))
        {
            context.Response.Redirect(context.RedirectUri);
        }
        else
        {
            context.Response.StatusCode = status;
            context.Response.Headers[HeaderNames.CacheControl] = "no-store";
        }

        return Task.CompletedTask;
    }

    private static void Limit(RateLimiterOptions limiter, IOptions<SignInOptions> options)
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.OnRejected = (rejected, _) =>
        {
            rejected.HttpContext.Response.Redirect(AppUrls.SignInWith(SignInProblem.TooMany));
            return ValueTask.CompletedTask;
        };
        limiter.AddPolicy(SignInLimit, context => RateLimitPartition.GetFixedWindowLimiter(
            context.Connection.RemoteIpAddress ?? IPAddress.None,
            _ => new() { PermitLimit = options.Value.TriesPerMinute, Window = TimeSpan.FromMinutes(1) }));
    }
}
