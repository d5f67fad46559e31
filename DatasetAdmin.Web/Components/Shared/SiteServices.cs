using DatasetAdmin.Web.Components.Settings;
using MudBlazor.Services;

namespace DatasetAdmin.Web.Components.Shared;

internal static class SiteServices
{
    /// <summary>What the site's components need beside the program's own services.</summary>
    public static IServiceCollection AddSite(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices();
        return services.AddSingleton<Reachability>().AddScoped<BrowserState>();
    }
}
