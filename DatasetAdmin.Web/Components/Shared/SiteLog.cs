namespace DatasetAdmin.Web.Components.Shared;

internal static partial class SiteLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Component} couldn't load what it shows")]
    public static partial void LoadFailed(ILogger logger, Exception exception, string component);
}
