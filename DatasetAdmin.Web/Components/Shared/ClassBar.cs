namespace DatasetAdmin.Web.Components.Shared;

/// <summary>A bar of <see cref="ClassBars"/>.</summary>
/// <param name="Parts">Drawn after each other, in the order of the chart's series.</param>
/// <param name="Href">Where the class's name leads, or null.</param>
public sealed record ClassBar(string Name, IReadOnlyList<long> Parts, string? Href = null)
{
    public long Total => Parts.Sum();
}
