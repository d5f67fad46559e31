using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Images;

public static class ImagesServices
{
    /// <summary>Adds <see cref="ImageInspector"/> with its limits and <see cref="Thumbnails"/>, and restricts libvips for the whole process.</summary>
    public static IServiceCollection AddImages(this IServiceCollection services, IConfiguration configuration)
    {
        VipsSetup.Apply();
        services.AddOptions<ImageLimitOptions>()
            .Bind(configuration.GetSection(ImageLimitOptions.Section))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<ImageLimitOptions>, ImageLimitValidator>();
        services.AddOptions<ThumbnailOptions>()
            .Bind(configuration.GetSection(ThumbnailOptions.Section))
            .Validate(options => options.CacheMegabytes is >= 1 and <= 1024 * 1024, "Thumbnails:CacheMegabytes must be between 1 and 1048576, such as 1024.")
            .Validate(options => options.Concurrency is >= 1 and <= 256, "Thumbnails:Concurrency must be between 1 and 256, such as 8.")
            .ValidateOnStart();
        return services.AddSingleton<ImageInspector>().AddSingleton<ThumbnailCache>().AddSingleton<Thumbnails>();
    }
}
