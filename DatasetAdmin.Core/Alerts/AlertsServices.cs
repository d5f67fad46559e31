using DatasetAdmin.Core.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Alerts;

public static class AlertsServices
{
    /// <summary>Watching and telling; needs the admin database, storage, collecting and building. Nothing runs by itself until <see cref="AddAlertService"/>.</summary>
    public static IServiceCollection AddAlerts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AlertOptions>().Bind(configuration.GetSection(AlertOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AlertOptions>, ValidateAlertOptions>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new AlertLimits());
        services.AddSingleton<IAlertSource, RunAlerts>().AddSingleton<IAlertSource, DayAlerts>().AddSingleton<IAlertSource, DatasetAlerts>();
        services.AddSingleton<IAlertChannel, EmailChannel>().AddSingleton<IAlertChannel, WebhookChannel>();
        services.AddSingleton(provider => new AlertReviewer(
            provider.GetRequiredService<IDbContextFactory<AdminDbContext>>(),
            provider.GetServices<IAlertSource>(),
            provider.GetRequiredService<IOptions<AlertOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AlertReviewer>>()));
        return services.AddSingleton(provider => new AlertSender(
            provider.GetRequiredService<IDbContextFactory<AdminDbContext>>(),
            provider.GetServices<IAlertChannel>(),
            provider.GetRequiredService<IOptions<AlertOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AlertSender>>()));
    }

    /// <summary>Reviews and sends every minute, for as long as the program runs.</summary>
    public static IServiceCollection AddAlertService(this IServiceCollection services) => services.AddHostedService<AlertService>();
}
