namespace DatasetAdmin.Core.Access;

/// <summary>Who asks for something, by which way, and what they may do at this moment.</summary>
/// <param name="Name">The user's name, as runs and the audit log show it.</param>
/// <param name="Role">What they may do; null: nothing.</param>
/// <param name="Address">Their network address, where there is one.</param>
public sealed record Actor(string Name, Guid? UserId, UserRole? Role, AuditChannel Channel, string? Address)
{
    /// <summary>Whether they may do what a role may.</summary>
    public bool May(UserRole role) => Role >= role;
}

/// <summary>Who asked may not do that. Nothing was done; the message is for them.</summary>
public sealed class AccessRefusedException(string message) : Exception(message);
