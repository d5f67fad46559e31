using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Images;

public static class ImagesServices
{
    /// <summary>Adds <see cref="ImageInspector"/> with its limits and restricts libvips for the whole process.</summary>
    public static IServiceCollection AddImages(this IServiceCollection services, IConfiguration configuration)
    {
        VipsSetup.Apply();
        services.AddOptions<ImageLimitOptions>()
            .Bind(configuration.GetSection(ImageLimitOptions.Section))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<ImageLimitOptions>, ImageLimitValidator>();
        services.AddSingleton<ImageInspector>();
        return services;
    }
}
