namespace DatasetAdmin.Benchmarks;

/// <summary>Ours and its peer, alternately, so that what else the machine does meets both.</summary>
internal static class Rounds
{
    private const int Small = 100;

    /// <summary>Three rounds, and one where it only shows that it works; then a line with the medians of both.</summary>
    /// <param name="goals">Of ours and its peer's medians.</param>
    public static async Task<IReadOnlyList<Figure>> AlternateAsync(
        int size, Func<int, Task<Measured>> ours, string peerName, Func<int, Task<Measured>> peer, Func<Figure, IReadOnlyList<Goal>> goals)
    {
        List<Measured> all = [], peers = [];
        List<Figure> figures = [];
        for (var round = 1; round <= (size < Small ? 1 : 3); round++)
        {
            peers.Add(await peer(round));
            all.Add(await ours(round));
            figures.Add(new($"round {round}", size, all[^1], peerName, peers[^1]));
        }

        var median = new Figure("median", size, Median(all), peerName, Median(peers));
        return [.. figures, median with { Goals = size < Small ? [] : goals(median) }];
    }

    public static Measured Median(IReadOnlyList<Measured> measured) => measured.OrderBy(item => item.Seconds).ElementAt(measured.Count / 2);
}
