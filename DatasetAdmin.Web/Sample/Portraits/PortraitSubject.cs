namespace DatasetAdmin.Web.Sample.Portraits;

/// <summary>
/// Who is drawn, and how this photo was taken. The face belongs to the person and is the same in all of their photos;
/// the pose, the expression and the light belong to the photo. Nobody real is meant or drawn.
/// </summary>
internal sealed record PortraitSubject
{
    private static readonly string[] s_skins = ["#f6d7c3", "#f0c8ad", "#e6b592", "#d59f79", "#c48a63", "#a66e4b", "#8a583c", "#6e4530"];
    private static readonly string[] s_eyes = ["#4b2e1e", "#6b4526", "#3f6b4a", "#3f6f9c", "#5f7f95", "#7a6a3a"];

    public required string ClassName { get; init; }

    /// <summary>Dice for the photo's small things, such as where a leaf lies.</summary>
    public required Random Dice { get; init; }

    public required string Skin { get; init; }

    public required string Hair { get; init; }

    public required string Eyes { get; init; }

    public required string Lips { get; init; }

    public required string Cloth { get; init; }

    public required HairBack Back { get; init; }

    public required HairFront Front { get; init; }

    public required Mouth Mouth { get; init; }

    /// <summary>Half widths in the head's own units, and how far down the chin reaches.</summary>
    public required (double Cheek, double Jaw, double Chin, double ChinY) Face { get; init; }

    public required double EyeSize { get; init; }

    public required double EyeDistance { get; init; }

    public required double EyeTurn { get; init; }

    public required double Brow { get; init; }

    public required double NoseWidth { get; init; }

    public required double MouthWidth { get; init; }

    public required bool Freckles { get; init; }

    /// <summary>1, or -1 for a parting on the other side.</summary>
    public required int Side { get; init; }

    /// <summary>Chooses among a class's accessories; belongs to the photo.</summary>
    public required int Variant { get; init; }

    public required double Tilt { get; init; }

    public required double Scale { get; init; }

    public required (double X, double Y) Shift { get; init; }

    public string SkinShade => Colour.Mix(Skin, "#7a2f2a", 0.24);

    public string HairDark => Colour.Darker(Hair, 0.38);

    public string HairLight => Colour.Lighter(Hair, 0.24);

    public static PortraitSubject Of(string className, int person, int photo)
    {
        var style = PortraitStyle.Of(className);
        var face = SampleRandom.For(person, 1);
        var look = SampleRandom.For(person, 2, className.Length, className[0], className[^1]);
        var pose = SampleRandom.For(person, photo, 3);
        var cheek = face.Between(57, 66);
        var square = className == "Strong";
        var tone = face.Next(s_skins.Length);
        var skin = s_skins[tone];
        var hair = look.Pick(style.Hair);

        return new()
        {
            ClassName = className,
            Dice = pose,
            Skin = className switch
            {
                "Heroin" => Colour.Mix(skin, "#d9d6d2", tone < 5 ? 0.42 : 0.18),
                "Fragile" => Colour.Mix(skin, "#fbeef0", tone < 5 ? 0.35 : 0.12),
                "Vintage" when tone >= 5 => Colour.Mix(skin, "#f0c8ad", 0.25), // an old print swallows what is dark
                _ => skin,
            },
            Eyes = s_eyes[face.Next(tone < 4 ? s_eyes.Length : 3)],
            Face = (cheek, cheek * (square ? face.Between(0.86, 0.92) : face.Between(0.66, 0.78)), square ? face.Between(38, 44) : face.Between(18, 30), face.Between(76, 86)),
            EyeSize = face.Between(0.92, 1.12) * (className is "Fragile" or "Melting" or "Soft" ? 1.1 : 1),
            EyeDistance = face.Between(25.5, 29),
            EyeTurn = face.Between(-7, 4),
            Brow = face.Between(3, 4.6) * (className is "Strong" or "Serious" ? 1.35 : className is "Fragile" or "Renaissance" ? 0.7 : 1),
            NoseWidth = face.Between(6, 9.5),
            MouthWidth = face.Between(17, 23) * (className == "Fragile" ? 0.85 : 1),
            Freckles = face.Chance(className is "Sunny" or "Warm" ? 0.45 : 0.12),
            // Dark hair beside dark skin, so that a face and its hair never run into one another; candy colours may stay.
            Hair = tone < 5 || className is "Melting" or "Inferno" or "Fire" ? hair : Colour.Mix(hair, "#231715", 0.8),
            Back = look.Pick(style.Backs),
            Front = look.Pick(style.Fronts),
            Lips = look.Pick(style.Lips),
            Side = look.Chance(0.5) ? 1 : -1,
            Cloth = pose.Pick(style.Cloth),
            Mouth = pose.Pick(style.Mouths),
            Variant = pose.Next(60),
            Tilt = pose.Between(-6, 6),
            Scale = pose.Between(0.92, 1.1),
            Shift = (pose.Between(-13, 13), pose.Between(-6, 10)),
        };
    }
}
