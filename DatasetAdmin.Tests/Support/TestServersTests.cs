using Minio;
using Minio.DataModel.Args;
using Npgsql;

namespace DatasetAdmin.Tests.Support;

public class TestServersTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CreateDatabaseAsync_Twice_GivesTwoEmptyDatabases()
    {
        var server = await TestServers.PostgresAsync();

        var first = await server.CreateDatabaseAsync(Cancellation);
        var second = await server.CreateDatabaseAsync(Cancellation);
        await ExecuteAsync(first, "CREATE TABLE only_here (id int)");

        Assert.StartsWith("PostgreSQL", (string?)await ExecuteAsync(second, "SELECT version()"), StringComparison.Ordinal);
        Assert.Equal(false, await ExecuteAsync(second, "SELECT to_regclass('only_here') IS NOT NULL"));
    }

    [Fact]
    public async Task RestartAsync_OfAnOwnPostgres_KeepsItsData()
    {
        await using var server = await TestServers.OwnPostgresAsync();
        var database = await server.CreateDatabaseAsync(Cancellation);
        await ExecuteAsync(database, "CREATE TABLE kept AS SELECT 7 AS id");

        await server.StopAsync();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ExecuteAsync(database, "SELECT id FROM kept"));
        await server.StartAsync();

        Assert.Equal(7, await ExecuteAsync(database, "SELECT id FROM kept"));
    }

    [Theory]
    [InlineData("ceph")]
    [InlineData("swift")]
    public async Task S3Server_SignedRequests_AreAnswered(string name)
    {
        var server = name == "ceph" ? await TestServers.CephAsync() : await TestServers.SwiftAsync();
        using var client = Client(server);
        var bucket = $"smoke-{Guid.NewGuid():N}";

        await client.MakeBucketAsync(new MakeBucketArgs().WithBucket(bucket), Cancellation);
        var buckets = await client.ListBucketsAsync(Cancellation);

        Assert.Contains(buckets.Buckets, b => b.Name == bucket);
    }

    [Fact]
    public async Task StartAsync_OfAStoppedCeph_KeepsItsObjects()
    {
        await using var server = await TestServers.OwnCephAsync();
        using var client = Client(server);
        await client.MakeBucketAsync(new MakeBucketArgs().WithBucket("kept"), Cancellation);
        using var content = new MemoryStream([1, 2, 3]);
        await client.PutObjectAsync(new PutObjectArgs().WithBucket("kept").WithObject("a").WithStreamData(content).WithObjectSize(3), Cancellation);

        await server.StopAsync();
        await server.StartAsync();
        var found = await client.StatObjectAsync(new StatObjectArgs().WithBucket("kept").WithObject("a"), Cancellation);

        Assert.Equal(3, found.Size);
    }

    private static IMinioClient Client(S3Server server) => new MinioClient()
        .WithEndpoint(server.Endpoint).WithCredentials(server.AccessKey, server.SecretKey).WithRegion(server.Region).Build();

    private static async Task<object?> ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancellation);
    }
}
