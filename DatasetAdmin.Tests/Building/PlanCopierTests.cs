using System.Security.Cryptography;
using System.Text;
using DatasetAdmin.Core.Building;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Tests.Building;

/// <summary>A folder of so many images that one more is verified by asking for it alone, not by listing them all again.</summary>
public sealed class PlanCopierTests : IAsyncLifetime
{
    private const string Prefix = "datasets/full/2026-10/";
    private const int Held = 1200;
    private readonly string _folder = Directory.CreateTempSubdirectory("datasetadmin-").FullName;
    private readonly RunProgress _progress = new(TimeProvider.System);
    private FileObjectStore _artifacts = null!;
    private ListDatabase _database = null!;
    private PlanCopier _copier = null!;

    public async ValueTask InitializeAsync()
    {
        _artifacts = new FileObjectStore(_folder, "artifacts");
        await _artifacts.PrepareAsync(create: true, TestContext.Current.CancellationToken);
        _database = ListDatabase.Create(_folder, new ImageListOptions());
        _database.Execute("CREATE TABLE copies (path VARCHAR, day DATE, file VARCHAR, from_etag VARCHAR, bytes BIGINT, etag VARCHAR, sha256 VARCHAR)");
        var held = await PutAsync(ObjectKeys.Gold + "Queen/held.jpg", "held");
        for (var number = 0; number < Held; number++)
        {
            await _artifacts.CopyAsync("artifacts", held.Key, held.ETag, $"{Prefix}Queen/{number:0000}.jpg", TestContext.Current.CancellationToken);
        }

        var added = await PutAsync(ObjectKeys.Gold + "Fire/new.jpg", "new");
        _database.Execute($"INSERT INTO copies SELECT printf('Queen/%04d.jpg', n), NULL, 'Queen/held.jpg', '{held.ETag}', {held.Size}, '{held.ETag}', '{Sha256("held")}' FROM range({Held}) t(n)");
        _database.Execute($"INSERT INTO copies VALUES ('Fire/new.jpg', NULL, 'Fire/new.jpg', '{added.ETag}', {added.Size}, '{added.ETag}', '{Sha256("new")}')");
        _copier = new PlanCopier(_artifacts, _database, Prefix, concurrency: 4);
        await _copier.ListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, _copier.Missing);
        Assert.Empty(await _copier.CopyAsync(_progress, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task VerifyAsync_OneOfManyWasCopied_FindsItThere()
    {
        await _copier.VerifyAsync(_progress, TestContext.Current.CancellationToken);

        Assert.NotNull(await _artifacts.FindOrNullAsync(Prefix + "Fire/new.jpg", TestContext.Current.CancellationToken));
        Assert.Empty(_copier.Unnamed().Own);
    }

    [Fact]
    public async Task VerifyAsync_TheCopyIsGone_SaysWhich()
    {
        await _artifacts.DeleteAsync([Prefix + "Fire/new.jpg"], TestContext.Current.CancellationToken);

        var fault = await Assert.ThrowsAsync<ObjectStoreException>(() => _copier.VerifyAsync(_progress, TestContext.Current.CancellationToken));

        Assert.Contains(Prefix + "Fire/new.jpg", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VerifyAsync_TheCopyHasOtherBytesOfTheSameLength_SaysWhich()
    {
        await PutAsync(Prefix + "Fire/new.jpg", "old");

        var fault = await Assert.ThrowsAsync<ObjectStoreException>(() => _copier.VerifyAsync(_progress, TestContext.Current.CancellationToken));

        Assert.Contains(Prefix + "Fire/new.jpg", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VerifyAsync_TheCopyHasAnotherETagAndTheSameBytes_TakesIt()
    {
        await PutAsync(Prefix + "Fire/new.jpg", "new");

        await _copier.VerifyAsync(_progress, TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task<StoredObject> PutAsync(string key, string text)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await _artifacts.PutAsync(key, content, ContentTypes.Text, TestContext.Current.CancellationToken);
    }

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
