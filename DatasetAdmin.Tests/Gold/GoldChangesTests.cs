using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Gold;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Tests.Gold;

/// <summary>What is added to gold and removed from it, and how that is recorded.</summary>
public class GoldChangesTests
{
    public static TheoryData<Backend> Backends => [Backend.Embedded, Backend.Servers];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Add_ImagesOfSeveralFormats_LieInTheClassesFolderByTheirContent(Backend backend)
    {
        await using var pipeline = await TestPipeline.StartAsync(backend);
        await pipeline.PutArtifactAsync("datasets/gold/warm_woman/old.jpg", CrashScenarios.Picture(1));

        var warm = await pipeline.AddGoldAsync("Warm", ("a portrait (1).jpg", CrashScenarios.Picture(2)), ("b.jpg", TestImages.Png(3, 72, 80)), ("café 写真.webp", TestImages.WebP(4, 72, 80)));
        var queen = await pipeline.AddGoldAsync("Queen", ("..", CrashScenarios.Picture(5)), ("写真.jpg", CrashScenarios.Picture(6)));

        Assert.Equal(["Queen/image.jpg", "warm_woman/a-portrait-1.jpg", "warm_woman/b.png", "warm_woman/caf.webp", "warm_woman/old.jpg"], await pipeline.GoldFilesAsync());
        Assert.Equal(TestImages.Png(3, 72, 80), await pipeline.ReadAsync("datasets/gold/warm_woman/b.png"));
        Assert.Equal((RunKind.ChangeGold, "gold", "somebody", RunStatus.Succeeded), (warm.Run.Kind, warm.Run.Target, warm.Run.RequestedBy, warm.Run.Status));
        Assert.Equal("Added 3 images to gold; 0 were there already, 0 refused.", warm.Run.Result);
        Assert.Equal($"Added b.jpg as warm_woman/b.png, SHA-256 {Hashes.Sha256(TestImages.Png(3, 72, 80))}.", warm.EventOf("b.jpg"));
        Assert.StartsWith("Refused ..: unsafe_name.", Assert.Single(queen.Events, line => line.StartsWith("Refused", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal((1, 1), (queen.Run.Counters["added"], queen.Run.Counters["refused"]));
        var summary = await pipeline.GoldAsync();
        Assert.Equal((5, false), (summary.Images, summary.IsSplit));
        Assert.Equal(["warm_woman"], summary.Classes.Single(item => item.Name == "Warm").Folders);
        Assert.Equal(4, summary.Classes.Single(item => item.Name == "Warm").Images);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Add_FilesThatAreNoPhotos_EachIsRefusedWithItsReason(Backend backend)
    {
        await using var pipeline = await TestPipeline.StartAsync(backend);
        var before = await pipeline.OutsideAsync();
        (string Name, byte[] Bytes, string Reason)[] files =
        [
            ("still gif.jpg", TestImages.StillGif(), "unsupported_format"),
            ("moving.gif", TestImages.AnimatedGif(), "animated_image"),
            ("vector.svg", TestImages.Svg(), "unsupported_format"),
            ("vector.jpg", TestImages.Svg(), "unsupported_format"),
            ("page.jpg", TestImages.Html(), "unsupported_format"),
            ("document.jpg", TestImages.Pdf(), "unsupported_format"),
            ("print.tiff", TestImages.Tiff(), "unsupported_format"),
            ("half.jpg", TestImages.TruncatedJpeg(), "corrupt_image"),
            ("small.jpg", TestImages.Tiny(), "too_small"),
            ("vast.png", TestImages.TooManyPixels(), "too_many_pixels"),
            ("nothing.jpg", [], "empty_object"),
            ("fat.jpg", new byte[(25 * 1024 * 1024) + 1], "too_large"),
            ("archive.zip", [1, 2, 3, 4, 5], "unsupported_format"),
            ("torn.zip", TestZips.Of(("Queen/a.jpg", CrashScenarios.Picture(1)))[..^30], "unreadable_entry"),
        ];

        var result = await pipeline.AddGoldAsync("Queen", [.. files.Select(file => (file.Name, file.Bytes))]);

        Assert.Equal($"Added 0 images to gold; 0 were there already, {files.Length} refused.", result.Run.Result);
        Assert.All(files, file => Assert.StartsWith($"Refused {file.Name}: {file.Reason}. ", result.EventOf(file.Name), StringComparison.Ordinal));
        Assert.Empty(await pipeline.GoldFilesAsync());
        Assert.Equal(before, await pipeline.OutsideAsync());
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Add_BytesThatAreThereOrNameThatIsTaken_NothingIsReplaced(Backend backend)
    {
        await using var pipeline = await TestPipeline.StartAsync(backend);
        await pipeline.PutArtifactAsync("datasets/gold/Queen/a.jpg", CrashScenarios.Picture(1));

        var same = await pipeline.AddGoldAsync("Fire", ("b.jpg", CrashScenarios.Picture(1)), ("c.jpg", CrashScenarios.Picture(2)), ("d.jpg", CrashScenarios.Picture(2)));
        var taken = await pipeline.AddGoldAsync("Queen", ("a.jpg", CrashScenarios.Picture(3)));
        var again = await pipeline.AddGoldAsync("Queen", ("a.jpg", CrashScenarios.Picture(3)));

        var hash = Hashes.Sha256(CrashScenarios.Picture(3))[..8];
        var files = await pipeline.GoldFilesAsync();
        Assert.Equal(["Queen/a.jpg", $"Queen/a_{hash}.jpg"], files.Where(file => file.StartsWith("Queen/", StringComparison.Ordinal)));
        Assert.Single(files, file => file.StartsWith("Fire/", StringComparison.Ordinal));
        Assert.Equal(CrashScenarios.Picture(1), await pipeline.ReadAsync("datasets/gold/Queen/a.jpg"));
        Assert.Equal($"Already there: b.jpg has the same bytes as Queen/a.jpg, SHA-256 {Hashes.Sha256(CrashScenarios.Picture(1))}.", same.EventOf("b.jpg"));
        Assert.Equal((1, 2), (same.Run.Counters["added"], same.Run.Counters["there already"]));
        Assert.Contains($"as Queen/a_{hash}.jpg", taken.EventOf("a.jpg"), StringComparison.Ordinal);
        Assert.Equal("Added 0 images to gold; 1 was there already, 0 refused.", again.Run.Result);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task AddAndRemove_ThenBuild_DatasetFollowsAndTheEarlierListStays(Backend backend)
    {
        await using var pipeline = await TestPipeline.StartAsync(backend, now: CrashLab.Now);
        await CrashScenario.FirstBuild.PrepareAsync(pipeline);
        await pipeline.BuildAsync(CrashLab.Month, DatasetKind.Full);
        var hash = Hashes.Sha256(CrashScenarios.Picture(700));

        await pipeline.AddGoldAsync("Warm", ("new one.jpg", CrashScenarios.Picture(700)));
        await pipeline.BuildAsync(CrashLab.Month, DatasetKind.Full);
        var with = await pipeline.DatasetAsync(CrashLab.Month, DatasetKind.Full);
        Assert.Equal("2026-10-v2", with.Version);
        var row = Assert.Single(await pipeline.RowsAsync(with.ImagesFile), row => (string?)row["sha256"] == hash);
        Assert.Equal(("Warm", "gold"), ((string?)row["class"], (string?)row["origin"]));

        var removed = await pipeline.RemoveGoldAsync("Warm/new-one.jpg", "Warm/no such.jpg");
        await pipeline.BuildAsync(CrashLab.Month, DatasetKind.Full, allowDrops: true);
        var without = await pipeline.DatasetAsync(CrashLab.Month, DatasetKind.Full);

        Assert.Equal("2026-10-v3", without.Version);
        Assert.DoesNotContain(await pipeline.RowsAsync(without.ImagesFile), row => (string?)row["sha256"] == hash);
        Assert.Contains(await pipeline.RowsAsync(with.ImagesFile), row => (string?)row["sha256"] == hash);
        Assert.Equal($"Removed Warm/new-one.jpg, {CrashScenarios.Picture(700).Length} bytes, SHA-256 {hash}.", removed.Events[0]);
        Assert.Equal("Warm/no such.jpg isn't in gold any more.", removed.Events[1]);
        Assert.Equal("Removed 1 image from gold.", removed.Run.Result);
        Assert.True((await pipeline.CheckDeepAsync(CrashLab.Month)).IsSound);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Remove_AllAndWhatIsNoPartOfGold_OnlyGoldGetsEmpty(Backend backend)
    {
        await using var pipeline = await TestPipeline.StartAsync(backend);
        await pipeline.AddGoldAsync("Queen", ("a.jpg", CrashScenarios.Picture(1)), ("b.jpg", CrashScenarios.Picture(2)));
        await pipeline.PutArtifactAsync("datasets/gold/Queen/broken.jpg", TestImages.TruncatedJpeg());
        await pipeline.PutArtifactAsync("datasets/other/Queen/c.jpg", CrashScenarios.Picture(3));
        await pipeline.PutArtifactAsync("datasets/gold/nobody/d.jpg", CrashScenarios.Picture(4));

        var result = await pipeline.RemoveGoldAsync("Queen/a.jpg", "Queen/b.jpg", "Queen/broken.jpg", "../other/Queen/c.jpg", "nobody/d.jpg", "");

        Assert.Equal((RunStatus.Succeeded, "Removed 3 images from gold."), (result.Run.Status, result.Run.Result));
        Assert.Contains(result.Events, line => line == $"Removed Queen/broken.jpg, {TestImages.TruncatedJpeg().Length} bytes, SHA-256 {Hashes.Sha256(TestImages.TruncatedJpeg())}.");
        Assert.Equal(["nobody/d.jpg"], await pipeline.GoldFilesAsync());
        Assert.Equal(["Queen/c.jpg"], await pipeline.ListAsync("datasets/other/"));
        Assert.Equal(0, (await pipeline.GoldAsync()).Images);
        Assert.Equal(RunStatus.Succeeded, (await pipeline.AddGoldAsync("Queen", ("a.jpg", CrashScenarios.Picture(1)))).Run.Status);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Add_SplitGold_OnlyWhatSaysItsSplitIsTaken(Backend backend)
    {
        await using var pipeline = await TestPipeline.StartAsync(backend);
        await pipeline.PutArtifactAsync("datasets/gold/train/queen/a.jpg", CrashScenarios.Picture(1));
        await pipeline.PutArtifactAsync("datasets/gold/Fire/beside.jpg", CrashScenarios.Picture(2));

        var without = await pipeline.AddGoldAsync("Queen", ("b.jpg", CrashScenarios.Picture(3)));
        var with = await pipeline.AddGoldAsync("Queen", "val", ("c.jpg", CrashScenarios.Picture(4)), ("d.zip", TestZips.Of(("test/queen/e.jpg", CrashScenarios.Picture(5)), ("VAL/Queen/f.jpg", CrashScenarios.Picture(6)))));

        Assert.StartsWith("Refused b.jpg: wrong_split. Gold is split", without.EventOf("b.jpg"), StringComparison.Ordinal);
        Assert.StartsWith("Refused test/queen/e.jpg: wrong_split.", with.EventOf("test/queen/e.jpg"), StringComparison.Ordinal);
        Assert.Equal(["Fire/beside.jpg", "train/queen/a.jpg", "val/queen/c.jpg", "val/queen/f.jpg"], await pipeline.GoldFilesAsync());
        var summary = await pipeline.GoldAsync();
        Assert.Equal((true, 3), (summary.IsSplit, summary.Images));
        Assert.Equal([1, 2, 0], summary.Classes.Single(item => item.Name == "Queen").BySplit);
        Assert.Equal(("Fire/beside.jpg", GoldLeftOut.BesideSplits), (Assert.Single(summary.LeftOut).File, summary.LeftOut[0].Reason));
    }

    [Fact]
    public async Task Add_UnsplitGold_SplitImagesDontHideIt()
    {
        await using var pipeline = await TestPipeline.StartAsync(Backend.Embedded);
        await pipeline.AddGoldAsync("Queen", ("a.jpg", CrashScenarios.Picture(1)));

        var result = await pipeline.AddGoldAsync(null, ("b.zip", TestZips.Of(("train/queen/b.jpg", CrashScenarios.Picture(2)))));

        Assert.StartsWith("Refused train/queen/b.jpg: wrong_split. Gold isn't split", result.EventOf("train/queen/b.jpg"), StringComparison.Ordinal);
        Assert.Equal(["Queen/a.jpg"], await pipeline.GoldFilesAsync());
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Index_FilesThatCameBesideTheSite_AreKnownAndUnmappedFoldersNamed(Backend backend)
    {
        await using var pipeline = await TestPipeline.StartAsync(backend);
        await pipeline.AddGoldAsync("Queen", ("a.jpg", CrashScenarios.Picture(1)));
        await pipeline.PutArtifactAsync("datasets/gold/fire_lady/b.jpg", CrashScenarios.Picture(2));
        await pipeline.PutArtifactAsync("datasets/gold/fire_lady/the same.jpg", CrashScenarios.Picture(1));
        await pipeline.PutArtifactAsync("datasets/gold/fire_lady/half.jpg", TestImages.TruncatedJpeg());
        await pipeline.PutArtifactAsync("datasets/gold/nobody/c.jpg", CrashScenarios.Picture(3));
        await pipeline.PutArtifactAsync("datasets/gold/readme.txt", [1]);

        var requested = await pipeline.Services.GetRequiredService<RunQueue>().RequestAsync(GoldChanges.IndexRequest(RunTrigger.Site, "somebody"), Token);
        Assert.True(await pipeline.Services.GetRequiredService<RunWorker>().TryExecuteNextAsync(Token));

        var run = await pipeline.Services.GetRequiredService<RunStore>().FindOrNullAsync(requested.Run.Id, Token);
        Assert.Equal((RunStatus.Succeeded, "The index knows 4 files."), (run?.Status, run?.Result));
        var summary = await pipeline.GoldAsync();
        Assert.Equal(["nobody"], summary.UnmappedFolders);
        Assert.Equal(["readme.txt"], summary.LooseFiles);
        Assert.Equal([("Queen/a.jpg", "same_bytes")], summary.LeftOut.Where(item => item.Reason == "same_bytes").Select(item => (item.File.Replace("fire_lady/the same.jpg", "Queen/a.jpg", StringComparison.Ordinal), item.Reason)));
        Assert.Equal("corrupt_image", summary.LeftOut.Single(item => item.File == "fire_lady/half.jpg").Reason);
        Assert.Equal(2, summary.LeftOutTotal);
    }

    [Fact]
    public async Task CreateUpload_UnknownClassOrSplitOrTooMuch_SaysWhatToWrite()
    {
        await using var pipeline = await TestPipeline.StartAsync(Backend.Embedded, settings: new Dictionary<string, string> { ["Gold:MaxFiles"] = "1", ["Gold:MaxUploadMegabytes"] = "1" });

        Assert.Contains("choose one of Aristocratic", Assert.Throws<GoldUploadException>(() => pipeline.Changes().CreateUpload("../x", null)).Message, StringComparison.Ordinal);
        Assert.Contains("train, val, test", Assert.Throws<GoldUploadException>(() => pipeline.Changes().CreateUpload("Queen", "dev")).Message, StringComparison.Ordinal);
        using var upload = await pipeline.UploadAsync("Queen", null, ("a.jpg", CrashScenarios.Picture(1)));
        var many = await Assert.ThrowsAsync<GoldUploadException>(() => upload.AddAsync("b.jpg", Stream.Null, Token));
        Assert.Contains("Gold:MaxFiles", many.Message, StringComparison.Ordinal);
        var large = await Assert.ThrowsAsync<GoldUploadException>(() => pipeline.UploadAsync("Queen", null, ("a.jpg", new byte[1024 * 1024 + 1])));
        Assert.Contains("Gold:MaxUploadMegabytes", large.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_ThatCantBeMeant_AreNamed()
    {
        var result = new ValidateGoldOptions().Validate(null, new() { MaxUploadMegabytes = 0, MaxFiles = -1, MaxUnpackedMegabytes = 0, MaxCompressionRatio = 1 });

        Assert.Equal(
            ["Gold:MaxUploadMegabytes", "Gold:MaxFiles", "Gold:MaxUnpackedMegabytes", "Gold:MaxCompressionRatio"],
            result.Failures!.Select(failure => failure.Split(' ')[0]));
        Assert.Equal(ValidateOptionsResult.Success, new ValidateGoldOptions().Validate(null, new()));
    }
}
