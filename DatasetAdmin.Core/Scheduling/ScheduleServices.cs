using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Scheduling;

public static class ScheduleServices
{
    /// <summary>The schedule and its catching up; needs runs, collecting and building. Somebody calls <see cref="CatchUp.TickAsync"/> at start and every minute.</summary>
    public static IServiceCollection AddSchedule(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ScheduleOptions>().Bind(configuration.GetSection(ScheduleOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ScheduleOptions>, ValidateScheduleOptions>());
        return services.AddSingleton<SlotCalendar>().AddSingleton<ScheduleStore>().AddSingleton<JobSchedule>().AddSingleton<CatchUp>().AddSingleton<MissedSlots>();
    }
}
