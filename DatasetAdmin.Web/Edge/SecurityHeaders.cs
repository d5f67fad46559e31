namespace DatasetAdmin.Web.Edge;

/// <summary>What every answer tells the browser that it may do with it: pages, errors, pictures, downloads and static files.</summary>
internal static class SecurityHeaders
{
    /// <summary>For answers that are files: opened by themselves, they can load nothing and run nothing in the site's name.</summary>
    public const string FilePolicy = "sandbox; default-src 'none'";

    // MudBlazor writes style attributes; nothing else needs an exception.
    private const string SitePolicy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; "
        + "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    private const string Permissions =
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), "
        + "microphone=(), midi=(), payment=(), serial=(), usb=()";

    /// <summary>Sets them when an answer begins, so that none is lost where an error replaces what was written before.</summary>
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(static state =>
        {
            Set((IHeaderDictionary)state);
            return Task.CompletedTask;
        }, context.Response.Headers);
        return next(context);
    });

    private static void Set(IHeaderDictionary headers)
    {
        if (headers.ContentSecurityPolicy.Count == 0)
        {
            headers.ContentSecurityPolicy = SitePolicy;
        }

        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = Permissions;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }
}
