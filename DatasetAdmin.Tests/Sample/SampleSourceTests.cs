using DatasetAdmin.Core.Storage;
using DatasetAdmin.Web.Sample;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace DatasetAdmin.Tests.Sample;

public sealed class SampleSourceTests : IDisposable
{
    private static readonly SampleOptions s_tiny = new(Predictions: 30, Days: 10, GoldPerClass: 1);

    private readonly string _folder = Directory.CreateTempSubdirectory("sample-").FullName;
    private readonly Buckets _buckets;
    private readonly SampleSource _source;
    private readonly SamplePlan _plan = SamplePlanner.Make(s_tiny, new(2026, 11, 23), "style-photos");

    public SampleSourceTests()
    {
        _buckets = new(new FileObjectStore(Path.Combine(_folder, "store"), "style-photos"), new FileObjectStore(Path.Combine(_folder, "store"), "ml-artifacts"));
        _source = new(_buckets, _folder, new FakeTimeProvider(new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero)));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task MakeAsync_EmptyFolder_MakesRowsPhotosAndGold()
    {
        await PrepareAsync();
        var (last, total) = (0, 0);

        var made = await _source.MakeAsync(s_tiny, again: false, (done, all) => (last, total) = (Math.Max(last, done), all), Token);

        Assert.True(made);
        Assert.Equal((total, total), (last, _plan.Photos.Count + _plan.Gold.Count));
        Assert.Equal(_plan.Predictions.Select(row => row.Id), await IdsAsync());
        Assert.Equal(_plan.Photos.Select(photo => photo.Key).Order(StringComparer.Ordinal), (await ListAsync(_buckets.Photos)).Select(item => item.Key).Order(StringComparer.Ordinal));
        Assert.Equal(_plan.Gold.Select(photo => photo.Key).Order(StringComparer.Ordinal), (await ListAsync(_buckets.Artifacts)).Select(item => item.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task MakeAsync_Photos_AreAsBrokenAndAsOldAsPlanned()
    {
        await PrepareAsync();
        await _source.MakeAsync(s_tiny, again: false, null, Token);

        var stored = (await ListAsync(_buckets.Photos)).ToDictionary(item => item.Key);
        Assert.All(_plan.Photos, photo =>
        {
            Assert.Equal(photo.Picture.Content == SampleContent.Empty, stored[photo.Key].Size == 0);
            Assert.Equal(photo.Uploaded, stored[photo.Key].LastModified, TimeSpan.FromSeconds(2));
        });
        Assert.StartsWith("<!doctype html>", System.Text.Encoding.UTF8.GetString(await BytesAsync(SampleContent.HtmlPage)), StringComparison.Ordinal);
        Assert.StartsWith("GIF8", System.Text.Encoding.ASCII.GetString(await BytesAsync(SampleContent.AnimatedGif)), StringComparison.Ordinal);
        using var tiny = NetVips.Image.NewFromBuffer(await BytesAsync(SampleContent.Tiny));
        Assert.True(Math.Min(tiny.Width, tiny.Height) < 64);
        var truncated = await BytesAsync(SampleContent.TruncatedJpeg);
        Assert.Equal([0xff, 0xd8], truncated[..2]);
        Assert.NotEqual([0xff, 0xd9], truncated[^2..]);
    }

    [Fact]
    public async Task MakeAsync_AlreadyThere_LeavesItAloneUnlessAgain()
    {
        await PrepareAsync();
        await _source.MakeAsync(s_tiny, again: false, null, Token);
        var before = File.GetLastWriteTimeUtc(SampleSource.DatabasePath(_folder));

        Assert.False(await _source.MakeAsync(s_tiny, again: false, null, Token));
        Assert.Equal(before, File.GetLastWriteTimeUtc(SampleSource.DatabasePath(_folder)));
        Assert.True(await _source.MakeAsync(s_tiny with { Seed = 3 }, again: true, null, Token));
        Assert.NotEqual(_plan.Predictions[0].Id, (await IdsAsync())[0]);
    }

    [Fact]
    public async Task MakeAsync_Cancelled_LeavesNoDatabase()
    {
        await PrepareAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _source.MakeAsync(s_tiny, again: false, (done, _) =>
        {
            if (done == 5)
            {
                cancel.Cancel();
            }
        }, cancel.Token));

        Assert.Empty(Directory.GetFiles(Path.Combine(_folder, "sample")));
        Assert.True(await _source.MakeAsync(s_tiny, again: false, null, Token));
    }

    private async Task PrepareAsync()
    {
        await _buckets.Photos.PrepareAsync(create: true, Token);
        await _buckets.Artifacts.PrepareAsync(create: true, Token);
    }

    private async Task<byte[]> BytesAsync(SampleContent content)
    {
        using var bytes = new MemoryStream();
        var key = _plan.Photos.First(photo => photo.Picture.Content == content).Key;
        Assert.True(await _buckets.Photos.ReadAsync(key, (_, stream, token) => stream.CopyToAsync(bytes, token), Token));
        return bytes.ToArray();
    }

    private static async Task<List<StoredObject>> ListAsync(IObjectStore store)
    {
        var all = new List<StoredObject>();
        await foreach (var item in store.ListAsync("", null, Token))
        {
            all.Add(item);
        }

        return all;
    }

    private async Task<List<string>> IdsAsync()
    {
        await using var connection = new SqliteConnection($"Data Source={SampleSource.DatabasePath(_folder)};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync(Token);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT id FROM user_styles ORDER BY created_at, rowid";
        await using var rows = await command.ExecuteReaderAsync(Token);
        var ids = new List<string>();
        while (await rows.ReadAsync(Token))
        {
            ids.Add(rows.GetString(0));
        }

        return ids;
    }
}
