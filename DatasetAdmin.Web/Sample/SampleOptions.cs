namespace DatasetAdmin.Web.Sample;

/// <summary>How large a sample is. The same options on the same day make the same sample.</summary>
/// <param name="Predictions">Rows of <c>user_styles</c>; they have about 2.6 photos each.</param>
/// <param name="Days">The sample begins on the first day of the month that holds the day so many days ago.</param>
/// <param name="GoldPerClass">Images of each class in the gold set.</param>
/// <param name="Seed">Another number makes other people and other days.</param>
public sealed record SampleOptions(int Predictions = 1_000, int Days = 45, int GoldPerClass = 12, int Seed = 2026);
