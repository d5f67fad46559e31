namespace DatasetAdmin.Core.Storage;

/// <summary>How long the object store may take and how often a call is tried. Tests shorten them; nobody else should.</summary>
public sealed record MinioLimits
{
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From the last byte sent to the answer's headers.</summary>
    public TimeSpan Headers { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>What a body may take, and <see cref="BytesPerSecond"/> on top.</summary>
    public TimeSpan Body { get; init; } = TimeSpan.FromSeconds(30);

    public long BytesPerSecond { get; init; } = 256 * 1024;

    /// <summary>How often a call is tried in all.</summary>
    public int Tries { get; init; } = 5;

    /// <summary>The longest pause before the second try; doubled for each further one, up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>What moving a body of <paramref name="length"/> bytes may take.</summary>
    public TimeSpan ForBody(long length) => Body + TimeSpan.FromSeconds((double)length / BytesPerSecond);

    /// <summary>The pause before the next try: full jitter, so that many clients don't come back together.</summary>
    public TimeSpan Pause(int failures)
    {
        var longest = Math.Min(FirstPause.TotalMilliseconds * Math.Pow(2, failures), LongestPause.TotalMilliseconds);
#pragma warning disable CA5394 // Jitter isn't a secret.
        return TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * longest);
#pragma warning restore CA5394
    }
}
