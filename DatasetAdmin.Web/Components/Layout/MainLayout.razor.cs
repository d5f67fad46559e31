using DatasetAdmin.Web.Components.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using MudBlazor;

namespace DatasetAdmin.Web.Components.Layout;

/// <summary>The frame of every page. It shows once the browser has told its theme and time zone, so that nothing changes colour or time under the reader's eyes.</summary>
public sealed partial class MainLayout : IDisposable
{
    /// <summary>The id of the form that signs out, which stands outside of the circuit's part of the page.</summary>
    public const string SignOutForm = "sign-out";

    private MudThemeProvider _provider = null!;
    private ErrorBoundary? _boundary;
    private bool _isDrawerOpen = true;

    [Inject]
    internal BrowserState Browser { get; init; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; init; } = null!;

    public void Dispose()
    {
        Browser.Changed -= StateHasChanged;
        Navigation.LocationChanged -= Recover;
    }

    protected override void OnInitialized()
    {
        Browser.Changed += StateHasChanged;
        Navigation.LocationChanged += Recover;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        try
        {
            await Browser.ReadAsync(await _provider.GetSystemDarkModeAsync());
            await _provider.WatchSystemDarkModeAsync(dark => InvokeAsync(() => Browser.SetSystemDark(dark)));
        }
        catch (JSDisconnectedException)
        {
            // The reader left before the page had come.
        }
    }

    private void ToggleDrawer() => _isDrawerOpen = !_isDrawerOpen;

    private void Recover() => _boundary?.Recover();

    // Another page is a new start.
    private void Recover(object? sender, LocationChangedEventArgs change) => Recover();
}
