namespace DatasetAdmin.Core.Access;

public enum AuditAction
{
    SignIn,
    SignOut,
    Setup,
    Collect,
    Build,
    Check,
    Cancel,
    AddGold,
    RemoveGold,
    IndexGold,
    Pause,
    Resume,
    TestAlerts,
    CreateUser,
    ChangeUser,
    ChangePassword,
    ChangeSecondFactor,
    CreateToken,
    RevokeToken,
    DownloadOriginal,
    ExportAudit,
}

public enum AuditOutcome
{
    Done,

    /// <summary>Who asked may not, or couldn't prove who they are: nothing was done.</summary>
    Refused,
}

/// <summary>By which way somebody came.</summary>
public enum AuditChannel
{
    Site,
    Api,
    CommandLine,
}

/// <summary>Who did what to which target, when, and from where. Never changed and never deleted: the database itself refuses it.</summary>
public sealed class AuditEntry
{
    /// <summary>Grows with each entry.</summary>
    public long Id { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime At { get; init; }

    /// <summary>The user's name at that moment, or what somebody who isn't one called themselves.</summary>
    public required string Actor { get; init; }

    /// <summary>Null where who asked isn't a user.</summary>
    public Guid? ActorId { get; init; }

    public required AuditChannel Channel { get; init; }

    /// <summary>The network address; null where there is none.</summary>
    public string? Address { get; init; }

    public required AuditAction Action { get; init; }

    public required AuditOutcome Outcome { get; init; }

    /// <summary>What it was done to, such as <c>2026-11-06</c>, <c>verified/2026-10</c>, a user or a key; empty where there is nothing.</summary>
    public required string Target { get; init; }

    /// <summary>What else is to be known, such as from what to what. Never a secret.</summary>
    public string? Detail { get; init; }
}
