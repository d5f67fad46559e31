namespace DatasetAdmin.Core.Classes;

/// <summary>One entry of the section <c>Classes</c>. The order of the entries is the order of the classes.</summary>
public sealed class ClassOptions
{
    public const string Section = "Classes";

    public string Name { get; set; } = "";

    /// <summary>Values of <c>style_id</c> that mean this class, beside its name.</summary>
    public IList<string> Keys { get; } = [];

    /// <summary>Folder names in gold that hold this class, beside its name.</summary>
    public IList<string> GoldFolders { get; } = [];

    /// <summary>The fifteen classes of the product, with the folder names of the gold set in use.</summary>
    public static IReadOnlyList<FaceClass> Defaults { get; } =
    [
        .. new (string Name, string GoldFolder)[]
        {
            ("Aristocratic", "aristocratic_lady"), ("Business", "business_woman"), ("Fire", "fire_lady"),
            ("Fragile", "fragile_girl"), ("Heroin", "heroin_girl"), ("Inferno", "inferno_lady"),
            ("Melting", "melting_lady"), ("Queen", "queen"), ("Renaissance", "renaissance_queen"),
            ("Serious", "serious_girl"), ("Soft", "soft_diva"), ("Strong", "strong_diva"),
            ("Sunny", "sunny_girl"), ("Vintage", "vintage_girl"), ("Warm", "warm_woman"),
        }.Select((item, index) => new FaceClass(index, item.Name, [], [item.GoldFolder])),
    ];
}
