using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace DatasetAdmin.Tests.Support;

/// <summary>A product's <c>user_styles</c> that a test writes to, on PostgreSQL or SQLite.</summary>
public sealed class TestPredictions
{
    private readonly Func<DbConnection> _connect;
    private readonly bool _isPostgres;

    private TestPredictions(Func<DbConnection> connect, bool isPostgres) => (_connect, _isPostgres) = (connect, isPostgres);

    /// <summary>Makes the empty table where the settings say that it is read.</summary>
    public static async Task<TestPredictions> CreateAsync(Dictionary<string, string> settings)
    {
        TestPredictions predictions;
        if (settings.TryGetValue("ConnectionStrings:UserStyles", out var connectionString))
        {
            predictions = new(() => new NpgsqlConnection(connectionString), isPostgres: true);
            await predictions.ExecuteAsync("""
                CREATE TABLE user_styles (id uuid PRIMARY KEY, user_id uuid, photo_urls jsonb, style_id varchar, initial_prediction varchar, is_verified boolean,
                    verified_by int, verified_at timestamp, created_at timestamptz NOT NULL, confidence double precision)
                """);
        }
        else
        {
            var path = Path.Combine(settings["DataFolder"], "sample", "user_styles.db");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            predictions = new(() => new SqliteConnection($"Data Source={path}"), isPostgres: false);
            await predictions.ExecuteAsync("""
                CREATE TABLE user_styles (id TEXT PRIMARY KEY, user_id TEXT, photo_urls TEXT, style_id TEXT, initial_prediction TEXT, is_verified INTEGER,
                    verified_by INTEGER, verified_at TEXT, created_at TEXT NOT NULL, confidence REAL)
                """);
        }

        return predictions;
    }

    /// <summary>Adds a row; a number gives its id, so that tests can name it.</summary>
    /// <param name="photoUrls">The raw JSON of <c>photo_urls</c>, or null.</param>
    public Task AddAsync(int number, DateTime createdAt, string style, string? photoUrls, bool isVerified = false, int user = 1, string? initial = null) => ExecuteAsync(
        _isPostgres
            ? "INSERT INTO user_styles VALUES (@id::uuid, @user::uuid, @urls::jsonb, @style, @initial, @verified, @by, @at, @created, 0.75)"
            : "INSERT INTO user_styles VALUES (@id, @user, @urls, @style, @initial, @verified, @by, @at, @created, 0.75)",
        ("id", Id(number)),
        ("user", Id(1_000_000 + user)),
        ("urls", photoUrls),
        ("style", style),
        ("initial", initial ?? style),
        ("verified", isVerified),
        ("by", isVerified ? 7 : null),
        ("at", isVerified ? Time(DateTime.SpecifyKind(createdAt.AddHours(1), _isPostgres ? DateTimeKind.Unspecified : DateTimeKind.Utc)) : null),
        ("created", Time(createdAt)));

    /// <summary>Adds a row whose photos are these keys, as the product writes them.</summary>
    public Task AddAsync(int number, DateTime createdAt, string style, bool isVerified, params string[] keys) =>
        AddAsync(number, createdAt, style, JsonSerializer.Serialize(keys), isVerified, number);

    public Task RelabelAsync(int number, string style, bool isVerified = true) =>
        ExecuteAsync($"UPDATE user_styles SET style_id = @style, is_verified = @verified WHERE {Where}", ("style", style), ("verified", isVerified), ("id", Id(number)));

    public Task DeleteAsync(int number) => ExecuteAsync($"DELETE FROM user_styles WHERE {Where}", ("id", Id(number)));

    /// <summary>The id of the row with a number.</summary>
    public static string Id(int number) => new Guid(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]).ToString();

    public async Task ExecuteAsync(string sql, params (string Name, object? Value)[] values)
    {
        await using var connection = _connect();
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value ?? DBNull.Value);
            command.Parameters.Add(parameter);
        }

        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private string Where => _isPostgres ? "id = @id::uuid" : "id = @id";

    private object Time(DateTime time) => _isPostgres ? time : time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
