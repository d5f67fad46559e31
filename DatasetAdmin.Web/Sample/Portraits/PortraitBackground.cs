namespace DatasetAdmin.Web.Sample.Portraits;

/// <summary>What stands behind the person, in the picture's units (320 by 400).</summary>
internal static class PortraitBackground
{
    public static string Draw(PortraitSubject who)
    {
        var dice = who.Dice;
        return who.ClassName switch
        {
            "Aristocratic" => Salon(dice.Pick(["#24453f", "#552634", "#2a3557", "#5a4a2e"])),
            "Business" => Office(dice),
            "Fire" => Wall(dice.Pick(["#ffcf7a", "#ffbf66", "#ffd98f"]), "#ff9440") + Flames(dice, "#f2601c", "#ffd24a", 300),
            "Fragile" => Wall(dice.Pick(["#eef0fb", "#f5eef6", "#eaf4f6"]), dice.Pick(["#cfd6ee", "#e2cfe2", "#c9dfe6"])) + Butterflies(dice),
            "Heroin" => Concrete(dice),
            "Inferno" => Wall("#1a0b10", "#4a0d12") + Flames(dice, "#a3150f", "#ff6a1a", 250) + Embers(dice),
            "Melting" => Dripping(dice),
            "Queen" => Rays(dice.Pick(["#4b1f6e", "#7a1f3d", "#1f3d7a", "#14505a"])) + Damask(),
            "Renaissance" => Landscape(dice),
            "Serious" => Wall(dice.Pick(["#9aa5b1", "#8b949c", "#a9adb0", "#7f8b99"]), dice.Pick(["#4f5a66", "#3f474f", "#5b6066"])),
            "Soft" => Wall(dice.Pick(["#fff1ee", "#fdf3e4", "#f6effb"]), dice.Pick(["#f7cfd6", "#f3dcc3", "#d9cdf0"])) + Bokeh(dice, "#ffffff"),
            "Strong" => Split(dice),
            "Sunny" => Beach(dice),
            "Vintage" => Wall(dice.Pick(["#d9c9a8", "#cfc0a0", "#c9b79a"]), "#8f7f62") + Wallpaper(),
            _ => Wall(dice.Pick(["#f3c27a", "#eeb06a", "#f0cf9a"]), dice.Pick(["#b5622f", "#a8552e", "#96602f"])) + Leaves(dice),
        };
    }

    private static string Wall(string top, string bottom) => $"<defs>{Svg.Down("wall", top, bottom)}</defs>" + Svg.Rect(0, 0, 320, 400, "url(#wall)");

    private static string Salon(string colour) =>
        Wall(Colour.Lighter(colour, 0.16), Colour.Darker(colour, 0.3))
        + Svg.Repeat(5, n => Svg.Rect(12 + (n * 64), 0, 26, 400, "#ffffff", 0.05))
        + "<rect x='26' y='22' width='268' height='390' rx='120' fill='none' stroke='#c9a95a' stroke-width='5' stroke-opacity='.8'/><rect x='38' y='34' width='244' height='380' rx='112' fill='none' stroke='#c9a95a' stroke-width='1.6' stroke-opacity='.7'/>";

    private static string Office(Random dice)
    {
        var sky = dice.Pick(["#cfe0ee", "#dfe6ee", "#e9e4da"]);
        return Wall(sky, Colour.Darker(sky, 0.18))
            + Svg.Repeat(7, n =>
            {
                var (x, height) = ((n * 50) - 10, dice.Between(90, 270));
                return Svg.Rect(x, 400 - height, 42, height, Colour.Mix(sky, "#4a6480", dice.Between(0.25, 0.5)))
                    + Svg.Repeat(8, row => Svg.Rect(x + 7, 410 - height + (row * 24), 28, 8, "#ffffff", 0.28));
            })
            + Svg.Rect(0, 196, 320, 5, "#f7f9fb", 0.9) + Svg.Rect(74, 0, 6, 400, "#f7f9fb", 0.9) + Svg.Rect(240, 0, 6, 400, "#f7f9fb", 0.9);
    }

    /// <summary>Two rows of tongues of fire that rise from the lower edge.</summary>
    private static string Flames(Random dice, string outer, string inner, double height)
    {
        return Svg.Repeat(7, n => Tongue((n * 54) - 2, height * dice.Between(0.75, 1.25), 38, outer, 0.85))
            + Svg.Repeat(8, n => Tongue((n * 46) - 2, height * dice.Between(0.42, 0.8), 26, inner, 0.8));

        string Tongue(double x, double tall, double wide, string fill, double opacity)
        {
            var lean = dice.Between(-18, 18);
            var top = 400 - tall;
            return Svg.Path($"M{x - wide},404 C{x - wide},{400 - (tall * .4)} {x + (wide * .2)},{400 - (tall * .5)} {x + lean},{top} C{x + (wide * .4)},{400 - (tall * .7)} {x + wide},{400 - (tall * .4)} {x + wide},404Z", fill, opacity);
        }
    }

    private static string Embers(Random dice) =>
        Svg.Repeat(26, _ => Svg.Circle(dice.Between(0, 320), dice.Between(0, 330), dice.Between(1, 3.2), dice.Pick(["#ffb02e", "#ff6a1a", "#ffe08a"]), dice.Between(0.4, 1)));

    private static string Butterflies(Random dice) =>
        Svg.Repeat(7, _ =>
        {
            var colour = dice.Pick(["#b9c6ee", "#e3b9d6", "#bfe0dc", "#f0d9b9"]);
            var wing = Svg.Path("M0,0 C4,-18 24,-20 22,-6 C21,2 8,3 0,0Z M0,0 C10,2 18,8 13,14 C8,17 2,8 0,0Z", colour, 0.95);
            return Svg.Move(dice.Between(10, 310), dice.Between(10, 320), Svg.Both(wing) + Svg.Line("M0,-3 L0,6", "#8f86a3", 2), dice.Between(-50, 50), dice.Between(0.6, 1.1));
        })
        + Svg.Repeat(12, _ => Svg.Circle(dice.Between(0, 320), dice.Between(0, 400), dice.Between(2, 5), "#ffffff", 0.7));

    private static string Concrete(Random dice)
    {
        var grey = dice.Pick(["#a9aaa6", "#9b9fa3", "#b3ada3", "#8e9490"]);
        return Wall(grey, Colour.Darker(grey, 0.35)) + Svg.Line("M0,134 H320 M0,280 H320 M96,0 V134 M226,134 V280 M120,280 V400", "#4a4a4c", 2, 0.28)
            + Svg.Repeat(18, _ => Svg.Ellipse(dice.Between(0, 320), dice.Between(0, 400), dice.Between(8, 46), dice.Between(5, 24), dice.Chance(0.5) ? "#ffffff" : "#3a3a3e", 0.06));
    }

    private static string Dripping(Random dice)
    {
        var (top, drip) = dice.Pick([("#fff3c9", "#ff9ec4"), ("#d9f5ff", "#b79bff"), ("#ffe3ef", "#7fd8d0"), ("#e9e0ff", "#ffb27a"), ("#e0ffe9", "#ff8f8f")]);
        var d = "M0,0 H320 V40 ";
        for (var n = 0; n < 8; n++)
        {
            var length = dice.Between(26, 150);
            d += $"v{length} c0,18 -26,18 -26,0 v{-length} q-7,-14 -14,0 ";
        }

        return Wall(top, Colour.Mix(top, drip, 0.45)) + Svg.Path(d + "L0,0Z", drip, 0.85) + Svg.Repeat(6, _ => Svg.Ellipse(dice.Between(10, 310), dice.Between(200, 390), 6, 9, drip, 0.7));
    }

    private static string Rays(string colour) =>
        Wall(Colour.Lighter(colour, 0.22), Colour.Darker(colour, 0.25))
        + Svg.Move(160, 170, Svg.Repeat(18, n => Svg.Move(0, 0, Svg.Path("M0,0 L-22,-340 L22,-340Z", "#ffe08a", 0.13), n * 20)));

    private static string Damask() =>
        Svg.Repeat(20, n => Svg.Move(16 + (n % 5 * 72), 26 + (n / 5 * 104), Svg.Path("M0,-14 C7,-6 7,4 0,14 C-7,4 -7,-6 0,-14Z M-12,0 C-6,-5 -3,-3 0,0 C-3,3 -6,5 -12,0Z M12,0 C6,-5 3,-3 0,0 C3,3 6,5 12,0Z", "#ffe08a", 0.35)));

    private static string Landscape(Random dice)
    {
        var sky = dice.Pick(["#b3a472", "#8f9a7d", "#6d5a3a", "#a48a5c"]);
        return Wall(sky, Colour.Darker(sky, 0.55))
            + Svg.Path($"M0,{dice.Between(210, 240)} C50,180 80,230 130,206 C190,180 220,232 320,{dice.Between(190, 230)} V400 H0Z", Colour.Darker(sky, 0.4), 0.8)
            + Svg.Path("M0,270 C70,240 120,286 190,262 C250,246 290,270 320,262 V400 H0Z", Colour.Darker(sky, 0.6))
            + Svg.Line("M40,400 C70,340 20,320 60,292 C84,276 60,262 74,250", Colour.Lighter(sky, 0.3), 5, 0.6);
    }

    private static string Bokeh(Random dice, string colour) => Svg.Repeat(16, _ => Svg.Circle(dice.Between(0, 320), dice.Between(0, 400), dice.Between(10, 38), colour, dice.Between(0.15, 0.4)));

    private static string Split(Random dice)
    {
        var (left, right) = dice.Pick([("#e0352f", "#f5b400"), ("#0f7a78", "#f2a03d"), ("#20304f", "#e8503a"), ("#5a2a7a", "#f0643c")]);
        return Wall(left, Colour.Darker(left, 0.2)) + Svg.Path("M150,0 H320 V400 H60Z", right) + Svg.Line("M150,-4 L60,404", "#ffffff", 7, 0.9)
            + Svg.Repeat(6, n => Svg.Line($"M{214 + (n * 20)},0 L{124 + (n * 20)},400", "#ffffff", 2, 0.16));
    }

    private static string Beach(Random dice)
    {
        var x = dice.Pick([66, 254]);
        var sun = Svg.Circle(0, 0, 34, "#ffe14d") + Svg.Repeat(12, n => Svg.Move(0, 0, Svg.Path("M-6,-42 L6,-42 L0,-62Z", "#ffe14d"), n * 30));
        return Wall(dice.Pick(["#6fcbf2", "#8ad8f5", "#5bbcec"]), "#d3f1fb") + Svg.Move(x, 66, sun)
            + Svg.Move(320 - x, 90, Svg.Ellipse(0, 0, 40, 13, "#ffffff", 0.9) + Svg.Circle(-12, -8, 16, "#ffffff", 0.9) + Svg.Circle(12, -5, 12, "#ffffff", 0.9))
            + Svg.Rect(0, 252, 320, 150, "#2fa9c9") + Svg.Line("M0,270 q20,-7 40,0 t40,0 t40,0 t40,0 t40,0 t40,0 t40,0 t40,0", "#ffffff", 3, 0.7) + Svg.Path("M0,318 C100,298 220,326 320,306 V400 H0Z", "#f6dfa3");
    }

    private static string Wallpaper() => Svg.Repeat(11, n => Svg.Rect(n * 32, 0, 12, 400, "#6d5d42", 0.14)) + Svg.Repeat(60, n => Svg.Circle(22 + (n % 10 * 32), 20 + (n / 10 * 70), 4, "#6d5d42", 0.28));

    private static string Leaves(Random dice) =>
        Svg.Repeat(15, _ =>
        {
            var colour = dice.Pick(["#c8502a", "#e0912f", "#8f3d22", "#f0b84a", "#7d6a2a"]);
            var leaf = Svg.Path("M0,-20 C12,-10 12,8 0,20 C-12,8 -12,-10 0,-20Z", colour, 0.85) + Svg.Line("M0,-16 L0,25", Colour.Darker(colour, 0.3), 1.6, 0.7);
            return Svg.Move(dice.Between(0, 320), dice.Between(0, 340), leaf, dice.Between(0, 360), dice.Between(0.6, 1.2));
        });
}
