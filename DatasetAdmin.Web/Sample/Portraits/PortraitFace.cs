namespace DatasetAdmin.Web.Sample.Portraits;

/// <summary>The head without its hair. The origin lies between the eyes; the head is about 125 wide and 170 high.</summary>
internal static class PortraitFace
{
    public static string Defs(PortraitSubject who) =>
        Svg.ClipPath("face", Outline(who))
        + Svg.ClipPath("eye", EyeShape)
        + Svg.Glow("blush", Colour.Mix(who.Skin, "#e0405a", 0.55), Colour.Mix(who.Skin, "#e0405a", 0.3), 0);

    private const string EyeShape = "M-14,3 C-10,-7 -2,-11 4,-10 C10,-9 14,-4 15,0 C10,6 3,8 -3,8 C-8,8 -12,6 -14,3Z";

    public static string Draw(PortraitSubject who, string hairShadow)
    {
        var ears = Svg.Both(
            Svg.Ellipse(who.Face.Cheek + 1, 6, 9, 15, who.Skin) + Svg.Ellipse(who.Face.Cheek + 2, 7, 4.5, 9, who.SkinShade, 0.55));
        var shaded = Svg.Path(Outline(who), Colour.Mix(who.Skin, who.SkinShade, 0.55))
            + Svg.Clip("face", Svg.Move(-8, -5, Svg.Path(Outline(who), who.Skin)) + Svg.Move(0, 8, hairShadow));
        return ears + shaded + Cheeks(who) + Nose(who) + Eyes(who) + Brows(who) + Lips(who);
    }

    private static string Outline(PortraitSubject who)
    {
        var (w, j, c, y) = who.Face;
        return $"M0,-92 C{w * .62},-92 {w},-62 {w},-14 C{w},16 {j * 1.1},38 {j},52 C{j * .84},{y - 9} {c},{y} 0,{y} "
            + $"C{-c},{y} {-j * .84},{y - 9} {-j},52 C{-j * 1.1},38 {-w},16 {-w},-14 C{-w},-62 {-w * .62},-92 0,-92Z";
    }

    private static string Cheeks(PortraitSubject who)
    {
        var strength = who.ClassName switch
        {
            "Soft" or "Warm" or "Melting" => 0.75,
            "Fragile" or "Sunny" => 0.6,
            "Heroin" or "Serious" => 0.08,
            _ => 0.4,
        };
        var blush = Svg.Both(Svg.Ellipse(37, 27, 17, 11, "url(#blush)", strength));
        var hollow = who.ClassName == "Heroin" ? Svg.Both(Svg.Path("M52,22 C40,30 36,38 36,50 C46,46 52,36 52,22Z", who.SkinShade, 0.22)) : "";
        var freckles = !who.Freckles ? "" : Svg.Both(Svg.Repeat(5, i => Svg.Circle(24 + (i * 5), 19 + (i * 7 % 9), 1.3, who.SkinShade, 0.7)));
        return blush + hollow + freckles;
    }

    private static string Nose(PortraitSubject who)
    {
        var n = who.NoseWidth;
        return Svg.Path($"M3,-4 C6,10 {n + 1},18 {n},25 C6,29 2,29 0,28 C4,20 4,8 3,-4Z", who.SkinShade, 0.4)
            + Svg.Line($"M{-n * .7},26 Q0,31.5 {n * .7},26", Colour.Darker(who.SkinShade, 0.18), 2, 0.75)
            + Svg.Ellipse(-2, 19, 2.6, 3.6, "#ffffff", 0.22);
    }

    private static string Eyes(PortraitSubject who)
    {
        if (who.Mouth == Mouth.Laugh && who.Variant % 3 == 0)
        {
            return Svg.Both(Svg.Line($"M{who.EyeDistance - 12},-1 Q{who.EyeDistance},-12 {who.EyeDistance + 12},-1", "#3a2420", 3.4));
        }

        return Eye(who, 1) + Eye(who, -1);
    }

    private static string Eye(PortraitSubject who, int side)
    {
        var lid = who.ClassName switch
        {
            "Fire" or "Inferno" => Svg.Path("M-15,3 C-10,-15 8,-19 22,-8 C12,-9 8,-9 4,-10 C-4,-11 -10,-6 -15,3Z", "#8a2a1c", 0.55),
            "Heroin" => Svg.Ellipse(0, 0, 19, 14, "#5d4a58", 0.26) + Svg.Line("M-10,12 Q2,16 12,10", "#6d5562", 3.2, 0.4),
            "Melting" => Svg.Path("M-15,3 C-10,-16 10,-18 17,-2 C10,-10 -6,-12 -15,3Z", "#7fc8f0", 0.7),
            "Vintage" or "Aristocratic" or "Queen" => Svg.Path("M-14,2 C-9,-13 8,-15 15,-2 C8,-10 -6,-11 -14,2Z", who.SkinShade, 0.6),
            _ => "",
        };
        var sleepy = who.ClassName == "Heroin" ? Svg.Path("M-15,-12 H16 V-3.5 Q2,-7 -15,0Z", who.Skin) : "";
        var ball = Svg.Clip("eye", Svg.Path(EyeShape, "#fffaf5")
            + Svg.Circle(1, -1, 8.2, who.Eyes) + Svg.Circle(1, -1, 8.2, "#000000", 0.12) + Svg.Circle(1, 0.5, 6.2, Colour.Lighter(who.Eyes, 0.18))
            + Svg.Circle(1, -1, 3.9, "#17101a") + Svg.Path("M-15,2 C-10,-9 12,-13 16,0 L16,-14 L-15,-14Z", "#2a1a30", 0.2) + sleepy);
        var wing = who.ClassName is "Fire" or "Inferno" or "Vintage" or "Queen" or "Strong" ? "L20,-6" : "L16.5,-1.5";
        var lashes = who.ClassName == "Heroin"
            ? Svg.Line("M-14,2 C-8,-5 8,-7 15,0", "#2b2024", 3.2)
            : Svg.Line($"M-14,3 C-10,-7 -2,-11 4,-10 C10,-9 13,-4 15,-0.5 {wing}", "#2b1a1c", 2.9);

        // The glint comes from the same window in both eyes, so it isn't mirrored.
        var glint = Svg.Circle(3.4 * side, -3.8, 2.3, "#ffffff", 0.95);
        return Svg.Move(side * who.EyeDistance, -1, lid + ball + lashes + glint, side * who.EyeTurn, side * who.EyeSize, who.EyeSize);
    }

    private static string Brows(PortraitSubject who)
    {
        var colour = Colour.Darker(who.ClassName is "Melting" or "Inferno" ? "#5a3a3a" : who.Hair, 0.35);
        var d = who.ClassName switch
        {
            "Serious" or "Strong" or "Inferno" => "M-14,3 Q0,-4 16,-3",
            "Fragile" or "Warm" => "M-13,-3 Q2,-7 15,2",
            "Vintage" or "Aristocratic" => "M-14,2 Q2,-11 16,1",
            _ => "M-14,1 Q2,-7 15,0",
        };
        return Svg.Both(Svg.Move(who.EyeDistance, -23, Svg.Line(d, colour, who.Brow, 0.9)));
    }

    private static string Lips(PortraitSubject who)
    {
        var m = who.MouthWidth;
        var dark = Colour.Darker(who.Lips, 0.3);
        var light = Colour.Lighter(who.Lips, 0.3);
        var mouth = who.Mouth switch
        {
            Mouth.Laugh =>
                Svg.Path($"M{-m},-4 Q0,1 {m},-4 C{m - 3},13 8,17 0,17 C-8,17 {3 - m},13 {-m},-4Z", "#6d1f2c")
                + Svg.Path($"M{2 - m},-3 Q0,2 {m - 2},-3 Q{m - 5},5 0,6 Q{5 - m},5 {2 - m},-3Z", "#fffaf2")
                + Svg.Line($"M{-m},-4 Q0,1 {m},-4 C{m - 3},13 8,17 0,17 C-8,17 {3 - m},13 {-m},-4Z", who.Lips, 3),
            Mouth.Pout => Full(m * 0.72, 6.5, 8.5, 0),
            Mouth.Firm => Full(m * 0.92, 4.4, 5.6, 0.6),
            Mouth.Calm => Full(m * 0.95, 5, 7, -1.2),
            _ => Full(m, 4.6, 8, -4.5),
        };
        return Svg.Move(0, 50, mouth);

        // Two lips that meet in a line whose ends are lifted by -ends.
        string Full(double half, double upper, double lower, double ends) =>
            Svg.Path($"M{-half},{ends} C{-half * .5},{-upper} -5,{-upper - 1} 0,{1.5 - upper} C5,{-upper - 1} {half * .5},{-upper} {half},{ends} C{half * .6},{lower + 1} 6,{lower + 2} 0,{lower + 2} C-6,{lower + 2} {-half * .6},{lower + 1} {-half},{ends}Z", who.Lips)
            + Svg.Line($"M{-half},{ends} Q{-half * .5},1.2 0,0.8 Q{half * .5},1.2 {half},{ends}", dark, 1.8, 0.85)
            + Svg.Ellipse(-2, lower - 1.5, half * 0.3, 1.6, light, 0.7);
    }
}
