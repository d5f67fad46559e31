namespace DatasetAdmin.Core.Access;

/// <summary>A one-time code that makes an admin, as it is printed where only who runs the program reads. Deleted by its use.</summary>
public sealed class SetupLink
{
    /// <summary>The SHA-256 of the code, in hex.</summary>
    public required string Hash { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime ExpiresAt { get; init; }
}
