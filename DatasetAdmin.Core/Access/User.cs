using Microsoft.AspNetCore.Identity;

namespace DatasetAdmin.Core.Access;

/// <summary>What somebody may do; each role may also do what those before it may.</summary>
public enum UserRole
{
    /// <summary>Browse, compare, download documents.</summary>
    Viewer,

    /// <summary>Also collect, build, cancel, change gold.</summary>
    Operator,

    /// <summary>Also users, pauses, settings, tokens of others, the audit log.</summary>
    Admin,
}

/// <summary>Somebody who may sign in. The name is the e-mail address; times are UTC.</summary>
public sealed class User : IdentityUser<Guid>
{
    public User()
    {
        Id = Guid.CreateVersion7();
        SecurityStamp = Guid.NewGuid().ToString();
    }

    public UserRole Role { get; set; }

    /// <summary>Signs in no more, and whoever is signed in is out within a minute. Users are never deleted: the audit log names them.</summary>
    public bool IsDisabled { get; set; }

    public DateTime CreatedAt { get; init; }

    public DateTime? LastSignInAt { get; set; }
}
