using System.Globalization;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Support;

namespace DatasetAdmin.Tests.Gold;

/// <summary>Zips as people make them, and as attackers do: nothing leaves gold, and nothing takes more than its share.</summary>
public class UploadedZipTests
{
    public static TheoryData<Backend> Backends => [Backend.Embedded, Backend.Servers];

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Add_ZipOfClassFolders_EachGoesToItsClass(Backend backend)
    {
        await using var pipeline = await TestPipeline.StartAsync(backend);
        var zip = TestZips.Of(
            ("Queen/", []),
            ("Queen/a.jpg", CrashScenarios.Picture(1)),
            ("warm_woman/2024/a.jpg", CrashScenarios.Picture(2)),
            ("FIRE_LADY/b.jpg", CrashScenarios.Picture(3)),
            ("nobody/c.jpg", CrashScenarios.Picture(4)),
            ("d.jpg", CrashScenarios.Picture(5)),
            ("Queen/notes.txt", [65]),
            ("Queen/inner.zip", TestZips.Of(("Queen/e.jpg", CrashScenarios.Picture(6)))),
            ("__MACOSX/Queen/._a.jpg", [0]),
            ("Queen/.DS_Store", [0]),
            ("Queen/Thumbs.db", [0]));

        var result = await pipeline.AddGoldAsync(null, ("gold.zip", zip));

        Assert.Equal(["Fire/b.jpg", "Queen/a.jpg", "Warm/2024_a.jpg"], await pipeline.GoldFilesAsync());
        Assert.Equal("Added 3 images to gold; 0 were there already, 4 refused.", result.Run.Result);
        Assert.StartsWith("Refused nobody/c.jpg: unknown_class. Its folder 'nobody'", result.EventOf("nobody/c.jpg"), StringComparison.Ordinal);
        Assert.StartsWith("Refused d.jpg: unknown_class. It lies in no class folder", result.EventOf("d.jpg"), StringComparison.Ordinal);
        Assert.StartsWith("Refused Queen/inner.zip: unsupported_format.", result.EventOf("Queen/inner.zip"), StringComparison.Ordinal);
        Assert.Contains("Ignored 4 folders and hidden files of gold.zip.", result.Events);
    }

    [Fact]
    public async Task Add_ZipForAChosenClass_ForeignFolderIsRefused()
    {
        await using var pipeline = await TestPipeline.StartAsync(Backend.Embedded);

        var result = await pipeline.AddGoldAsync("Queen", ("gold.zip", TestZips.Of(
            ("a.jpg", CrashScenarios.Picture(1)), ("anything/b.jpg", CrashScenarios.Picture(2)), ("queen/c.jpg", CrashScenarios.Picture(3)), ("Fire/d.jpg", CrashScenarios.Picture(4)))));

        Assert.Equal(["Queen/a.jpg", "Queen/b.jpg", "Queen/c.jpg"], await pipeline.GoldFilesAsync());
        Assert.StartsWith("Refused Fire/d.jpg: other_class.", result.EventOf("Fire/d.jpg"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Add_NamesThatLeadOut_AreRefusedAndNothingLiesElsewhere(Backend backend)
    {
        await using var pipeline = await TestPipeline.StartAsync(backend);
        var before = await pipeline.OutsideAsync();
        string[] names =
        [
            "../Queen/a.jpg", "Queen/../../candidates/2026-10-01/Queen/a.jpg", "Queen/../a.jpg", "/Queen/a.jpg", "//Queen/a.jpg", "Queen//a.jpg", "Queen/./a.jpg",
            @"Queen\a.jpg", @"..\..\Queen\a.jpg", @"C:\Queen\a.jpg", "C:/Queen/a.jpg", "c:a.jpg", "Queen/a\0.jpg", "Queen/a\n.jpg", "Queen/\u001b[31m.jpg", "Queen/..",
            $"Queen/{new string('x', 1200)}.jpg", "./Queen/a.jpg",
        ];

        var single = await pipeline.AddGoldAsync("Queen", [.. names.Select((name, seed) => (name, CrashScenarios.Picture(seed)))]);
        var zipped = await pipeline.AddGoldAsync("Queen", ("evil.zip", TestZips.Of([.. names.Select((name, seed) => (name, CrashScenarios.Picture(seed)))])));

        Assert.All([single, zipped], result => Assert.Equal($"Added 0 images to gold; 0 were there already, {names.Length} refused.", result.Run.Result));
        Assert.All(single.Events.Concat(zipped.Events), line => Assert.Contains(": unsafe_name. ", line, StringComparison.Ordinal));
        Assert.All(single.Events.Concat(zipped.Events), line => Assert.DoesNotContain(line, char.IsControl));
        Assert.Empty(await pipeline.GoldFilesAsync());
        Assert.Equal(before, await pipeline.OutsideAsync());
    }

    [Fact]
    public void GoldUploadName_AnyName_KeepsTheGrammar()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var stem = new string([.. Enumerable.Range(0, random.Next(200)).Select(_ => (char)random.Next(1, 0xD800))]);
            Assert.Matches("^[A-Za-z0-9_-][A-Za-z0-9._-]{0,119}$", ObjectKeys.GoldUploadName(stem, "jpg", "_01234567-12"));
        }
    }

    [Fact]
    public async Task Add_Links_AreNotFollowed()
    {
        await using var pipeline = await TestPipeline.StartAsync(Backend.Embedded);

        var result = await pipeline.AddGoldAsync("Queen", ("links.zip", TestZips.Link("Queen/a.jpg", "/etc/passwd")));

        Assert.StartsWith("Refused Queen/a.jpg: symbolic_link.", result.EventOf("Queen/a.jpg"), StringComparison.Ordinal);
        Assert.Empty(await pipeline.GoldFilesAsync());
    }

    [Fact]
    public async Task Add_BombsOfEveryKind_AreRefusedBeforeTheyUnpack()
    {
        await using var pipeline = await TestPipeline.StartAsync(
            Backend.Embedded, settings: new Dictionary<string, string> { ["Gold:MaxUnpackedMegabytes"] = "64", ["Gold:MaxFiles"] = "1000", ["Collecting:Limits:MaxBytes"] = "3000000" });
        var before = await pipeline.OutsideAsync();
        string[] names = [.. Enumerable.Range(0, 900).Select(number => string.Create(CultureInfo.InvariantCulture, $"Queen/{number}.jpg"))];
        var noise = new byte[4_000_000];
        new Random(1).NextBytes(noise);

        var ratio = await pipeline.AddGoldAsync("Queen", ("ratio.zip", TestZips.Of(("Queen/zeros.jpg", new byte[2_500_000]))));
        var liar = await pipeline.AddGoldAsync("Queen", ("liar.zip", TestZips.Claiming(TestZips.Of(("Queen/zeros.jpg", new byte[60_000_000])), 100)));
        var large = await pipeline.AddGoldAsync("Queen", ("large.zip", TestZips.Of(("Queen/noise.jpg", noise))));
        var boaster = await pipeline.AddGoldAsync("Queen", ("boaster.zip", TestZips.Claiming(TestZips.Of(("Queen/small.jpg", CrashScenarios.Picture(1))), 0xFFFF_FFF0)));
        var overlapping = await pipeline.AddGoldAsync("Queen", ("overlapping.zip", TestZips.Overlapping(names, 60_000_000, 60_000_000)));
        var nested = await pipeline.AddGoldAsync("Queen", ("nested.zip", TestZips.Of(("Queen/inner.jpg", TestZips.Of(("Queen/zeros.jpg", new byte[60_000_000]))))));

        Assert.StartsWith("Refused Queen/zeros.jpg: compression_ratio.", ratio.EventOf("Queen/zeros.jpg"), StringComparison.Ordinal);
        Assert.Matches("^Refused Queen/zeros.jpg: (compression_ratio|unreadable_entry|unsupported_format)\\.", liar.EventOf("Queen/zeros.jpg"));
        Assert.StartsWith("Refused Queen/noise.jpg: too_large.", large.EventOf("Queen/noise.jpg"), StringComparison.Ordinal);
        Assert.Contains(" Queen/small.jpg", boaster.EventOf("Queen/small.jpg"), StringComparison.Ordinal);
        Assert.Equal(900, overlapping.Events.Count);
        Assert.Contains(overlapping.Events, line => line.Contains(": too_much_unpacked.", StringComparison.Ordinal));
        Assert.All(overlapping.Events, line => Assert.Matches(": (compression_ratio|too_large|too_much_unpacked|unreadable_entry)\\.", line));
        Assert.StartsWith("Refused Queen/inner.jpg: unsupported_format.", nested.EventOf("Queen/inner.jpg"), StringComparison.Ordinal);
        Assert.DoesNotContain(await pipeline.GoldFilesAsync(), file => file != "Queen/small.jpg");
        Assert.Equal(before, await pipeline.OutsideAsync());
    }

    [Fact]
    public async Task Add_DirectoryThatIsTooLong_IsLeftUnread()
    {
        await using var pipeline = await TestPipeline.StartAsync(Backend.Embedded, settings: new Dictionary<string, string> { ["Gold:MaxFiles"] = "100" });
        string[] some = [.. Enumerable.Range(0, 101).Select(number => string.Create(CultureInfo.InvariantCulture, $"Queen/{number}.jpg"))];
        string[] many = [.. Enumerable.Range(0, 60_000).Select(number => string.Create(CultureInfo.InvariantCulture, $"Queen/{number}.jpg"))];

        var few = await pipeline.AddGoldAsync("Queen", ("some.zip", TestZips.Overlapping(some, 10, 10)));
        var lots = await pipeline.AddGoldAsync("Queen", ("many.zip", TestZips.Overlapping(many, 10, 10)));

        Assert.StartsWith("Refused some.zip: unreadable_entry. It has 101 entries, and 100 are taken", few.EventOf("some.zip"), StringComparison.Ordinal);
        Assert.StartsWith("Refused many.zip: unreadable_entry. Its directory is longer", lots.EventOf("many.zip"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_FilesThatAreTwoThings_AreKeptAsWhatTheyShow()
    {
        await using var pipeline = await TestPipeline.StartAsync(Backend.Embedded);
        var picture = CrashScenarios.Picture(1);
        byte[] both = [.. picture, .. TestZips.Of(("Fire/hidden.jpg", CrashScenarios.Picture(2)))];
        byte[] zipFirst = [.. TestZips.Of(("Queen/inside.jpg", CrashScenarios.Picture(3))), .. picture];

        var result = await pipeline.AddGoldAsync("Queen", ("both.zip", both), ("first.jpg", zipFirst), ("page.html", [.. picture, .. TestImages.Html()]));

        // A picture with something behind it is a picture, and only that is ever served; a zip with something behind it is torn or a zip, never a picture.
        var files = await pipeline.GoldFilesAsync();
        Assert.All(files, file => Assert.EndsWith(".jpg", file, StringComparison.Ordinal));
        Assert.DoesNotContain(files, file => file.Contains("hidden", StringComparison.Ordinal) || file.Contains("first", StringComparison.Ordinal));
        Assert.Equal(RunStatus.Succeeded, result.Run.Status);
        foreach (var file in files)
        {
            Assert.Equal([0xFF, 0xD8, 0xFF], (await pipeline.ReadAsync(ObjectKeys.Gold + file))[..3]);
        }
    }
}
