using System.Net.Sockets;
using DatasetAdmin.Core.Database;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Web.Configuration;

namespace DatasetAdmin.Web.Commands;

/// <summary>Starts the web app and stays until it is stopped.</summary>
internal static class SiteCommand
{
    // It logs a failed start with its whole stack, where one line says more; once the app runs it has the word.
    private const string HostCategory = "Microsoft.Extensions.Hosting.Internal.Host";

    public static async Task<int> RunAsync(string[] args)
    {
        WebApplication? app = null;
        try
        {
            var builder = AppHost.CreateBuilder(args);
            builder.Logging.AddFilter(HostCategory, level => level >= LogLevel.Information && app?.Lifetime.ApplicationStarted.IsCancellationRequested == true);
            app = AppHost.BuildSite(builder);
            var wayIn = await AppHost.PrepareSiteAsync(app.Services, CancellationToken.None);
            await ListenAsync(app);
            if (wayIn is not null)
            {
                // Not through the log, which goes to places where more people read.
                Console.WriteLine(wayIn(app.Urls.First()));
            }

            await app.WaitForShutdownAsync();
            return ExitCode.Done;
        }
        catch (Exception exception) when (ExitCode.Of(exception) == ExitCode.BadConfiguration || exception is AdminDatabaseException or ObjectStoreException or ListenException)
        {
            CommandSession.WriteError(exception);
            return ExitCode.Of(exception);
        }
        catch (OperationCanceledException) when (app?.Lifetime.ApplicationStopping.IsCancellationRequested == true)
        {
            CommandSession.WriteError("A run didn't stop in time. It goes on at the next start.");
            return ExitCode.Failed;
        }
        finally
        {
            await (app?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    private static async Task ListenAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch (FormatException exception)
        {
            throw new SettingException($"urls has an address that isn't one ({exception.Message}): write it like http://localhost:8080.", exception);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            throw new ListenException($"{exception.Message.TrimEnd('.')}. End what listens there, or name another address, such as --urls=http://localhost:8080.", exception);
        }
    }

    private sealed class ListenException(string message, Exception inner) : Exception(message, inner);
}
