namespace DatasetAdmin.Web.Sample.Portraits;

/// <summary>What is worn on the head, in the head's units and tilted with it.</summary>
internal static class PortraitAccessories
{
    private const string Gold = "#f1c232";

    public static string Draw(PortraitSubject who) => who.ClassName switch
    {
        "Aristocratic" => Pearls(who) + (who.Variant % 3 == 0 ? Tiara() : ""),
        "Business" => (who.Variant % 6 == 0 ? "" : Glasses(who)) + Studs(who),
        "Fire" => Hoops(who),
        "Fragile" => Flowers(who),
        "Heroin" => who.Variant % 4 == 0 ? Beanie(who) : Studs(who),
        "Inferno" => Hoops(who),
        "Melting" => Drop(who),
        "Queen" => Crown(who) + Pearls(who),
        "Renaissance" => Headband(who),
        "Soft" => who.Variant % 3 == 0 ? Bow(who) : Studs(who),
        "Strong" => who.Variant % 2 == 0 ? Sweatband(who) : "",
        "Sunny" => Sunny(who),
        "Vintage" => who.Variant % 3 == 0 ? Rose(who) : who.Variant % 3 == 1 ? Pearls(who) : Hat(who),
        "Warm" => who.Variant % 3 == 0 ? WoolHat(who) : "",
        _ => "",
    };

    private static string Pearls(PortraitSubject who) => Svg.Both(Svg.Circle(who.Face.Cheek + 3, 30, 6, "#f8f1e4") + Svg.Circle(who.Face.Cheek + 1.5, 28.5, 2, "#ffffff") + Svg.Circle(who.Face.Cheek + 3, 20, 2.6, "#d9b961"));

    private static string Studs(PortraitSubject who) => Svg.Both(Svg.Circle(who.Face.Cheek + 3, 21, 3.2, "#e3c878"));

    private static string Hoops(PortraitSubject who) => Svg.Both(Svg.Line($"M{who.Face.Cheek + 3},20 a13,15 0 1,1 -1,0", Gold, 3.4));

    private static string Tiara() =>
        Svg.Line("M-46,-92 Q0,-122 46,-92", "#e9dcb0", 4) + Svg.Repeat(7, n => Svg.Circle(-39 + (n * 13), -98 - (12 * Math.Sin(n * Math.PI / 6)), n == 3 ? 6.5 : 4, n % 2 == 0 ? "#ffffff" : "#cfe6f5"));

    private static string Glasses(PortraitSubject who)
    {
        var frame = (who.Variant % 4) switch { 0 => "#20242b", 1 => "#6d3b24", 2 => "#8a2230", _ => "#20304f" };
        var e = who.EyeDistance;
        var lens = who.Variant % 2 == 0
            ? $"""<rect x="{e - 21}" y="-17" width="42" height="33" rx="11" fill="#ffffff" fill-opacity=".16" stroke="{frame}" stroke-width="3.6"/>"""
            : $"""<circle cx="{e}" cy="-1" r="20.5" fill="#ffffff" fill-opacity=".16" stroke="{frame}" stroke-width="3.2"/>""";
        return Svg.Both(lens + Svg.Line($"M{e + 21},-5 L{who.Face.Cheek + 2},-8", frame, 3.4)) + Svg.Line($"M{21 - e},-4 Q0,-10 {e - 21},-4", frame, 3.4);
    }

    private static string Flowers(PortraitSubject who)
    {
        var petal = (who.Variant % 3) switch { 0 => "#f7c6d4", 1 => "#ffffff", _ => "#cdd6f7" };
        var all = Svg.Repeat(who.Variant % 2 == 0 ? 7 : 3, n =>
        {
            var angle = (-150 + (n * 20)) * Math.PI / 180;
            return Svg.Move(64 * Math.Cos(angle), -36 + (64 * Math.Sin(angle)), Flower(petal), n * 25, 0.8 + (n % 2 * 0.2));
        });
        return Svg.Move(0, 0, all, 0, who.Side, 1);
    }

    private static string Flower(string petal) => Svg.Repeat(5, n => Svg.Move(0, 0, Svg.Ellipse(0, -7.5, 5.4, 7, petal), n * 72)) + Svg.Circle(0, 0, 4, "#f3cf6b");

    private static string Beanie(PortraitSubject who)
    {
        var (w, wool) = (who.Face.Cheek + 11, who.Variant % 8 == 0 ? "#43474d" : "#5a3d3d");
        return Svg.Path($"M{-w},-46 C{-w},-128 {w},-128 {w},-46Z", wool) + Svg.Path($"M{-w - 3},-58 Q0,-82 {w + 3},-58 L{w + 2},-36 Q0,-60 {-w - 2},-36Z", Colour.Lighter(wool, 0.14))
            + Svg.Repeat(9, n => Svg.Line($"M{-w + 8 + (n * (w - 8) / 4)},{-56 - (10 * Math.Sin(n * Math.PI / 8))} l0,14", Colour.Darker(wool, 0.3), 1.8, 0.6));
    }

    private static string Drop(PortraitSubject who)
    {
        // A line of colour that runs over the brow, and one drop beside the face.
        var colour = Colour.Mix(who.Hair, "#ffffff", 0.15);
        return Svg.Move(0, 0, Svg.Path("M18,-66 C26,-60 34,-56 44,-52 C46,-44 46,-34 43,-28 C40,-24 36,-26 36,-32 C36,-40 34,-46 30,-50 C30,-40 28,-34 25,-34 C21,-34 22,-44 18,-66Z", colour)
            + Svg.Path($"M{who.Face.Cheek + 20},92 c7,12 5,20 0,20 c-5,0 -7,-8 0,-20Z", colour), 0, -who.Side, 1);
    }

    private static string Crown(PortraitSubject who)
    {
        var jewel = (who.Variant % 3) switch { 0 => "#c2203a", 1 => "#2456c2", _ => "#1f9a63" };
        var peaks = who.Variant % 2 == 0
            ? "M-56,-80 L-66,-136 L-36,-110 L-20,-148 L0,-114 L20,-148 L36,-110 L66,-136 L56,-80 Q0,-98 -56,-80Z"
            : "M-54,-80 L-58,-124 L-30,-104 L0,-156 L30,-104 L58,-124 L54,-80 Q0,-98 -54,-80Z";
        var tips = who.Variant % 2 == 0 ? new[] { (-66, -137), (-20, -149), (20, -149), (66, -137) } : [(-58, -125), (0, -157), (58, -125)];
        return Svg.Path(peaks, Gold) + Svg.Path("M-56,-80 Q0,-98 56,-80 L55,-92 Q0,-110 -55,-92Z", "#c9921f")
            + Svg.Line("M-50,-100 L-56,-122 M-10,-112 L-19,-136", "#fff3c0", 3, 0.8)
            + string.Concat(tips.Select(tip => Svg.Circle(tip.Item1, tip.Item2, 6.5, "#fff1b8") + Svg.Circle(tip.Item1, tip.Item2, 4, jewel)))
            + Svg.Repeat(5, n => Svg.Ellipse(-40 + (n * 20), -90 - (8 * Math.Sin(n * Math.PI / 4)), 4.4, 5, n % 2 == 0 ? jewel : "#f8f1e4"));
    }

    private static string Headband(PortraitSubject who)
    {
        var w = who.Face.Cheek + 5;
        var veil = who.Variant % 3 == 0 ? Svg.Path($"M{-w + 4},-62 C-50,-116 50,-116 {w - 4},-62 C{w + 6},-90 40,-132 0,-132 C-40,-132 {-w - 6},-90 {-w + 4},-62Z", "#57301f") : "";
        return veil + Svg.Line($"M{-w + 3},-54 C-44,-100 44,-100 {w - 3},-54", "#b98a3a", 6)
            + Svg.Repeat(9, n => Svg.Circle(-50 + (n * 12.5), -62 - (27 * Math.Sin((n + 0.6) * Math.PI / 9.2)), 3.4, "#f8f1e4")) + Svg.Circle(0, -78, 4.6, "#8a1f2c")
            + Svg.Both(Svg.Path($"M{who.Face.Cheek + 3},22 c6,10 5,16 0,17 c-5,-1 -6,-7 0,-17Z", "#f8f1e4"));
    }

    private static string Bow(PortraitSubject who) =>
        Svg.Move(44 * who.Side, -92, Svg.Both(Svg.Path("M0,0 C10,-22 34,-22 32,0 C34,18 12,16 0,0Z", "#f29aa8") + Svg.Line("M6,-1 Q16,-6 24,-4", "#d9788a", 2)) + Svg.Circle(0, 0, 6.5, "#e07f90"), 22 * who.Side);

    private static string Sweatband(PortraitSubject who)
    {
        var w = who.Face.Cheek + 5;
        return Svg.Path($"M{-w},-44 Q0,-78 {w},-44 L{w + 1},-62 Q0,-98 {-w - 1},-62Z", "#f4f4f2") + Svg.Line($"M{-w},-53 Q0,-88 {w},-53", "#d8352f", 4);
    }

    private static string Sunny(PortraitSubject who)
    {
        var hat = who.Variant % 3 == 0;
        return (hat ? StrawHat(who) : "") + (who.Variant % 5 == 4 ? "" : Sunglasses(who, hat || who.Variant % 4 != 1 ? -1 : -72));
    }

    /// <summary>Before the eyes, or pushed up into the hair.</summary>
    private static string Sunglasses(PortraitSubject who, double y)
    {
        var frame = (who.Variant % 4) switch { 0 => "#e8505b", 1 => "#20242b", 2 => "#7a4a2a", _ => "#f7f3ea" };
        var e = who.EyeDistance;
        var lens = Svg.Path($"M{e - 22},-14 Q{e},-19 {e + 24},-15 C{e + 24},8 {e + 14},19 {e},19 C{e - 14},19 {e - 22},6 {e - 22},-14Z", "#2b2038")
            + Svg.Line($"M{e - 22},-14 Q{e},-19 {e + 24},-15 C{e + 24},8 {e + 14},19 {e},19 C{e - 14},19 {e - 22},6 {e - 22},-14Z", frame, 3.6);
        var shine = Svg.Line($"M{e - 10},-8 L{e - 14},6 M{-e - 2},-8 L{-e - 6},6", "#ffffff", 3.4, 0.5);
        return Svg.Move(0, y, Svg.Both(lens) + Svg.Line($"M{22 - e},-10 Q0,-15 {e - 22},-10", frame, 4) + shine);
    }

    private static string StrawHat(PortraitSubject who) =>
        Svg.Path("M-66,-74 C-66,-150 66,-150 66,-74 Q0,-96 -66,-74Z", "#efd08a") + Svg.Path("M-66,-74 Q0,-96 66,-74 L64,-92 Q0,-114 -64,-92Z", who.Variant % 2 == 0 ? "#d8454f" : "#2f7fc1")
        + Svg.Path("M-122,-52 C-90,-96 90,-96 122,-52 C80,-72 -80,-72 -122,-52Z", "#e3bd6c") + Svg.Line("M-108,-58 C-76,-84 76,-84 108,-58", "#c79a48", 1.8, 0.7);

    private static string Rose(PortraitSubject who) => Svg.Move(50 * who.Side, -70, Svg.Repeat(6, n => Svg.Move(0, 0, Svg.Ellipse(0, -10, 9, 10, "#b3283a"), n * 60)) + Svg.Circle(0, 0, 9, "#8f1d2e") + Svg.Line("M-4,2 Q0,-7 5,1", "#d9606c", 2));

    private static string Hat(PortraitSubject who) =>
        Svg.Move(0, 0, Svg.Path("M-32,-92 L-26,-132 Q16,-150 56,-126 L60,-80 Q14,-108 -32,-92Z", who.Cloth) + Svg.Path("M-32,-92 Q14,-108 60,-80 L59,-92 Q14,-120 -30,-104Z", "#f6ecd8")
            + Svg.Ellipse(15, -134, 41, 11, Colour.Lighter(who.Cloth, 0.14)) + Svg.Path("M54,-96 C66,-132 86,-140 98,-138 C92,-118 80,-100 58,-90Z", "#f6ecd8") + Svg.Line("M58,-93 C70,-116 82,-128 94,-135", "#b9a98a", 1.6), -4 * who.Side, who.Side, 1);

    private static string WoolHat(PortraitSubject who)
    {
        var (w, wool) = (who.Face.Cheek + 11, who.Variant % 2 == 0 ? "#c9743a" : "#e0b36a");
        return Svg.Circle(0, -124, 17, "#f6ead2") + Svg.Path($"M{-w},-48 C{-w},-130 {w},-130 {w},-48Z", wool) + Svg.Path($"M{-w - 3},-60 Q0,-86 {w + 3},-60 L{w + 2},-38 Q0,-64 {-w - 2},-38Z", "#f6ead2")
            + Svg.Line("M-44,-84 l10,8 l10,-12 l10,8 l14,-10 l14,10 l10,-8 l10,12 l10,-8", "#8f3d22", 3);
    }
}
