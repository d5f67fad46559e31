namespace DatasetAdmin.Web.Sample.Portraits;

/// <summary>The few SVG elements that the portraits are made of, as text.</summary>
internal static class Svg
{
    public static string Path(string d, string fill, double opacity = 1) =>
        $"""<path d="{d}" fill="{fill}" fill-opacity="{opacity}"/>""";

    public static string Line(string d, string stroke, double width, double opacity = 1) =>
        $"""<path d="{d}" fill="none" stroke="{stroke}" stroke-width="{width}" stroke-opacity="{opacity}" stroke-linecap="round" stroke-linejoin="round"/>""";

    public static string Circle(double x, double y, double radius, string fill, double opacity = 1) =>
        Ellipse(x, y, radius, radius, fill, opacity);

    public static string Ellipse(double x, double y, double rx, double ry, string fill, double opacity = 1) =>
        $"""<ellipse cx="{x:0.##}" cy="{y:0.##}" rx="{rx:0.##}" ry="{ry:0.##}" fill="{fill}" fill-opacity="{opacity}"/>""";

    public static string Rect(double x, double y, double width, double height, string fill, double opacity = 1, double round = 0) =>
        $"""<rect x="{x:0.##}" y="{y:0.##}" width="{width:0.##}" height="{height:0.##}" rx="{round}" fill="{fill}" fill-opacity="{opacity}"/>""";

    public static string Move(double x, double y, string content, double turn = 0, double scaleX = 1, double? scaleY = null) =>
        $"""<g transform="translate({x:0.##},{y:0.##}) rotate({turn:0.##}) scale({scaleX:0.###},{scaleY ?? scaleX:0.###})">{content}</g>""";

    public static string Clip(string id, string content) => $"""<g clip-path="url(#{id})">{content}</g>""";

    public static string ClipPath(string id, string d) => $"""<clipPath id="{id}"><path d="{d}"/></clipPath>""";

    /// <summary>The content and its mirror image at the vertical axis.</summary>
    public static string Both(string content) => $"""{content}<g transform="scale(-1,1)">{content}</g>""";

    public static string Down(string id, string top, string bottom) =>
        $"""<linearGradient id="{id}" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{top}"/><stop offset="1" stop-color="{bottom}"/></linearGradient>""";

    public static string Glow(string id, string inner, string outer, double opacity = 1) =>
        $"""<radialGradient id="{id}"><stop offset="0" stop-color="{inner}"/><stop offset="1" stop-color="{outer}" stop-opacity="{opacity}"/></radialGradient>""";

    /// <summary>Draws <paramref name="count"/> things, one after the other.</summary>
    public static string Repeat(int count, Func<int, string> draw) => string.Concat(Enumerable.Range(0, count).Select(draw));
}
