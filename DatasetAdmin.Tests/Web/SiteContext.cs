using Bunit;
using DatasetAdmin.Web.Components.Shared;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace DatasetAdmin.Tests.Web;

/// <summary>Renders components without a browser, for what they decide rather than for how they look.</summary>
internal sealed class SiteContext : BunitContext
{
    /// <param name="zone">The reader's time zone.</param>
    public SiteContext(string? zone = null)
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddScoped<BrowserState>();
        Zone = zone;
    }

    private string? Zone { get; }

    /// <summary>As the layout does it before it shows a page.</summary>
    public async Task<SiteContext> ReadBrowserAsync()
    {
        JSInterop.Setup<BrowserFacts>("site.facts").SetResult(new(null, Zone, 0));
        await Services.GetRequiredService<BrowserState>().ReadAsync(isSystemDark: false);
        return this;
    }
}
