namespace DatasetAdmin.Web.Sample.Portraits;

internal enum HairBack
{
    Short,
    Bob,
    Long,
    Wavy,
    Curly,
    Bun,
    Updo,
    Ponytail,
    Braids,
    Flames,
    Drips,
}

internal enum HairFront
{
    CentrePart,
    SidePart,
    Bangs,
    Swept,
    Waves,
}

internal enum Mouth
{
    Smile,
    Laugh,
    Calm,
    Firm,
    Pout,
}

/// <summary>What all portraits of a class have in common; where there are several values, the person or the photo chooses.</summary>
internal sealed record PortraitStyle(
    HairBack[] Backs, HairFront[] Fronts, string[] Hair, Mouth[] Mouths, string[] Cloth, string[] Lips)
{
    private static readonly string[] s_natural = ["#2b1d1a", "#3d2619", "#5a3422", "#7a4a2a", "#a06a3a", "#c79a5b", "#1d1a22"];
    private static readonly string[] s_fair = ["#e3c48a", "#d9b077", "#efd9ac", "#c99a67", "#b98d6b"];
    private static readonly string[] s_rose = ["#c4626a", "#b9575f", "#cf7470"];
    private static readonly string[] s_red = ["#b3202e", "#c22f3a", "#a31f3d"];

    public static PortraitStyle Of(string className) => className switch
    {
        "Aristocratic" => new([HairBack.Updo, HairBack.Bun], [HairFront.CentrePart, HairFront.Swept], s_natural,
            [Mouth.Calm, Mouth.Smile], ["#1f4d45", "#5b1f37", "#1f2f57", "#3d2350"], s_rose),
        "Business" => new([HairBack.Bob, HairBack.Bun, HairBack.Short, HairBack.Long], [HairFront.SidePart, HairFront.Swept], s_natural,
            [Mouth.Smile, Mouth.Calm], ["#26324a", "#39414f", "#4a3550", "#1f4250", "#5d4a3c"], s_rose),
        "Fire" => new([HairBack.Wavy, HairBack.Curly, HairBack.Long], [HairFront.SidePart, HairFront.CentrePart], ["#c8401c", "#b5301d", "#d95a1e", "#9c2a1a", "#e07a2a"],
            [Mouth.Smile, Mouth.Laugh, Mouth.Pout], ["#b81d24", "#d8451b", "#7d1326"], s_red),
        "Fragile" => new([HairBack.Long, HairBack.Braids, HairBack.Wavy], [HairFront.CentrePart, HairFront.Bangs], [.. s_fair, "#e9e0d6", "#cdb9c9"],
            [Mouth.Pout, Mouth.Calm], ["#e8dcf0", "#dce8f2", "#f3e1e6", "#e3efe6"], ["#d99aa0", "#dd8e98"]),
        "Heroin" => new([HairBack.Long, HairBack.Short, HairBack.Bob], [HairFront.CentrePart, HairFront.SidePart], ["#23201f", "#3b322c", "#77664f", "#b3a184", "#4a4038"],
            [Mouth.Calm, Mouth.Firm], ["#2c2c30", "#4a4f47", "#54443f", "#5f626b"], ["#a3706e", "#8f5d60"]),
        "Inferno" => new([HairBack.Flames], [HairFront.CentrePart, HairFront.SidePart, HairFront.Swept], ["#c2261a", "#8e1616", "#d94a12", "#5f1220"],
            [Mouth.Firm, Mouth.Pout, Mouth.Smile], ["#1d1418", "#2a1216", "#241a2b"], ["#8f1424", "#6d1030"]),
        "Melting" => new([HairBack.Drips], [HairFront.CentrePart, HairFront.SidePart, HairFront.Bangs], ["#ff8fb8", "#7fd1e8", "#b79bff", "#8fe0b0", "#ffb56b"],
            [Mouth.Smile, Mouth.Pout, Mouth.Calm], ["#fff0b8", "#ffd1e2", "#c9f0ff", "#e3d6ff"], ["#e8508a", "#d9467a"]),
        "Queen" => new([HairBack.Long, HairBack.Wavy, HairBack.Curly, HairBack.Updo], [HairFront.CentrePart, HairFront.SidePart], [.. s_natural, "#c98f3f"],
            [Mouth.Calm, Mouth.Smile], ["#7a1230", "#2c2a7c", "#5a1a6e", "#0f4d57"], s_red),
        "Renaissance" => new([HairBack.Updo, HairBack.Bun, HairBack.Short], [HairFront.CentrePart, HairFront.Swept], ["#7a4422", "#a2622f", "#c08a4a", "#4b2c1c", "#8d3f22"],
            [Mouth.Calm], ["#3f1f1a", "#2e3b2a", "#57301f", "#25304a"], ["#b8645c", "#a95850"]),
        "Serious" => new([HairBack.Long, HairBack.Bun, HairBack.Short, HairBack.Bob], [HairFront.Swept, HairFront.CentrePart, HairFront.SidePart], s_natural,
            [Mouth.Firm], ["#1f2226", "#2d343d", "#3a3d42", "#262b36"], ["#a86560", "#9c5c5c"]),
        "Soft" => new([HairBack.Wavy, HairBack.Long, HairBack.Bob, HairBack.Curly], [HairFront.Bangs, HairFront.SidePart, HairFront.CentrePart], [.. s_fair, "#8a5a3c", "#6b4230"],
            [Mouth.Smile, Mouth.Pout], ["#f6d5d8", "#f3e4d2", "#dcd6f0", "#d4e8e0"], ["#e08a90", "#d97f86"]),
        "Strong" => new([HairBack.Short, HairBack.Ponytail, HairBack.Braids], [HairFront.Swept, HairFront.SidePart], s_natural,
            [Mouth.Firm, Mouth.Smile], ["#17323f", "#c2272d", "#2b2b33", "#0f5c4d"], ["#a45a52", "#b0605c"]),
        "Sunny" => new([HairBack.Wavy, HairBack.Ponytail, HairBack.Bob, HairBack.Curly], [HairFront.SidePart, HairFront.CentrePart, HairFront.Bangs], [.. s_fair, "#8a5228", "#4b2a1a"],
            [Mouth.Laugh, Mouth.Smile], ["#ffd23f", "#ff7f50", "#ffffff", "#48c9b0", "#ff9fb2"], ["#df6a66", "#d95b62"]),
        "Vintage" => new([HairBack.Bob, HairBack.Curly, HairBack.Wavy], [HairFront.Waves, HairFront.SidePart], s_natural,
            [Mouth.Calm, Mouth.Smile], ["#8c2f39", "#2f5d62", "#43405d", "#35524a"], s_red),
        _ => new([HairBack.Wavy, HairBack.Long, HairBack.Curly, HairBack.Bob], [HairFront.SidePart, HairFront.CentrePart, HairFront.Bangs], ["#6b3a20", "#8a4b25", "#a55f2c", "#4a2a1c", "#b9793f"],
            [Mouth.Smile, Mouth.Laugh], ["#b5562f", "#8a5a2b", "#a33f2c", "#6d6a32"], ["#c2665a", "#b85c50"]),
    };
}
