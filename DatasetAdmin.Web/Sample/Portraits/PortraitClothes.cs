namespace DatasetAdmin.Web.Sample.Portraits;

/// <summary>Neck, shoulders and what is worn, in the head's units but never tilted with it.</summary>
internal static class PortraitClothes
{
    private const string Shoulders = "C74,128 92,134 108,142 C136,154 144,190 146,250 L-146,250 C-144,190 -136,154 -108,142 C-92,134 -74,128 -46,123Z";
    private const string Crew = "M-46,123 C-22,146 22,146 46,123 " + Shoulders;
    private const string Scoop = "M-46,123 C-36,176 36,176 46,123 " + Shoulders;
    private const string Vee = "M-46,123 L0,196 L46,123 " + Shoulders;
    private const string OffShoulder = "M-141,186 C-96,160 -52,188 0,184 C52,188 96,160 141,186 L146,250 L-146,250Z";
    private const string Turtle = "M-30,84 C-16,95 16,95 30,84 C31,100 33,114 46,123 " + Shoulders;

    public static string Defs(PortraitSubject who) =>
        Svg.Down("cloth", Colour.Lighter(who.Cloth, 0.1), Colour.Darker(who.Cloth, 0.22))
        + Svg.ClipPath("neck", "M-24,40 L24,40 L25,104 C30,122 70,127 106,142 L-106,142 C-70,127 -30,122 -25,104Z");

    public static string Draw(PortraitSubject who)
    {
        var body = Svg.Path("M-25,30 L25,30 L25,104 C30,122 74,128 108,142 C136,154 144,190 146,250 L-146,250 C-144,190 -136,154 -108,142 C-74,128 -30,122 -25,104Z", who.Skin)
            + Svg.Clip("neck", Svg.Ellipse(5, 74, 48, 34, who.SkinShade, 0.6))
            + Svg.Line("M-14,139 Q-36,133 -58,139 M14,139 Q36,133 58,139", who.SkinShade, 2.4, 0.5);
        return body + (who.ClassName switch
        {
            "Aristocratic" => Gown(who) + Necklace(who),
            "Business" => Blazer(who),
            "Fire" => Dress(who, who.Variant % 2 == 0 ? OffShoulder : Vee) + Pendant("#ffcf4a"),
            "Fragile" => Camisole(who),
            "Heroin" => Grunge(who),
            "Inferno" => Leather(who),
            "Melting" => Dripping(who),
            "Queen" => Cape(who),
            "Renaissance" => Bodice(who) + (who.Variant % 4 == 3 ? Necklace(who) : Ruff()),
            "Serious" => Wear(Turtle) + Svg.Line("M-30,104 Q0,116 30,104", "#000000", 1.6, 0.35),
            "Soft" => Jumper(who),
            "Strong" => Sport(who),
            "Sunny" => Shirt(who),
            "Vintage" => Dots() + Necklace(who),
            _ => Scarf(who),
        });
    }

    private static string Wear(string outline) => Svg.Path(outline, "url(#cloth)");

    private static string Dress(PortraitSubject who, string outline) => Wear(outline) + Svg.Line("M-60,250 Q-40,214 -30,206 M60,250 Q40,214 30,206", Colour.Darker(who.Cloth, 0.3), 2.4, 0.5);

    private static string Gown(PortraitSubject who) =>
        Dress(who, OffShoulder) + Svg.Line("M-141,186 C-96,160 -52,188 0,184 C52,188 96,160 141,186", "#d9b961", 4) + Svg.Ellipse(0, 190, 9, 11, "#d9b961") + Svg.Ellipse(0, 190, 6, 8, "#7a1f3a");

    private static string Necklace(PortraitSubject who)
    {
        var rows = who.ClassName == "Aristocratic" && who.Variant % 2 == 0 ? 2 : 1;
        return Svg.Repeat(rows, row => Svg.Repeat(15, n =>
        {
            var angle = (18 + (n * 144.0 / 14)) * Math.PI / 180;
            var (x, y) = ((40 + (row * 9)) * Math.Cos(angle), 106 + ((34 + (row * 14)) * Math.Sin(angle)));
            return Svg.Circle(x, y + 1, 5.2, "#b9a48c", 0.5) + Svg.Circle(x, y, 5, "#f8f1e4") + Svg.Circle(x - 1.5, y - 1.5, 1.6, "#ffffff");
        }));
    }

    private static string Pendant(string gold) => Svg.Line("M-34,124 Q0,172 34,124", gold, 2) + Svg.Path("M0,146 C8,156 7,166 0,168 C-7,166 -8,156 0,146Z", gold);

    private static string Blazer(PortraitSubject who)
    {
        var lapel = Colour.Lighter(who.Cloth, 0.09);
        var tie = who.Variant % 3 == 0 ? Svg.Path("M-7,146 L7,146 L4,156 L11,226 L0,238 L-11,226 L-4,156Z", who.Variant % 2 == 0 ? "#a8323e" : "#c99a3f") : "";
        return Svg.Path("M-40,122 L0,146 L40,122 L62,250 L-62,250Z", "#f8f7f4") + tie
            + Svg.Path("M-30,106 L-44,122 L-16,152 L0,140Z M30,106 L44,122 L16,152 L0,140Z", "#ffffff") + Svg.Line("M-44,122 L-16,152 L0,140 L16,152 L44,122", "#cfd3da", 1.6)
            + Svg.Both(Svg.Path("M44,119 C84,128 96,136 108,142 C136,154 144,190 146,250 L10,250 Z", "url(#cloth)")
                + Svg.Path("M44,119 L70,146 L56,158 L66,166 L16,246 L8,240 Z", lapel) + Svg.Line("M44,119 L70,146 L56,158 L66,166 L16,246", Colour.Darker(who.Cloth, 0.35), 1.6, 0.7));
    }

    private static string Camisole(PortraitSubject who) =>
        Svg.Both(Svg.Line("M62,128 L66,182", Colour.Darker(who.Cloth, 0.12), 4)) + Wear("M-98,250 C-96,210 -90,190 -66,180 C-40,196 -16,190 0,204 C16,190 40,196 66,180 C90,190 96,210 98,250Z")
        + Svg.Repeat(11, n => Svg.Circle(-66 + (n * 13.2), 184 + (18 * Math.Sin(n * Math.PI / 10)), 5.5, "#ffffff", 0.8));

    private static string Grunge(PortraitSubject who)
    {
        var choker = Svg.Line("M-25,99 Q0,110 25,99", "#1b191c", 6) + Svg.Circle(0, 107, 3.4, "#b9bcc4");
        return (who.Variant % 3) switch
        {
            0 => Svg.Both(Svg.Line("M58,128 L62,176", who.Cloth, 3)) + Wear("M-104,250 C-100,206 -88,186 -62,174 C-34,206 34,206 62,174 C88,186 100,206 104,250Z") + choker,
            1 => Wear(Crew) + Svg.Clip("wear", Svg.Repeat(7, n => Svg.Line($"M-150,{142 + (n * 18)} q150,26 300,0", Colour.Lighter(who.Cloth, 0.3), 6, 0.55))) + Svg.ClipPath("wear", Crew),
            _ => Wear(Scoop) + choker + Svg.Both(Svg.Path("M46,120 C84,128 100,136 110,142 C138,154 146,190 148,250 L70,250 C74,200 66,160 46,120Z", "#3b3a3d")),
        };
    }

    private static string Leather(PortraitSubject who) =>
        Wear(who.Variant % 2 == 0 ? Vee : Scoop)
        + Svg.Both(Svg.Path("M42,114 L92,148 L60,172 L34,250 L146,250 C144,190 136,154 108,142 C90,134 74,126 42,114Z", "#120d10") + Svg.Line("M42,114 L92,148 L60,172 L36,250", "#ff7a1f", 2, 0.8)
            + Svg.Repeat(4, n => Svg.Circle(74 + (n * 8), 166 + (n * 7), 2.2, "#d9a066")))
        + Pendant("#ff9a2a");

    private static string Dripping(PortraitSubject who) =>
        Wear(Crew) + Svg.Path("M-46,123 C-22,146 22,146 46,123 C74,128 92,134 108,142 C126,150 136,166 140,190 c-2,26 -18,26 -20,4 q-6,-14 -14,0 c-2,40 -20,40 -22,2 q-6,-14 -14,0 c-2,22 -18,22 -20,0 q-7,-12 -14,0 "
            + "c-2,46 -22,46 -24,0 q-6,-12 -13,0 c-2,26 -18,26 -20,0 q-7,-14 -15,0 c-2,36 -20,36 -22,-2 q-6,-12 -13,0 c-2,24 -16,24 -18,-4 C-136,166 -126,150 -108,142 C-92,134 -74,128 -46,123Z", Colour.Mix(who.Hair, "#ffffff", 0.22));

    private static string Cape(PortraitSubject who) =>
        Dress(who, Scoop) + Svg.Repeat(3, n => Svg.Ellipse(0, 176 + (n * 22), 5, 7, "#f1c94b"))
        + Svg.Both(Svg.Path("M36,112 C70,112 116,128 140,160 C126,172 116,176 108,178 C94,158 66,146 30,142Z", "#fbf7ef") + Svg.Path("M108,178 C116,176 126,172 140,160 C148,190 150,220 150,250 L92,250 C106,226 110,200 108,178Z", who.Cloth)
            + Svg.Repeat(6, n => Svg.Ellipse(50 + (n * 15), 127 + (n * n * 1.3) + (n % 2 * 9), 2, 4.4, "#2b2530")))
        + Svg.Line("M-34,124 Q0,166 34,124", "#f1c94b", 3) + Svg.Circle(0, 148, 8, "#f1c94b") + Svg.Circle(0, 148, 5, "#c2203a");

    private static string Bodice(PortraitSubject who) =>
        Wear("M-84,132 C-60,176 60,176 84,132 C100,136 104,140 108,142 C136,154 144,190 146,250 L-146,250 C-144,190 -136,154 -108,142 C-104,140 -100,136 -84,132Z")
        + Svg.Line("M-84,132 C-60,176 60,176 84,132", "#c9a24a", 5) + Svg.Line("M0,168 L0,250 M-30,166 L-22,250 M30,166 L22,250", "#c9a24a", 2, 0.7)
        + Svg.Repeat(4, n => Svg.Line($"M-18,{180 + (n * 16)} L18,{190 + (n * 16)} M18,{180 + (n * 16)} L-18,{190 + (n * 16)}", who.Skin, 2, 0.6));

    private static string Ruff() =>
        Svg.Ellipse(0, 116, 88, 34, "#d9cfbd") + Svg.Repeat(23, n =>
        {
            var angle = n * 2 * Math.PI / 23;
            var (x, y) = (76 * Math.Cos(angle), 114 + (27 * Math.Sin(angle)));
            return Svg.Ellipse(x, y, 13, 11, n % 2 == 0 ? "#fdfaf3" : "#efe8da") + Svg.Line($"M{x * .62},{106 + ((y - 114) * .5)} L{x},{y}", "#b9ad98", 1.4, 0.8);
        })
        + Svg.Ellipse(0, 103, 44, 13, "#e4dac8");

    private static string Jumper(PortraitSubject who) =>
        Wear(Turtle) + Svg.Path("M-38,96 C-20,116 20,116 38,96 C44,112 44,124 38,130 C16,144 -16,144 -38,130 C-44,124 -44,112 -38,96Z", Colour.Lighter(who.Cloth, 0.35))
        + Svg.Repeat(9, n => Svg.Line($"M{-32 + (n * 8)},{107 + (9 * Math.Sin(n * Math.PI / 8))} l0,24", Colour.Darker(who.Cloth, 0.1), 2, 0.4))
        + Svg.Repeat(26, n => Svg.Circle(-130 + (n * 37 % 262), 168 + (n * 23 % 62), 7, "#ffffff", 0.17));

    private static string Sport(PortraitSubject who) =>
        Svg.Both(Svg.Line("M76,150 Q96,156 112,176", who.SkinShade, 2.6, 0.45))
        + Wear("M-66,128 C-62,168 -34,182 0,182 C34,182 62,168 66,128 L88,134 C86,180 104,204 110,250 L-110,250 C-104,204 -86,180 -88,134Z")
        + Svg.Line("M-66,129 C-62,168 -34,182 0,182 C34,182 62,168 66,129", Colour.Lighter(who.Cloth, 0.7), 4.5, 0.9)
        + Svg.Both(Svg.Line("M88,135 C86,180 104,204 110,250", Colour.Lighter(who.Cloth, 0.7), 3, 0.7));

    private static string Shirt(PortraitSubject who)
    {
        var stripes = who.Variant % 2 == 0 ? "" : Svg.Clip("wear", Svg.Repeat(6, n => Svg.Line($"M-150,{152 + (n * 19)} q150,30 300,0", who.Cloth == "#ffffff" ? "#2f7fc1" : "#ffffff", 7, 0.85))) + Svg.ClipPath("wear", Scoop);
        return Wear(Scoop) + stripes;
    }

    private static string Dots() =>
        Wear(Scoop) + Svg.ClipPath("wear", Scoop) + Svg.Clip("wear", Svg.Repeat(60, n => Svg.Circle(-140 + (n % 12 * 26) + (n / 12 % 2 * 13), 130 + (n / 12 * 24), 5, "#f6ecd8", 0.9)))
        + Svg.Both(Svg.Path("M46,121 C62,140 40,166 4,176 C20,156 34,142 36,124Z", "#f6ecd8"));

    private static string Scarf(PortraitSubject who)
    {
        var wool = Colour.Mix(who.Cloth, "#f2b65a", 0.6);
        return Wear(Crew) + Svg.Path("M28,126 C48,150 52,200 44,250 L8,250 C18,206 16,166 4,140Z", Colour.Darker(wool, 0.1))
            + Svg.Path("M-44,90 C-24,112 24,112 44,90 C58,104 60,130 48,140 C20,158 -20,158 -48,140 C-60,130 -58,104 -44,90Z", wool)
            + Svg.Line("M-46,106 C-20,128 20,128 46,106 M-48,122 C-20,144 20,144 48,122", Colour.Darker(wool, 0.35), 2.2, 0.6)
            + Svg.Repeat(8, n => Svg.Line($"M{-38 + (n * 11)},{103 + (11 * Math.Sin(n * Math.PI / 7))} l-3,30", Colour.Lighter(wool, 0.35), 1.8, 0.5));
    }
}
