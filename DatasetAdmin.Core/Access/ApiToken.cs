namespace DatasetAdmin.Core.Access;

/// <summary>A personal token for the API. The token itself is shown once and never stored. Times are UTC.</summary>
public sealed class ApiToken
{
    public required Guid Id { get; init; }

    /// <summary>Whose it is: a token can never do more than its user can at that moment.</summary>
    public required Guid UserId { get; init; }

    /// <summary>What its user calls it.</summary>
    public required string Name { get; init; }

    /// <summary>The SHA-256 of the token, in hex. The token is random and long, so that nothing slower is needed.</summary>
    public required string Hash { get; init; }

    /// <summary>The token's first characters, by which people recognize it.</summary>
    public required string Beginning { get; init; }

    /// <summary>The most that it may do.</summary>
    public required UserRole Role { get; init; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>Null: it doesn't expire.</summary>
    public DateTime? ExpiresAt { get; init; }

    /// <summary>To the minute; null before its first use.</summary>
    public DateTime? LastUsedAt { get; set; }

    public DateTime? RevokedAt { get; set; }
}
