using Coravel;
using DatasetAdmin.Core.Alerts;
using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Building;
using DatasetAdmin.Core.Classes;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Database;
using DatasetAdmin.Core.Gold;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Images;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Scheduling;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Web.Access;
using DatasetAdmin.Web.Api;
using DatasetAdmin.Web.Components;
using DatasetAdmin.Web.Components.Shared;
using DatasetAdmin.Web.Configuration;
using DatasetAdmin.Web.Downloads;
using DatasetAdmin.Web.Edge;
using DatasetAdmin.Web.Gold;
using DatasetAdmin.Web.Health;
using DatasetAdmin.Web.Jobs;
using DatasetAdmin.Web.Previews;
using DatasetAdmin.Web.Sample;
using DatasetAdmin.Web.Telemetry;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Diagnostics;
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
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ApplicationName = typeof(AppHost).Assembly.GetName().Name,
            ContentRootPath = isElsewhere ? AppContext.BaseDirectory : null,
        });
        builder.Configuration.AddLegacyEnvironment();
        builder.AddLogFormat().AddTelemetry();
        var folder = builder.Configuration[DataFolder.Key] is { Length: > 0 } configured ? configured : "data";
        builder.Configuration[DataFolder.Key] = folder = Path.GetFullPath(folder);

        builder.Services
            .AddFaceClasses(builder.Configuration)
            .AddStorage(builder.Configuration)
            .AddImages(builder.Configuration)
            .AddPredictionSource(builder.Configuration)
            .AddAdminDatabase(builder.Configuration)
            .AddRuns(builder.Configuration)
            .AddImageLists(builder.Configuration)
            .AddBrowsing()
            .AddCollecting(builder.Configuration)
            .AddBuilding(builder.Configuration)
            .AddGold(builder.Configuration)
            .AddSchedule(builder.Configuration)
            .AddAlerts(builder.Configuration)
            .AddSample(builder.Configuration);
        builder.Services.AddAccess(builder.Configuration).AddEdge(builder.Configuration).AddApi();
        AddDataProtection(builder, folder);
        builder.Services.AddSite();
        return builder;
    }

    /// <summary>The web app, ready to run.</summary>
    public static WebApplication BuildSite(WebApplicationBuilder builder)
    {
        builder.Services.AddHostedService(provider => provider.GetRequiredService<RunWorker>());
        builder.Services.AddHostedService(provider => provider.GetRequiredService<GoldChanges>());
        builder.Services.AddHostedService<SampleStart>();
        builder.Services.AddAlertService().AddReadiness();
        builder.Services.AddScheduler();
        builder.Services.AddTransient<CatchUpJob>();

        // What isn't published has its static files in other places than beside itself, in every environment.
        builder.WebHost.UseStaticWebAssets();

        // What a run needs to write down how far it came is less; a stopped container is killed after ten seconds.
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(8));
        var app = builder.Build();
        app.UseEdge();
        app.UseStatusCodePagesWithReExecute(AppUrls.NotFound, createScopeForStatusCodePages: true);
        app.Use(LeaveAnswersOfPrograms);
        app.Services.UseSchedule();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymous();
        app.MapHealth();
        app.MapAccount();
        app.MapAudit();
        app.MapPreviews();
        app.MapDatasetFiles();
        app.MapGoldUpload();
        app.MapApi();

        // Blazor's own header for frames would stand beside the site's.
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
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
        await services.GetRequiredService<RunTakeover>().SweepAsync(cancellationToken);
    }

    // Only who looks at a page is shown one for what isn't there; a program's answer is its status.
    private static Task LeaveAnswersOfPrograms(HttpContext context, RequestDelegate next)
    {
        if (!AccessServices.IsPage(context.Request) && context.Features.Get<IStatusCodePagesFeature>() is { } pages)
        {
            pages.Enabled = false;
        }

        return next(context);
    }

    /// <summary>The same for the web app, and a way in. Returns what is to be printed once its address is known, or null.</summary>
    public static async Task<Func<string, string>?> PrepareSiteAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await PrepareAsync(services, cancellationToken);
        return await services.GetRequiredService<FirstAdmin>().EnsureAsync(cancellationToken);
    }

    private static void AddDataProtection(WebApplicationBuilder builder, string folder)
    {
        var keys = builder.Services.AddDataProtection().SetApplicationName(nameof(DatasetAdmin));
        if (string.IsNullOrWhiteSpace(builder.Configuration[AdminDatabaseOptions.ConnectionStringKey]))
        {
            // Beside everything else that is kept: a container has no other place that outlives it.
            keys.PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(folder, "keys")));
        }
        else
        {
            // Where several processes may share the database, each has to know a session that another began.
            keys.PersistKeysToDbContext<AdminDbContext>();
        }
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
