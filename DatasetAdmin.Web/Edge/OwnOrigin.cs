namespace DatasetAdmin.Web.Edge;

/// <summary>
/// Refuses a live connection that a page of another site asks for. Browsers open WebSockets to anywhere and send the cookies that may go
/// along; what they don't let a page change is the header that says which site it is of.
/// </summary>
internal static class OwnOrigin
{
    private const string Hub = "/_blazor";

    public static IApplicationBuilder UseOwnOrigin(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var isLive = context.WebSockets.IsWebSocketRequest || context.Request.Headers.Upgrade.Count > 0 || context.Request.Path.StartsWithSegments(Hub);
        if (!isLive || IsOwn(context.Request))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    });

    // Without the scheme: a proxy that ends TLS and isn't trusted makes it look different, and the same host is still this site.
    private static bool IsOwn(HttpRequest request) =>
        request.Headers.Origin.Count == 0
        || (Uri.TryCreate(request.Headers.Origin.ToString(), UriKind.Absolute, out var origin)
            && Uri.TryCreate($"{origin.Scheme}://{request.Host}", UriKind.Absolute, out var own)
            && string.Equals(origin.Authority, own.Authority, StringComparison.OrdinalIgnoreCase));
}
