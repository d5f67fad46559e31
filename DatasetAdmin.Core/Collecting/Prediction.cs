namespace DatasetAdmin.Core.Collecting;

/// <summary>One row of <c>user_styles</c>. Identifiers are text whatever their column's type; times are UTC.</summary>
/// <param name="Id">The row's key as text.</param>
/// <param name="UserId">Null where the row has none.</param>
/// <param name="PhotoUrls">The raw <c>photo_urls</c> value as JSON text, or null.</param>
/// <param name="PhotoUrl">The raw <c>photo_url</c>, used when <paramref name="PhotoUrls"/> gives none; null where the table has no such column.</param>
/// <param name="StyleId">The raw current or verified class or its key.</param>
/// <param name="InitialPrediction">The raw class that the model predicted.</param>
/// <param name="Confidence">0 to 1, or null.</param>
public sealed record Prediction(
    string Id,
    string? UserId,
    string? PhotoUrls,
    string? PhotoUrl,
    string? StyleId,
    string? InitialPrediction,
    bool IsVerified,
    string? VerifiedBy,
    DateTime? VerifiedAt,
    DateTime CreatedAt,
    double? Confidence,
    DateTime? UpdatedAt);
