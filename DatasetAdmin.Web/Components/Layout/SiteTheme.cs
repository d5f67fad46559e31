using MudBlazor;

namespace DatasetAdmin.Web.Components.Layout;

/// <summary>The site's colours and fonts. Text keeps a contrast of 4.5 to 1 on every ground it stands on, in both palettes.</summary>
internal static class SiteTheme
{
    // What the system has: nothing is loaded, and it looks at home.
    private static readonly string[] s_fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans", "Liberation Sans", "Arial", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#5b35a5",
            PrimaryContrastText = "#ffffff",
            Secondary = "#0b6e75",
            SecondaryContrastText = "#ffffff",
            Tertiary = "#8a5300",
            Info = "#1558a8",
            Success = "#1b6b33",
            Warning = "#8a5300",
            Error = "#b3261e",
            Background = "#f6f6f9",
            BackgroundGray = "#ececf2",
            Surface = "#ffffff",
            AppbarBackground = "#ffffff",
            AppbarText = "#1f2430",
            DrawerBackground = "#ffffff",
            DrawerText = "#1f2430",
            DrawerIcon = "#565d6d",
            TextPrimary = "#1f2430",
            TextSecondary = "#565d6d",
            TextDisabled = "#6b7280",
            ActionDefault = "#565d6d",
            ActionDisabled = "#8a90a0",
            LinesDefault = "#dcdfe7",
            LinesInputs = "#80879a",
            TableLines = "#e3e6ed",
            Divider = "#dcdfe7",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#bfa6ff",
            PrimaryContrastText = "#1c1433",
            Secondary = "#6fd3d9",
            SecondaryContrastText = "#06292c",
            Tertiary = "#f0b45e",
            Info = "#8fc1ff",
            InfoContrastText = "#0b1d33",
            Success = "#83d39a",
            SuccessContrastText = "#0b2413",
            Warning = "#f0b45e",
            WarningContrastText = "#2b1c02",
            Error = "#ff9a92",
            ErrorContrastText = "#370806",
            Background = "#14161c",
            BackgroundGray = "#1a1d25",
            Surface = "#1e212a",
            AppbarBackground = "#1e212a",
            AppbarText = "#e7e9ef",
            DrawerBackground = "#1e212a",
            DrawerText = "#e7e9ef",
            DrawerIcon = "#adb3c2",
            TextPrimary = "#e7e9ef",
            TextSecondary = "#b3b9c7",
            TextDisabled = "#969dad",
            ActionDefault = "#b3b9c7",
            ActionDisabled = "#767d8d",
            LinesDefault = "#363b48",
            LinesInputs = "#8b92a3",
            TableLines = "#2f3440",
            Divider = "#363b48",
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px", AppbarHeight = "56px" },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = s_fonts, FontSize = "0.9375rem", LetterSpacing = "normal", LineHeight = "1.5" },
            Body1 = new Body1Typography { FontFamily = s_fonts, FontSize = "0.9375rem", LetterSpacing = "normal" },
            Body2 = new Body2Typography { FontFamily = s_fonts, FontSize = "0.9375rem", LetterSpacing = "normal" },
            Button = new ButtonTypography { FontFamily = s_fonts, TextTransform = "none", LetterSpacing = "normal", FontWeight = "600" },
        },
    };
}
