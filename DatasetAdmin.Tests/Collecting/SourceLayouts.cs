using System.Globalization;

namespace DatasetAdmin.Tests.Collecting;

/// <summary>The installations that the sources are held against.</summary>
public static class SourceLayouts
{
    /// <summary>The product's own table.</summary>
    public static SourceLayout Product { get; } = new("PostgreSQL, the product's db_user_styles", true, "db_user_styles",
        """
        CREATE TABLE db_user_styles (
            id uuid PRIMARY KEY, user_id uuid, photo_urls jsonb, photo_url varchar, style_id varchar(50), initial_prediction varchar(50),
            is_verified boolean, verified_by int, verified_at timestamp, created_at timestamptz, updated_at timestamptz, confidence numeric(5, 4));
        CREATE INDEX ON db_user_styles (created_at);
        """,
        """
        VALUES (@id::uuid, '00000000-0000-0000-0000-000000000007', @urls::jsonb, '7/one.jpg', 'Queen', 'Fire', @verified::int::bool, 9,
            '2026-11-07 08:00:00.5', @created::timestamptz, '2026-11-08 09:00:00+01', 0.875)
        """,
        SourceLayout.Uuid, row => row.CreatedAt + "+00");

    /// <summary>Every layout. The odd ones are odd on purpose.</summary>
    public static IReadOnlyList<SourceLayout> All { get; } =
    [
        Product,
        new("PostgreSQL, numbers, json and times without zone", true, "user_styles",
            """
            CREATE TABLE user_styles (
                id bigint PRIMARY KEY, user_id int, photo_urls json, style_id int, initial_prediction int, is_verified smallint,
                verified_by int, verified_at timestamptz, created_at timestamp);
            """,
            "VALUES (@id::bigint, 7, @urls::json, 14, 3, @verified::smallint, 9, '2026-11-07 09:00:00.5+01', @created::timestamp)",
            SourceLayout.Number, row => row.CreatedAt),
        new("PostgreSQL, texts in a schema of its own", true, "app.user_styles",
            """
            CREATE SCHEMA app;
            CREATE TABLE app.user_styles (
                id text PRIMARY KEY, user_id text, photo_urls text, style_id text, initial_prediction text, is_verified text,
                verified_by text, verified_at text, created_at timestamptz, confidence text);
            """,
            "VALUES (@id, '7', @urls, 'queen', 'fire', CASE @verified WHEN '1' THEN 'true' WHEN '0' THEN 'false' END, '9', '2026-11-07T08:00:00.5Z', @created::timestamptz, '0.875')",
            number => $"pré {SourceLayout.Uuid(number)[..9]}{number}", row => row.CreatedAt + "Z"),
        new("PostgreSQL, text[], domains, char(n) and a view", true, "public.styles_view",
            """
            CREATE DOMAIN photo_list AS text[];
            CREATE TABLE styles (
                id char(12) PRIMARY KEY, user_id varchar, photo_urls photo_list, style_id varchar, initial_prediction varchar, is_verified boolean,
                verified_by varchar, verified_at timestamp, created_at timestamp(6), confidence real);
            CREATE VIEW styles_view AS SELECT * FROM styles;
            """,
            """
            VALUES (@id, '7', (SELECT array_agg(e) FROM jsonb_array_elements_text(CASE WHEN @urls::jsonb <> 'null' THEN @urls::jsonb END) AS e), 'Queen', 'Fire',
                @verified::int::bool, '9', '2026-11-07 08:00:00.5', @created::timestamp, 0.875)
            """,
            number => $"p-{number}", row => row.CreatedAt),
        new("SQLite, as the sample", false, "user_styles",
            """
            CREATE TABLE user_styles (
                id TEXT PRIMARY KEY, user_id TEXT, photo_urls TEXT, photo_url TEXT, style_id TEXT, initial_prediction TEXT, is_verified INTEGER,
                verified_by INTEGER, verified_at TEXT, created_at TEXT, updated_at TEXT, confidence REAL);
            CREATE INDEX user_styles_created_at ON user_styles (created_at, id);
            """,
            "VALUES (@id, '7', @urls, '7/one.jpg', 'Queen', 'Fire', @verified, 9, '2026-11-07 08:00:00.5', @created, '2026-11-08 08:00:00', 0.875)",
            number => SourceLayout.Uuid(number), row => row.CreatedAt),
        new("SQLite, times in every form", false, "main.user_styles",
            """
            CREATE TABLE user_styles (
                id INTEGER PRIMARY KEY, user_id INTEGER, photo_urls TEXT, style_id, initial_prediction, is_verified BOOLEAN,
                verified_by, verified_at DATETIME, created_at DATETIME);
            """,
            "VALUES (@id, 7, @urls, 'Queen', 'Fire', @verified, 9, '2026-11-07T08:00:00.5Z', @created)",
            SourceLayout.Number, OddTime),
    ];

    private static string OddTime(TestRow row)
    {
        var time = DateTime.Parse(row.CreatedAt!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
        return (row.Number % 5) switch
        {
            0 => time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
            1 => time.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture),
            2 => time.AddHours(2).ToString("yyyy-MM-ddTHH:mm:ss.FFFFFF+02:00", CultureInfo.InvariantCulture),
            3 => time.AddHours(-11.5).ToString("yyyy-MM-dd HH:mm:ss.ffffff-1130", CultureInfo.InvariantCulture),
            _ when time.Ticks % TimeSpan.TicksPerSecond == 0 => ((time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond).ToString(CultureInfo.InvariantCulture),
            _ => time.AddHours(14).ToString("yyyy-MM-dd HH:mm:ss.ffffff+14", CultureInfo.InvariantCulture),
        };
    }
}
