using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Web.Edge;

/// <summary>What stands between the site and the network: headers, proxies, limits, and answers to faults.</summary>
internal static class EdgeServices
{
    // Forms and the browser's half of a live page are small. What takes more, the upload to gold, says so itself.
    private const long MostBytes = 256 * 1024;

    private const int MostMessageBytes = 32 * 1024;
    private const int MostLostPages = 50;
    private static readonly TimeSpan s_lostPagesFor = TimeSpan.FromMinutes(3);

    public static IServiceCollection AddEdge(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ProxyOptions>().Bind(configuration.GetSection(ProxyOptions.Section)).ValidateOnStart();
        services.AddOptions<PageOptions>().Bind(configuration.GetSection(PageOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ProxyOptions>, ValidateProxyOptions>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PageOptions>, ValidatePageOptions>());
        services.AddOptions<ForwardedHeadersOptions>().PostConfigure<IOptions<ProxyOptions>>(Believe);

        services.Configure<KestrelServerOptions>(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = MostBytes;
        });
        services.Configure<HubOptions>(options => options.MaximumReceiveMessageSize = MostMessageBytes);
        services.Configure<CircuitOptions>(options =>
        {
            options.DetailedErrors = false;
            options.DisconnectedCircuitMaxRetained = MostLostPages;
            options.DisconnectedCircuitRetentionPeriod = s_lostPagesFor;
        });
        services.AddSingleton<OpenPages>().AddScoped<PageLimit>();
        services.AddScoped<CircuitHandler>(provider => provider.GetRequiredService<PageLimit>());

        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "DatasetAdmin.Forms";
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        return services.AddHsts(options => options.MaxAge = TimeSpan.FromDays(365));
    }

    /// <summary>All that comes before the site looks who asks. Called first.</summary>
    public static void UseEdge(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseSecurityHeaders();
        if (!app.Environment.IsDevelopment())
        {
            app.UseHsts();
        }

        app.UseFaults();
        app.UseOwnOrigin();
    }

    // After all others, such as the framework's own switch, which would believe anybody. The host isn't taken from a header: proxies pass it on.
    private static void Believe(ForwardedHeadersOptions headers, IOptions<ProxyOptions> proxies)
    {
        headers.KnownProxies.Clear();
        headers.KnownIPNetworks.Clear();
        foreach (var network in proxies.Value.Networks)
        {
            headers.KnownIPNetworks.Add(network);
        }

        headers.ForwardedHeaders = proxies.Value.Networks.Count > 0 ? ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto : ForwardedHeaders.None;
        headers.ForwardLimit = null;
    }
}
