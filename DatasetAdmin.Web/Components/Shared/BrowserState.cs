using Microsoft.JSInterop;

namespace DatasetAdmin.Web.Components.Shared;

internal enum ThemeChoice
{
    System,
    Light,
    Dark,
}

/// <summary>What one reader's browser said of itself: one per circuit.</summary>
internal sealed class BrowserState(IJSRuntime js)
{
    private bool _isSystemDark;

    /// <summary>Called when the theme or the time zone has changed.</summary>
    public event Action? Changed;

    /// <summary>False until the browser has answered.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>The reader's choice, which the browser keeps.</summary>
    public ThemeChoice Theme { get; private set; }

    public bool IsDark => Theme == ThemeChoice.Dark || (Theme == ThemeChoice.System && _isSystemDark);

    /// <summary>The reader's time zone; UTC until it is known.</summary>
    public TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    public async Task ReadAsync(bool isSystemDark)
    {
        var facts = await js.InvokeAsync<BrowserFacts>("site.facts");
        Theme = AppUrls.ParseOrNull<ThemeChoice>(facts.Theme) ?? ThemeChoice.System;
        Zone = ZoneOf(facts);
        (IsKnown, _isSystemDark) = (true, isSystemDark);
        Changed?.Invoke();
    }

    public async Task SetThemeAsync(ThemeChoice theme)
    {
        Theme = theme;
        Changed?.Invoke();
        await js.InvokeVoidAsync("site.setTheme", AppUrls.Name(theme));
    }

    public void SetSystemDark(bool isDark)
    {
        _isSystemDark = isDark;
        Changed?.Invoke();
    }

    // A server without the zones' data still knows how far the reader's clock is off now.
    private static TimeZoneInfo ZoneOf(BrowserFacts facts) => TimeZoneInfo.TryFindSystemTimeZoneById(facts.Zone ?? "", out var zone)
        ? zone
        : TimeZoneInfo.CreateCustomTimeZone("local", TimeSpan.FromMinutes(Math.Clamp(facts.OffsetMinutes, -14 * 60, 14 * 60)), "local", "local");
}

/// <summary>What the browser said: the choice of theme that it keeps, the name of its time zone, and how far that is ahead of UTC now.</summary>
internal sealed record BrowserFacts(string? Theme, string? Zone, int OffsetMinutes);
