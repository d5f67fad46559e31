using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Core.Access;

public static class AccessStoreServices
{
    /// <summary>What is kept of users and of what they did; needs <c>AddAdminDatabase</c>.</summary>
    public static IServiceCollection AddAccessStore(this IServiceCollection services) =>
        services.AddSingleton<AuditLog>().AddSingleton<SetupLinks>().AddSingleton<ApiTokens>();
}
