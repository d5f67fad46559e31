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
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Web;

/// <summary>Puts the program together: the same services for the web app and for every command.</summary>
internal static class AppHost
{
    /// <param name="args">Settings as <c>--Key=value</c>, which win over files and environment.</param>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Configuration.AddLegacyEnvironment();
        var folder = builder.Configuration[DataFolder.Key] is { Length: > 0 } configured ? configured : "data";
        builder.Configuration[DataFolder.Key] = Path.GetFullPath(folder, builder.Environment.ContentRootPath);

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
        services.GetService<IStartupValidator>()?.Validate();
        await services.GetRequiredService<AdminDatabase>().MigrateAsync(cancellationToken);
        var buckets = services.GetRequiredService<Buckets>();
        var options = services.GetRequiredService<IOptions<BucketOptions>>().Value;
        await buckets.Artifacts.PrepareAsync(options.CreateMissing, cancellationToken);
        await buckets.Photos.PrepareAsync(create: services.GetRequiredService<SampleUse>().HasOwnStore, cancellationToken);
        services.GetRequiredService<ImageListStore>().DropAbandoned();
        await services.GetRequiredService<RunStore>().MarkInterruptedAsync(cancellationToken);
    }
}
