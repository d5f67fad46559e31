using System.Text.RegularExpressions;

namespace DatasetAdmin.Web.Sample.Portraits;

/// <summary>Draws people who don't exist, in the manner of a face class, as SVG.</summary>
internal static partial class SamplePortrait
{
    /// <summary>
    /// The portrait of one person in one photo as SVG text. The same numbers give the same text; another person of the
    /// same class looks like somebody else, another photo of the same person like themselves on another day.
    /// </summary>
    public static string Draw(string className, int person, int photo, int width, int height)
    {
        var who = PortraitSubject.Of(className, person, photo);
        var background = PortraitBackground.Draw(who);
        var (x, y) = (160 + who.Shift.X, 182 + who.Shift.Y);
        var broad = who.ClassName == "Strong" ? 1.1 : who.ClassName == "Fragile" ? 0.9 : 1;
        var picture = background
            + Svg.Move(x, y, PortraitHair.Behind(who), who.Tilt, who.Scale)
            + Svg.Move(x, y, PortraitClothes.Draw(who), 0, who.Scale * broad, who.Scale)
            + Svg.Move(x, y, PortraitFace.Draw(who, PortraitHair.Shadow(who)) + PortraitHair.InFront(who) + PortraitAccessories.Draw(who), who.Tilt, who.Scale)
            + Finish(who);

        var svg = $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 320 400" preserveAspectRatio="xMidYMid slice">
            <defs>{PortraitFace.Defs(who)}{PortraitHair.Defs(who)}{PortraitClothes.Defs(who)}{Vignette}</defs>
            {picture}
            </svg>
            """;

        // Colour by colour rather than with a filter, which takes longer than all the drawing.
        return who.ClassName == "Vintage" ? HexColour().Replace(svg, match => Colour.Sepia(match.Value)) : svg;
    }

    private const string Vignette = """
        <radialGradient id="vignette" r=".75"><stop offset=".6" stop-color="#000" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity=".45"/></radialGradient>
        """;

    [GeneratedRegex("#[0-9a-f]{6}")]
    private static partial Regex HexColour();

    /// <summary>What lies over the whole picture: the light, or an old print's border.</summary>
    private static string Finish(PortraitSubject who) => who.ClassName switch
    {
        "Vintage" => Svg.Rect(0, 0, 320, 400, "url(#vignette)")
            + """<path d="M-200,-200 H520 V600 H-200Z M14,14 V386 H306 V14Z" fill="#efe4cd" fill-rule="evenodd"/><path d="M14,14 V386 H306 V14Z" fill="none" stroke="#8f7f62" stroke-opacity=".5"/>""",
        "Renaissance" or "Inferno" or "Aristocratic" or "Serious" => Svg.Rect(0, 0, 320, 400, "url(#vignette)"),
        "Heroin" => Svg.Rect(0, 0, 320, 400, "#6f7f86", 0.14) + Svg.Rect(0, 0, 320, 400, "url(#vignette)", 0.7),
        "Soft" or "Fragile" => Svg.Rect(0, 0, 320, 400, "#fff4f2", 0.1),
        "Warm" => Svg.Rect(0, 0, 320, 400, "#ffb45a", 0.1),
        _ => "",
    };
}
