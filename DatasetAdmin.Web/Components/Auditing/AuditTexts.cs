using DatasetAdmin.Core.Access;

namespace DatasetAdmin.Web.Components.Auditing;

/// <summary>The audit log in words.</summary>
internal static class AuditTexts
{
    public static string Name(AuditAction action) => action switch
    {
        AuditAction.SignIn => "Sign in",
        AuditAction.SignOut => "Sign out",
        AuditAction.Setup => "Make an admin by link",
        AuditAction.Collect => "Collect a day",
        AuditAction.Build => "Build a dataset",
        AuditAction.Check => "Check a month",
        AuditAction.Cancel => "Cancel a run",
        AuditAction.AddGold => "Add to gold",
        AuditAction.RemoveGold => "Remove from gold",
        AuditAction.IndexGold => "Index gold",
        AuditAction.Pause => "Pause a job",
        AuditAction.Resume => "Resume a job",
        AuditAction.TestAlerts => "Test alerts",
        AuditAction.CreateUser => "Invite a user",
        AuditAction.ChangeUser => "Change a user",
        AuditAction.ChangePassword => "Change a password",
        AuditAction.ChangeSecondFactor => "Change a second factor",
        AuditAction.CreateToken => "Make a token",
        AuditAction.RevokeToken => "Revoke a token",
        AuditAction.DownloadOriginal => "Download an original",
        AuditAction.ExportAudit => "Export the audit log",
        _ => action.ToString(),
    };

    public static string Name(AuditChannel channel) => channel switch
    {
        AuditChannel.Api => "API",
        AuditChannel.CommandLine => "command line",
        _ => "site",
    };
}
