namespace DatasetAdmin.Core.Browsing;

/// <summary>Which images of a list are meant; what is null doesn't matter.</summary>
public sealed record ImageFilter
{
    public static ImageFilter All { get; } = new();

    public string? Class { get; init; }

    /// <summary>Gold counts as neither verified nor unverified.</summary>
    public bool? Verified { get; init; }

    /// <summary><c>gold</c> or <c>candidate</c>.</summary>
    public string? Origin { get; init; }

    /// <summary><c>train</c>, <c>val</c> or <c>test</c>.</summary>
    public string? Split { get; init; }

    /// <summary>What the model had predicted.</summary>
    public string? InitialPrediction { get; init; }

    /// <summary>Whether the label is another than the initial prediction; images without one are in neither.</summary>
    public bool? Relabelled { get; init; }

    /// <summary>As in the lists, such as <c>jpeg</c>.</summary>
    public string? Format { get; init; }

    public long? MinBytes { get; init; }

    public long? MaxBytes { get; init; }

    /// <summary>The beginning of a prediction's or a user's id, in any case of letters.</summary>
    public string? Search { get; init; }

    /// <summary>SQL over the keys of a list, and the values of its parameters.</summary>
    internal (string Where, IReadOnlyList<(string Name, object? Value)> Values) ToSql()
    {
        List<string> conditions = ["true"];
        List<(string, object?)> values = [];
        Add("class = $class", "class", Class);
        Add("is_verified = $verified", "verified", Verified);
        Add("origin = $origin", "origin", Origin);
        Add("split = $split", "split", Split);
        Add("initial_prediction = $initial", "initial", InitialPrediction);
        Add("format = $format", "format", Format);
        Add("bytes >= $min_bytes", "min_bytes", MinBytes);
        Add("bytes <= $max_bytes", "max_bytes", MaxBytes);
        Add("(starts_with(prediction_search, $search) OR starts_with(user_search, $search))", "search", Search is { Length: > 0 } ? Search.ToLowerInvariant() : null);
        if (Relabelled is { } relabelled)
        {
            conditions.Add(relabelled ? "class <> initial_prediction" : "class = initial_prediction");
        }

        return (string.Join(" AND ", conditions), values);

        void Add(string condition, string name, object? value)
        {
            if (value is not null)
            {
                conditions.Add(condition);
                values.Add((name, value));
            }
        }
    }
}

/// <summary>How a page of images is ordered.</summary>
public enum ImageOrder
{
    /// <summary>As in the list: by class and name.</summary>
    Listed,
    Newest,
    Oldest,
    LargestFile,
    SmallestFile,
    LeastConfident,
    MostConfident,
    Blurriest,
}

internal static class ImageOrders
{
    /// <summary>An ORDER BY with what stands in front of it, or nothing where the list's own order will do.</summary>
    public static string Sql(this ImageOrder order) => order switch
    {
        ImageOrder.Newest => "ORDER BY created_at DESC NULLS LAST, row",
        ImageOrder.Oldest => "ORDER BY created_at NULLS LAST, row",
        ImageOrder.LargestFile => "ORDER BY bytes DESC, row",
        ImageOrder.SmallestFile => "ORDER BY bytes, row",
        ImageOrder.LeastConfident => "ORDER BY confidence NULLS LAST, row",
        ImageOrder.MostConfident => "ORDER BY confidence DESC NULLS LAST, row",
        ImageOrder.Blurriest => "ORDER BY sharpness NULLS LAST, row",
        _ => "",
    };
}
