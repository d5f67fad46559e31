using DatasetAdmin.Core.Images;
using Microsoft.Extensions.Options;
using NetVips;

namespace DatasetAdmin.Benchmarks.Scenarios;

/// <summary>
/// Inspecting JPEGs of 400 KB on one thread, hash and measures included, beside a full decode of the same bytes with libvips:
/// alternately three times. Then broken files: how many of each kind either side finds.
/// </summary>
internal static class InspectScenario
{
    private static readonly (string Name, Func<byte[], Random, byte[]> Break)[] s_damages =
    [
        ("none", (file, _) => file),
        ("cut off", (file, random) => file[..random.Next(file.Length / 10, file.Length - 2)]),
        ("4 KB of garbage in the middle", (file, random) => Changed(file, random, 4_096, random.NextBytes)),
        ("512 bytes of garbage in the middle", (file, random) => Changed(file, random, 512, random.NextBytes)),
        ("64 bytes of garbage in the middle", (file, random) => Changed(file, random, 64, random.NextBytes)),
        ("4 KB of zeros in the middle", (file, random) => Changed(file, random, 4_096, part => part.Clear())),
        ("one flipped bit", (file, random) => Changed(file, random, 1, part => part[0] ^= (byte)(1 << random.Next(8)))),
        ("zeros to the end", (file, random) => Changed(file, random, file.Length, part => part.Clear())),
        ("another format", (file, random) => [.. file[..3], .. "<html><body>503 Service Unavailable</body></html>"u8]),
    ];

    public static async Task<IReadOnlyList<Figure>> RunAsync(int size)
    {
        var order = new Order(new Dictionary<string, string>(), $"{size}");
        var figures = await Rounds.AlternateAsync(
            size,
            _ => ChildProcess.MeasureAsync("inspect", order),
            "full decode",
            _ => ChildProcess.MeasureAsync("decode", order),
            median => [Goal.AtMost(0.5, median.Ratio, " of a decode's time")]);
        CompareDamages(Math.Clamp(size / 10, 4, 100));
        return figures;
    }

    /// <summary>In a child: inspects as many photos as the order says.</summary>
    public static Task<Measured> InspectAsync(Order order)
    {
        var inspector = new ImageInspector(Options.Create(new ImageLimitOptions()));
        return RepeatAsync(order, file => inspector.Inspect(file).Facts is not null);
    }

    /// <summary>In a child: decodes as many photos as the order says.</summary>
    public static Task<Measured> DecodeAsync(Order order)
    {
        VipsSetup.Apply();
        return RepeatAsync(order, IsDecodable);
    }

    private static Task<Measured> RepeatAsync(Order order, Func<byte[], bool> isGood)
    {
        var photos = Photos.Large();
        var files = Enumerable.Range(0, 16).Select(photos.Get).ToArray();
        Work(48);
        return ChildProcess.TimeAsync(() =>
        {
            Work(int.Parse(order.Target, null));
            return Task.CompletedTask;
        });

        void Work(int count)
        {
            for (var i = 0; i < count; i++)
            {
                if (!isGood(files[i % files.Length]))
                {
                    throw new InvalidOperationException("A good photo was refused.");
                }
            }
        }
    }

    private static void CompareDamages(int each)
    {
        var inspector = new ImageInspector(Options.Create(new ImageLimitOptions()));
        var photos = Photos.Large();
        var random = new Random(20_261_124);
        Console.WriteLine($"  {"refused, of " + each,-36}{"ours",8}{"full decode",14}{"by it alone",14}");
        foreach (var (name, damage) in s_damages)
        {
            int ours = 0, peer = 0, peerAlone = 0;
            for (var number = 0; number < each; number++)
            {
                var file = damage(photos.Get(number), random);
                var (isTaken, isDecodable) = (inspector.Inspect(file).Facts is not null, IsDecodable(file));
                ours += isTaken ? 0 : 1;
                peer += isDecodable ? 0 : 1;
                peerAlone += isTaken && !isDecodable ? 1 : 0;
            }

            Console.WriteLine($"  {name,-36}{ours,8}{peer,14}{peerAlone,14}");
        }
    }

    private static bool IsDecodable(byte[] file)
    {
        try
        {
            using var image = Image.JpegloadBuffer(file, access: Enums.Access.Sequential, failOn: Enums.FailOn.Warning);
            NetVips.NetVips.Free(image.WriteToMemory(out _));
            return true;
        }
        catch (VipsException)
        {
            return false;
        }
    }

    private delegate void Change(Span<byte> part);

    private static byte[] Changed(byte[] file, Random random, int length, Change change)
    {
        var copy = (byte[])file.Clone();
        var at = random.Next(file.Length / 10, file.Length * 9 / 10);
        change(copy.AsSpan(at, Math.Min(length, file.Length - at)));
        return copy;
    }
}
