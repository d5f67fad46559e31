namespace DatasetAdmin.Web.Sample.Portraits;

/// <summary>Hair in the head's own units: what lies behind the head, and what frames the face.</summary>
internal static class PortraitHair
{
    public static string Defs(PortraitSubject who) => who.ClassName switch
    {
        "Inferno" => Svg.Down("hair", "#ffb21f", who.Hair) + Svg.Down("hairBack", "#ff8a1c", who.HairDark),
        _ => Svg.Down("hair", who.HairLight, who.Hair) + Svg.Down("hairBack", who.Hair, who.HairDark),
    };

    public static string Behind(PortraitSubject who)
    {
        var w = who.Face.Cheek + 15;
        return who.Back switch
        {
            HairBack.Short => Half($"M-3,-108 C{w},-112 {w + 2},-50 {w - 3},20 C{w - 8},40 30,40 -3,30Z"),
            HairBack.Bob => Half($"M-3,-110 C{w * .9},-113 {w + 6},-60 {w + 3},-10 C{w + 8},30 {w + 13},52 {w + 4},80 C{w - 10},92 30,86 -3,70Z"),
            HairBack.Long => Half($"M-3,-112 C{w * .9},-114 {w + 4},-64 {w + 2},-20 C{w + 5},50 {w + 16},110 {w + 8},172 C60,186 20,180 -3,170Z"),
            HairBack.Wavy => Half($"M-3,-112 C{w * .95},-116 {w + 8},-64 {w + 2},-24 c16,22 -4,44 8,66 c16,22 0,40 10,62 c12,22 -2,40 4,62 c-20,16 -60,14 -{w + 27},4Z"),
            HairBack.Curly => Curls(who, w),
            HairBack.Bun => Svg.Circle(0, -117, 31, "url(#hairBack)") + Svg.Line("M-18,-124 Q0,-142 19,-122 M-12,-110 Q4,-126 22,-108", who.HairLight, 2.2, 0.5) + Half(Close(w)),
            HairBack.Updo => Svg.Ellipse(0, -102, 53, 36, "url(#hairBack)") + Svg.Line("M-38,-112 Q0,-146 38,-112 M-26,-120 Q2,-136 30,-104", who.HairLight, 2.2, 0.45) + Half(Close(w)),
            HairBack.Ponytail => Half(Close(w)) + Svg.Move(0, 0, Svg.Path("M14,-104 C84,-142 138,-66 118,24 C114,52 104,74 90,86 C94,52 84,16 74,-18 C66,-48 40,-70 14,-74Z", "url(#hairBack)")
                + Svg.Line("M40,-102 C90,-104 112,-40 102,30", who.HairLight, 2.4, 0.5), 0, who.Side, 1),
            HairBack.Braids => Half(Close(w)),
            HairBack.Flames => Flames(w),
            _ => Drips(who, w),
        };

        static string Half(string d) => Svg.Both(Svg.Path(d, "url(#hairBack)"));
        static string Close(double w) => $"M-3,-108 C{w * .9},-111 {w},-52 {w - 6},24 C{w - 14},36 30,30 -3,20Z";
    }

    public static string InFront(PortraitSubject who) => Cap(who, "url(#hair)", 1) + Waves(who) + Locks(who) + Shine(who);

    /// <summary>The shadow that the hair over the forehead throws on the face.</summary>
    public static string Shadow(PortraitSubject who) => Cap(who, who.HairDark, 0.3);

    /// <summary>The hair over the forehead.</summary>
    private static string Cap(PortraitSubject who, string fill, double opacity)
    {
        var w = who.Face.Cheek + 8;
        var i = who.Face.Cheek - 5;
        var top = $"M{-w},22 C{-w - 5},-66 {-w * .72},-111 0,-111 C{w * .72},-111 {w + 5},-66 {w},22 C{w - 3},2 {w - 5},-14 {i},-28 ";
        var d = who.Front switch
        {
            HairFront.CentrePart => top + $"C{i - 4},-50 {i * .5},-60 0,-84 C{-i * .5},-60 {4 - i},-50 {-i},-28 C{5 - w},-14 {3 - w},2 {-w},22Z",
            HairFront.SidePart => top + $"C{i - 8},-38 8,-46 -27,-84 C-32,-64 {-i * .8},-50 {-i},-28 C{5 - w},-14 {3 - w},2 {-w},22Z",
            HairFront.Bangs => top + $"C{i - 6},-27 20,-21 0,-22 C-20,-21 {6 - i},-27 {-i},-28 C{5 - w},-14 {3 - w},2 {-w},22Z",
            HairFront.Waves => top + $"C{i},-52 {i * .6},-62 10,-66 C-6,-64 {-i * .8},-56 {-i},-28 C{5 - w},-14 {3 - w},2 {-w},22Z",
            _ => top + $"C{i - 2},-52 {i * .6},-70 0,-71 C{-i * .6},-70 {2 - i},-52 {-i},-28 C{5 - w},-14 {3 - w},2 {-w},22Z",
        };
        return Svg.Move(0, 0, Svg.Path(d, fill, opacity), 0, who.Side, 1);
    }

    private static string Waves(PortraitSubject who)
    {
        var i = who.Face.Cheek - 5;
        return who.Front != HairFront.Waves ? "" : Svg.Move(0, 0, Svg.Repeat(3, n =>
            Svg.Line($"M{-i + 4 + (n * 6)},{-52 - (n * 14)} q{i * .35},-18 {i * .7},-5 t{(i * .7) - (n * 8)},-7", n % 2 == 0 ? who.HairDark : who.HairLight, 2.4, 0.5)), 0, who.Side, 1);
    }

    /// <summary>Hair that falls over the shoulders.</summary>
    private static string Locks(PortraitSubject who)
    {
        var w = who.Face.Cheek + 8;
        return who.Back switch
        {
            HairBack.Long => Svg.Both(Svg.Path($"M{w - 12},-40 C{w + 7},-30 {w + 9},40 {w + 12},96 C{w + 14},130 {w + 4},156 {w - 14},168 C{w - 4},120 {w - 6},60 {w - 7},20Z", "url(#hair)")),
            HairBack.Wavy => Svg.Both(Svg.Path($"M{w - 12},-40 c22,16 8,44 18,68 c14,24 -2,44 6,66 c8,24 -10,46 -24,58 c8,-24 -6,-42 0,-64 c8,-24 -10,-40 -4,-66Z", "url(#hair)")),
            HairBack.Braids => Svg.Both(Svg.Repeat(8, n => Svg.Ellipse(w - 1 + (n * 0.8), 26 + (n * 17), 12.5 - (n * 0.5), 12, n % 2 == 0 ? who.Hair : Colour.Darker(who.Hair, 0.12))
                + Svg.Line($"M{w - 7 + (n * .8)},{22 + (n * 17)} q6,6 12,4", who.HairDark, 1.6, 0.5)) + Svg.Ellipse(w + 5, 168, 9, 17, who.Hair)),
            HairBack.Drips => Svg.Both(Svg.Path($"M{w - 12},-40 C{w + 7},-30 {w + 8},20 {w + 7},60 C{w + 7},84 {w + 6},96 {w - 1},96 C{w - 8},96 {w - 7},80 {w - 8},60 C{w - 9},40 {w - 7},30 {w - 7},20Z", "url(#hair)")),
            _ => "",
        };
    }

    private static string Shine(PortraitSubject who)
    {
        var light = who.HairLight;
        var w = who.Face.Cheek;
        var strands = who.Front == HairFront.Bangs ? Svg.Line("M-24,-58 Q-28,-42 -26,-30 M2,-62 Q0,-44 3,-28 M26,-58 Q30,-42 27,-30", who.HairDark, 1.6, 0.35) : "";
        var messy = who.ClassName == "Heroin" ? Svg.Line($"M-30,-80 C-44,-50 -40,-20 -46,14 M24,-84 C40,-60 44,-10 {w - 8},30 M8,-86 C24,-60 20,-40 30,-22", who.Hair, 3) : "";
        return strands + messy + Svg.Move(0, 0, Svg.Line($"M{-w * .62},-72 Q{-w * .2},-104 {w * .3},-99", light, 4.5, 0.45) + Svg.Line($"M{-w * .8},-52 Q{-w * .72},-66 {-w * .66},-70", light, 3.4, 0.4), 0, who.Side, 1);
    }

    private static string Curls(PortraitSubject who, double w)
    {
        var dice = SampleRandom.For((int)(who.EyeDistance * 1000), 7);
        return Svg.Both(Svg.Circle(w, 40, 26, who.HairDark) + Svg.Circle(w - 6, 68, 24, who.HairDark) + Svg.Circle(w - 22, 84, 18, who.HairDark))
            + Ring(w + 14, 92, 17, 15, 23, 0.3) + Ring(w + 2, 78, 15, 20, 27, 0.12) + Ring(w - 16, 62, 13, 22, 28, 0);

        string Ring(double rx, double ry, int count, double from, double to, double dark) => Svg.Repeat(count, n =>
        {
            var angle = (-212 + (n * 244.0 / (count - 1)) + dice.Between(-4, 4)) * Math.PI / 180;
            var (x, y, r) = (rx * Math.Cos(angle), -24 + (ry * Math.Sin(angle)), dice.Between(from, to));
            return Svg.Circle(x, y, r, Colour.Darker(who.Hair, dark + dice.Between(0, 0.08)))
                + Svg.Line($"M{x - (r * .5)},{y - (r * .3)} q{r * .5},{-r * .5} {r},0", who.HairLight, 1.8, 0.35);
        });
    }

    private static string Flames(double w) =>
        Svg.Both(Svg.Path($"M-3,-150 C6,-132 20,-126 20,-112 C34,-128 34,-142 48,-152 C46,-132 64,-116 58,-98 C74,-104 82,-118 96,-120 C86,-104 92,-88 {w + 4},-72 "
            + $"C{w + 20},-72 {w + 30},-80 {w + 38},-78 C{w + 22},-62 {w + 20},-50 {w + 6},-38 C{w + 20},-30 {w + 30},-32 {w + 36},-26 C{w + 20},-14 {w + 18},6 {w + 4},14 "
            + $"C{w + 18},24 {w + 24},20 {w + 32},28 C{w + 16},36 {w + 20},60 {w + 2},76 C{w + 4},110 {w - 10},140 60,150 L-3,120Z", "url(#hairBack)"));

    private static string Drips(PortraitSubject who, double w)
    {
        var d = $"M{-w - 3},-20 C{-w - 8},-90 -60,-112 0,-112 C60,-112 {w + 8},-90 {w + 3},-20 L{w + 6},96 ";
        var x = w + 6;
        var step = (2 * x) / 7;
        for (var n = 0; n < 7; n++)
        {
            var length = 28 + ((n * 37) + who.Side * 11 + 22) % 46;
            d += $"c0,{length} {-step * .62},{length} {-step * .62},0 q{-step * .19},-12 {-step * .38},0 ";
        }

        return Svg.Path(d + "Z", "url(#hairBack)");
    }
}
