namespace DatasetAdmin.Web.Sample;

/// <summary>Dice whose throws depend on the seeds alone: the same sample on every machine.</summary>
internal static class SampleRandom
{
    /// <summary>Dice of their own for one thing, so that adding a throw to one doesn't change all others.</summary>
    public static Random For(params ReadOnlySpan<int> seeds)
    {
        var mixed = 2166136261u;
        foreach (var seed in seeds)
        {
            mixed = (mixed ^ (uint)seed) * 16777619u;
        }

        // Neighbouring seeds must not throw alike: spread every bit over all others.
        mixed = (mixed ^ (mixed >> 16)) * 0x85ebca6bu;
        mixed = (mixed ^ (mixed >> 13)) * 0xc2b2ae35u;
        mixed ^= mixed >> 16;

        return new Random((int)mixed);
    }

    public static T Pick<T>(this Random random, IReadOnlyList<T> items) => items[random.Next(items.Count)];

    public static double Between(this Random random, double from, double to) => from + (random.NextDouble() * (to - from));

    public static bool Chance(this Random random, double probability) => random.NextDouble() < probability;
}
