using System.Diagnostics;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace DatasetAdmin.Tests.Storage;

/// <summary>Large objects must not be held in memory. Alone, because what others allocate would count.</summary>
[Collection(nameof(ObjectStoreMemoryTests))]
public sealed class ObjectStoreMemoryTests
{
    private const long Large = 70_000_000;
    private const long Most = 8_000_000;

    [CollectionDefinition(nameof(ObjectStoreMemoryTests), DisableParallelization = true)]
    public sealed class Alone;

    [Theory]
    [InlineData("ceph", true)]
    [InlineData("ceph", false)]
    [InlineData("swift", true)]
    [InlineData("swift", false)]
    [InlineData("file", true)]
    [InlineData("file", false)]
    public async Task PutAndRead_SeventyMegabytes_AllocateFarLess(string kind, bool seekable)
    {
        var token = TestContext.Current.CancellationToken;
        var root = Directory.CreateTempSubdirectory("store-");
        using var connection = kind switch
        {
            "ceph" => (await TestServers.CephAsync()).Connect(),
            "swift" => (await TestServers.SwiftAsync()).Connect(),
            _ => null,
        };
        IObjectStore store = connection is null
            ? new FileObjectStore(root.FullName, "bucket")
            : new MinioObjectStore(connection, $"t-{Guid.NewGuid():N}", readOnly: false, NullLogger<MinioObjectStore>.Instance);
        await store.PrepareAsync(create: true, token);
        await MoveAsync(1_000_000);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        await MoveAsync(Large);

        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{kind}, seekable {seekable}: {allocated:N0} bytes allocated, peak working set {Process.GetCurrentProcess().PeakWorkingSet64:N0}");
        Assert.InRange(allocated, 0, Most);
        await store.DeleteAsync(["large"], token);
        root.Delete(recursive: true);

        async Task MoveAsync(long length)
        {
            await store.PutAsync("large", new TestContent(length, seekable), "application/octet-stream", token);
            await store.ReadAsync("large", (_, body, reading) => body.CopyToAsync(Stream.Null, reading), token);
        }
    }
}
