using System.Globalization;
using DatasetAdmin.Core.Collecting;
using Microsoft.Data.Sqlite;

namespace DatasetAdmin.Web.Sample;

/// <summary>Writes the sample's table in the shape of the product's, as a SQLite file.</summary>
internal static class SampleDatabase
{
    private const string Schema = """
        CREATE TABLE user_styles (
            id TEXT NOT NULL PRIMARY KEY,
            user_id TEXT NOT NULL,
            photo_urls TEXT NULL,
            photo_url TEXT NULL,
            style_id TEXT NOT NULL,
            initial_prediction TEXT NULL,
            is_verified INTEGER NOT NULL,
            verified_by INTEGER NULL,
            verified_at TEXT NULL,
            created_at TEXT NOT NULL,
            updated_at TEXT NULL,
            confidence REAL NULL
        );
        CREATE INDEX user_styles_created_at ON user_styles (created_at, id);
        """;

    private const string Insert = """
        INSERT INTO user_styles (id, user_id, photo_urls, photo_url, style_id, initial_prediction, is_verified, verified_by, verified_at, created_at, updated_at, confidence)
        VALUES ($id, $user_id, $photo_urls, $photo_url, $style_id, $initial_prediction, $is_verified, $verified_by, $verified_at, $created_at, $updated_at, $confidence)
        """;

    /// <summary>Writes a temporary file and then renames it, so that a file at <paramref name="path"/> is always whole.</summary>
    public static async Task WriteAsync(string path, IReadOnlyList<Prediction> predictions, CancellationToken cancellationToken)
    {
        var temporary = $"{path}.{Guid.NewGuid():n}.tmp";
        try
        {
            await FillAsync(temporary, predictions, cancellationToken);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static async Task FillAsync(string path, IReadOnlyList<Prediction> predictions, CancellationToken cancellationToken)
    {
        // Without pooling, so that the file is closed, and whole, when this returns.
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false };
        await using var connection = new SqliteConnection(settings.ToString());
        await connection.OpenAsync(cancellationToken);
        await using var transaction = connection.BeginTransaction();
        await using (var create = connection.CreateCommand())
        {
            create.CommandText = Schema;
            await create.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var insert = connection.CreateCommand();
        insert.CommandText = Insert;
        foreach (var row in predictions)
        {
            insert.Parameters.Clear();
            Add("$id", row.Id);
            Add("$user_id", row.UserId);
            Add("$photo_urls", row.PhotoUrls);
            Add("$photo_url", row.PhotoUrl);
            Add("$style_id", row.StyleId);
            Add("$initial_prediction", row.InitialPrediction);
            Add("$is_verified", row.IsVerified);
            Add("$verified_by", row.VerifiedBy is null ? null : int.Parse(row.VerifiedBy, CultureInfo.InvariantCulture));
            Add("$verified_at", row.VerifiedAt);
            Add("$created_at", row.CreatedAt);
            Add("$updated_at", row.UpdatedAt);
            Add("$confidence", row.Confidence);
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);

        void Add(string name, object? value) => insert.Parameters.AddWithValue(name, value ?? DBNull.Value);
    }
}
