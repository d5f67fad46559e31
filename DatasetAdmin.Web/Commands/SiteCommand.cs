namespace DatasetAdmin.Web.Commands;

/// <summary>Starts the web app and stays until it is stopped.</summary>
internal static class SiteCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using var app = AppHost.BuildSite(AppHost.CreateBuilder(args));
            await AppHost.PrepareAsync(app.Services, app.Lifetime.ApplicationStopping);
            await app.RunAsync();
            return ExitCode.Done;
        }
        catch (Exception exception) when (ExitCode.Of(exception) == ExitCode.BadConfiguration || exception is IOException or Core.Database.AdminDatabaseException or Core.Storage.ObjectStoreException)
        {
            CommandSession.WriteError(exception);
            return ExitCode.Of(exception);
        }
    }
}
