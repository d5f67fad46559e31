using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace DatasetAdmin.Tests.Storage;

/// <summary>The contract on Ceph, which enforces conditional writes and ignores a copy's.</summary>
public sealed class MinioObjectStoreOnCephTests : ObjectStoreContract
{
    private MinioConnection? _connection;

    [Fact]
    public void HonoursConditions_OnCeph_IsTrue() => Assert.True(Store.HonoursConditions);

    public override ValueTask DisposeAsync()
    {
        _connection?.Dispose();
        return base.DisposeAsync();
    }

    protected override async Task<IObjectStore> OpenAsync(string bucket)
    {
        _connection ??= (await TestServers.CephAsync()).Connect();
        return new MinioObjectStore(_connection, bucket, readOnly: false, NullLogger<MinioObjectStore>.Instance);
    }
}

/// <summary>The contract on Swift, which refuses conditional writes and enforces a copy's.</summary>
public sealed class MinioObjectStoreOnSwiftTests : ObjectStoreContract
{
    private MinioConnection? _connection;

    [Fact]
    public void HonoursConditions_OnSwift_IsFalse() => Assert.False(Store.HonoursConditions);

    public override ValueTask DisposeAsync()
    {
        _connection?.Dispose();
        return base.DisposeAsync();
    }

    protected override async Task<IObjectStore> OpenAsync(string bucket)
    {
        _connection ??= (await TestServers.SwiftAsync()).Connect();
        return new MinioObjectStore(_connection, bucket, readOnly: false, NullLogger<MinioObjectStore>.Instance);
    }
}

internal static class S3ServerExtensions
{
    /// <param name="network">Where faults come from; null is the real network.</param>
    public static MinioConnection Connect(this S3Server server, HttpMessageHandler? network = null, MinioLimits? limits = null) => new(
        new MinioOptions { Endpoint = server.Endpoint, AccessKey = server.AccessKey, SecretKey = server.SecretKey, Region = server.Region },
        NullLogger<MinioObjectStore>.Instance,
        limits ?? new MinioLimits(),
        network);
}
