using DatasetAdmin.Core.Building;
using DatasetAdmin.Core.Classes;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Database;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Images;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Web.Components;
using DatasetAdmin.Web.Configuration;
using DatasetAdmin.Web.Sample;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Web;

/// <summary>Puts the program together: the same services for the web app and for every command.</summary>
internal static class AppHost
{
    /// <param name="args">Settings as <c>--Key=value</c>, which win over files and environment.</param>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        // Started from another folder, the program still finds its settings file and its static files beside itself.
        var isElsewhere = !File.Exists("appsettings.json") && !args.Any(argument => argument.StartsWith("--contentRoot", StringComparison.OrdinalIgnoreCase));
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = isElsewhere ? AppContext.BaseDirectory : null });
        builder.Configuration.AddLegacyEnvironment();
        var folder = builder.Configuration[DataFolder.Key] is { Length: > 0 } configured ? configured : "data";
        builder.Configuration[DataFolder.Key] = folder = Path.GetFullPath(folder);

        builder.Services
            .AddFaceClasses(builder.Configuration)
            .AddStorage(builder.Configuration)
            .AddImages(builder.Configuration)
            .AddPredictionSource(builder.Configuration)
            .AddAdminDatabase(builder.Configuration)
            .AddRuns()
            .AddImageLists(builder.Configuration)
            .AddCollecting(builder.Configuration)
            .AddBuilding(builder.Configuration)
            .AddSample(builder.Configuration);
        // Beside everything else that is kept: a container has no other place that outlives it.
        builder.Services.AddDataProtection().SetApplicationName(nameof(DatasetAdmin)).PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(folder, "keys")));
        builder.Services.AddRazorComponents();
        return builder;
    }

    /// <summary>The web app, ready to run.</summary>
    public static WebApplication BuildSite(WebApplicationBuilder builder)
    {
        builder.Services.AddHostedService<SampleStart>();
        var app = builder.Build();
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapGet("/health/live", () => "live");
        app.MapRazorComponents<App>();
        return app;
    }

    /// <summary>
    /// Checks the settings and makes database and buckets ready; whatever is wrong is thrown with a message for the admin.
    /// </summary>
    public static async Task PrepareAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
        }
        catch (InvalidOperationException exception)
        {
            throw SettingException.FromBinder(exception);
        }

        CheckDataFolder(services.GetRequiredService<DataFolder>());
        await services.GetRequiredService<AdminDatabase>().MigrateAsync(cancellationToken);
        var buckets = services.GetRequiredService<Buckets>();
        var options = services.GetRequiredService<IOptions<BucketOptions>>().Value;
        await buckets.Artifacts.PrepareAsync(options.CreateMissing, cancellationToken);
        await buckets.Photos.PrepareAsync(create: services.GetRequiredService<SampleUse>().HasOwnStore, cancellationToken);
        services.GetRequiredService<ImageListStore>().DropAbandoned();
        await services.GetRequiredService<RunStore>().MarkInterruptedAsync(cancellationToken);
    }

    private static void CheckDataFolder(DataFolder folder)
    {
        try
        {
            // Made and removed again: a folder that is only read would do for a while, and then fail in the middle of a run.
            Directory.Delete(folder.Make($"write-{Guid.NewGuid():n}"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"{DataFolder.Key} is '{folder.Path}', which can't be written to: name a folder that this program's user may create and write to.", exception);
        }
    }
}
