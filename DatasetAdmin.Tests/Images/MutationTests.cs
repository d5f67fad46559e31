using System.Diagnostics;
using DatasetAdmin.Core.Images;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Tests.Images;

public class MutationTests
{
    private const int MutationsPerFile = 300;

    [Fact]
    public void Inspect_MutatedBytes_EndsAsFactsOrRejection()
    {
        var inspector = new ImageInspector(Options.Create(new ImageLimitOptions()));
        byte[][] corpus =
        [
            TestImages.Jpeg(1, 96, 80), TestImages.ProgressiveJpeg(1, 96, 80), TestImages.OrientedJpeg(1, 6, 96, 80),
            TestImages.Png(1, 96, 80), TestImages.Png(1, 96, 80, interlace: true), TestImages.PngOf("P", 1),
            TestImages.WebP(1, 96, 80), TestImages.WebP(1, 96, 80, lossless: true), TestImages.Avif(1, 96, 80),
            TestImages.AnimatedGif(), TestImages.AnimatedWebP(), TestImages.AnimatedPng(), TestImages.JpegWithStrayBytes(),
        ];
        var random = new Random(20_261_001);
        var slowest = TimeSpan.Zero;

        for (var i = 0; i < MutationsPerFile * corpus.Length; i++)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            var mutated = Mutate(corpus[i % corpus.Length], random);
            var clock = Stopwatch.StartNew();

            InspectionTableTests.Verdict(inspector.Inspect(mutated));

            slowest = clock.Elapsed > slowest ? clock.Elapsed : slowest;
        }

        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    /// <summary>Headers are where decoders break, so half of the changes fall into the first 200 bytes.</summary>
    private static byte[] Mutate(byte[] file, Random random)
    {
        var copy = (byte[])file.Clone();
        for (var changes = random.Next(1, 6); changes > 0; changes--)
        {
            var at = random.Next(random.Next(2) == 0 ? Math.Min(200, copy.Length) : copy.Length);
            copy[at] = random.Next(4) switch
            {
                0 => (byte)(copy[at] ^ (1 << random.Next(8))),
                1 => 0xFF,
                2 => 0,
                _ => (byte)random.Next(256),
            };
        }

        return random.Next(5) switch
        {
            0 => copy[..random.Next(1, copy.Length)],
            1 => [.. copy[..random.Next(copy.Length)], .. copy[random.Next(copy.Length)..]],
            _ => copy,
        };
    }
}
