using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.ImageLists;

namespace DatasetAdmin.Tests.Datasets;

public class DatasetInfoTests
{
    [Fact]
    public void Write_SameManifest_GivesTheSameText() => Assert.Equal(DatasetInfo.Write(Manifest()), DatasetInfo.Write(Manifest()));

    [Fact]
    public void Write_NamesHoldMarkup_AreOnlyNames()
    {
        var text = DatasetInfo.Write(Manifest("<img src=x onerror=alert(1)>", "[link](javascript:alert(1))", "![x](http://evil/x.png)", "a|b`c`", "line\nbreak\n# heading"));

        Assert.DoesNotContain("<img", text, StringComparison.Ordinal);
        Assert.DoesNotContain("](", text.Split("## How to load it")[0], StringComparison.Ordinal);
        Assert.DoesNotContain("http://evil", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\n# heading", text, StringComparison.Ordinal);
        Assert.Contains(@"a\|b\`c\`", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ClassWithoutImages_WarnsThatLoadersShiftLabels() =>
        Assert.Contains("Without a single image: Queen.", DatasetInfo.Write(Manifest()), StringComparison.Ordinal);

    [Fact]
    public void Write_MonthIsNotOver_SaysSo() =>
        Assert.Contains("2 days were still to come", DatasetInfo.Write(Manifest() with { DaysToCome = [new(2026, 10, 30), new(2026, 10, 31)] }), StringComparison.Ordinal);

    private static DatasetManifest Manifest(params string[] unmappedFolders) => new()
    {
        DatasetType = "verified",
        Version = "2026-10-v2",
        CreatedAt = new DateTime(2026, 11, 1, 1, 0, 0, DateTimeKind.Utc),
        Year = 2026,
        Month = 10,
        TotalImages = 12,
        GoldImages = 2,
        NewImages = 10,
        CollectionDates = [new(2026, 10, 1)],
        ClassDistribution = new Dictionary<string, long> { ["Fire"] = 12 },
        GoldDistribution = new Dictionary<string, long> { ["Fire"] = 2 },
        CandidateDistribution = new Dictionary<string, long> { ["Fire"] = 10 },
        SchemaVersion = 1,
        RunId = new string('0', 32),
        Status = DatasetManifest.Stable,
        PreviousVersion = "2026-10-v1",
        ContentDigest = new string('a', 64),
        Totals = new(12, 2, 10, 10, 1234, 1, 1, 0, 0, 0),
        Classes = [new(0, "Fire", 12, 2, 10, 10), new(1, "Queen", 0, 0, 0, 0)],
        Splits = null,
        Collections = [new(new(2026, 10, 1), 11, 10, "etag")],
        MissingDays = [],
        EmptyDays = [new(2026, 10, 2)],
        DaysToCome = [],
        Rejections = new Dictionary<string, long> { ["too_small"] = 3 },
        Gold = new(2, new string('b', 64), unmappedFolders, 0),
        Changes = new(1, 2, 3),
        ImagesFile = new ImagesFile("metadata/versions/verified/2026-10/v2/images.parquet", 12, new string('c', 64)),
        LeftOutFile = new ImagesFile("metadata/versions/verified/2026-10/v2/left_out.parquet", 2, new string('d', 64)),
    };
}
