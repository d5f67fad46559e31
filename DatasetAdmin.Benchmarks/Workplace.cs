using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Tests.Support;
using DatasetAdmin.Web.Sample;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace DatasetAdmin.Benchmarks;

/// <summary>What one scenario works on: buckets, a table of predictions in SQLite, and folders that go with it.</summary>
internal sealed class Workplace : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("datasetadmin-bench-").FullName;
    private readonly List<Prediction> _predictions = [];
    private readonly S3Server? _server;
    private readonly string _bucket = $"b{Guid.NewGuid():n}"[..20];

    private Workplace(S3Server? server) => _server = server;

    /// <summary>The keys of the photos of each day.</summary>
    public Dictionary<DateOnly, List<string>> Keys { get; } = [];

    /// <summary>Those that were added, in their order.</summary>
    public IReadOnlyList<Prediction> Predictions => _predictions;

    /// <summary>On the Ceph server, or the one that <see cref="TestServers.S3Variable"/> names.</summary>
    public static async Task<Workplace> OnS3Async() => new(await TestServers.CephAsync());

    public static Workplace On(S3Server server) => new(server);

    public static Workplace OnFiles() => new(null);

    /// <summary>Settings of the program with this photo bucket; each name has an artifacts bucket and a data folder of its own.</summary>
    public Dictionary<string, string> Settings(string name)
    {
        // The file store's buckets lie under the data folder.
        var folder = Directory.CreateDirectory(Path.Combine(_folder, _server is null ? "files" : name)).FullName;
        var settings = new Dictionary<string, string>
        {
            ["DataFolder"] = folder,
            ["Buckets:Photos"] = $"{_bucket}-photos",
            ["Buckets:Artifacts"] = $"{_bucket}-{name}",
        };
        if (_server is not null)
        {
            settings["Minio:Endpoint"] = _server.Endpoint;
            settings["Minio:AccessKey"] = _server.AccessKey;
            settings["Minio:SecretKey"] = _server.SecretKey;
            settings["Minio:Region"] = _server.Region;
        }

        return settings;
    }

    /// <summary>Uploads photos and adds their predictions, of up to four photos each, to a day.</summary>
    public async Task AddDayAsync(DateOnly day, int photos, Func<int, byte[]> photo)
    {
        var keys = AddPredictions(day, photos);
        using var bucket = await OpenPhotosAsync();
        await Parallel.ForEachAsync(Enumerable.Range(0, photos), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, token) =>
        {
            using var content = new MemoryStream(photo(number));
            await bucket.Store.PutAsync(keys[number], content, "image/jpeg", token);
        });
    }

    /// <summary>Adds a day's predictions without any photo in the bucket; returns the keys that they name.</summary>
    public List<string> AddPredictions(DateOnly day, int photos)
    {
        var keys = Enumerable.Range(0, photos).Select(number => $"user-{day:MMdd}-{number / 4}/photo-{number}.jpg").ToList();
        Keys.Add(day, keys);
        var noon = day.ToDateTime(new TimeOnly(6, 0), DateTimeKind.Utc);
        foreach (var (index, some) in keys.Chunk(4).Index())
        {
            var number = _predictions.Count;
            var face = Faces[number % Faces.Length];
            _predictions.Add(new Prediction(
                Id(number), $"user-{number / 2}", $"[{string.Join(", ", some.Select(key => $"\"{key}\""))}]", null, face, face, IsVerified: number % 3 == 0,
                number % 3 == 0 ? "7" : null, number % 3 == 0 ? noon : null, noon.AddMilliseconds(index * 100), 0.75, null));
        }

        return keys;
    }

    /// <summary>Writes the table to where the settings of this name say.</summary>
    public Task WriteTableAsync(IReadOnlyDictionary<string, string> settings)
    {
        var path = TablePath(settings);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return SampleDatabase.WriteAsync(path, _predictions, CancellationToken.None);
    }

    /// <summary>Gives the day's first predictions, of four photos each, another class.</summary>
    public static async Task RelabelAsync(IReadOnlyDictionary<string, string> settings, DateOnly day, int predictions)
    {
        await using var connection = new SqliteConnection($"Data Source={TablePath(settings)};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = """
            UPDATE user_styles SET style_id = CASE style_id WHEN 'Queen' THEN 'Fire' ELSE 'Queen' END
            WHERE id IN (SELECT id FROM user_styles WHERE created_at LIKE $day || '%' ORDER BY id LIMIT $predictions)
            """;
        command.Parameters.AddWithValue("$day", $"{day:yyyy-MM-dd}");
        command.Parameters.AddWithValue("$predictions", predictions);
        await command.ExecuteNonQueryAsync();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static string[] Faces { get; } =
        ["Aristocratic", "Business", "Fire", "Fragile", "Heroin", "Inferno", "Melting", "Queen", "Renaissance", "Serious", "Soft", "Strong", "Sunny", "Vintage", "Warm"];

    public static string Id(int number) => new Guid(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]).ToString();

    private static string TablePath(IReadOnlyDictionary<string, string> settings) => Path.Combine(settings["DataFolder"], "sample", "user_styles.db");

    private async Task<Bucket> OpenPhotosAsync()
    {
        var settings = Settings("upload");
        if (_server is null)
        {
            var files = new FileObjectStore(Path.Combine(settings["DataFolder"], "store"), settings["Buckets:Photos"]);
            await files.PrepareAsync(create: true, CancellationToken.None);
            return new(files, null);
        }

        var options = new MinioOptions { Endpoint = _server.Endpoint, AccessKey = _server.AccessKey, SecretKey = _server.SecretKey, Region = _server.Region };
        var connection = new MinioConnection(options, NullLogger<MinioObjectStore>.Instance);
        var store = new MinioObjectStore(connection, settings["Buckets:Photos"], readOnly: false, NullLogger<MinioObjectStore>.Instance);
        await store.PrepareAsync(create: true, CancellationToken.None);
        return new(store, connection);
    }

    private sealed record Bucket(IObjectStore Store, MinioConnection? Connection) : IDisposable
    {
        public void Dispose() => Connection?.Dispose();
    }
}
