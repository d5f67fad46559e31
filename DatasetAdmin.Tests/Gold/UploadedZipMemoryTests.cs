using System.Globalization;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Tests.Commands;
using DatasetAdmin.Tests.Support;

namespace DatasetAdmin.Tests.Gold;

/// <summary>What a zip of very many entries takes. Alone, because what others take would count.</summary>
[Collection(AloneCollection.Name)]
public class UploadedZipMemoryTests
{
    [Theory]
    [InlineData(Backend.Embedded)]
    [InlineData(Backend.Servers)]
    public async Task Add_TenThousandTinyEntries_EachIsRecordedAndMemoryStaysFlat(Backend backend)
    {
        await using var pipeline = await TestPipeline.StartAsync(backend);
        var zip = TestZips.Of([.. Enumerable.Range(0, 10_000).Select(number => (string.Create(CultureInfo.InvariantCulture, $"Queen/{number}.jpg"), BitConverter.GetBytes(number)))]);
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        GC.Collect();
        var before = process.WorkingSet64;

        var result = await pipeline.AddGoldAsync(null, ("tiny.zip", zip));

        process.Refresh();
        Assert.Equal((RunStatus.Succeeded, "Added 0 images to gold; 0 were there already, 10000 refused."), (result.Run.Status, result.Run.Result));
        Assert.Equal(10_000, result.Events.Count);
        Assert.InRange(process.WorkingSet64 - before, long.MinValue, 200L * 1024 * 1024);
        Assert.Empty(await pipeline.GoldFilesAsync());
    }
}
