using DatasetAdmin.Core.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Core.ImageLists;

public static class ImageListServices
{
    /// <summary>Image lists in the artifacts bucket and their local copies; needs storage and images.</summary>
    public static IServiceCollection AddImageLists(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ImageListOptions>()
            .Bind(configuration.GetSection(ImageListOptions.Section))
            .Validate(options => options.MemoryMegabytes is >= 64 and <= 1024 * 1024, "ImageLists:MemoryMegabytes must be between 64 and 1048576, such as 160.")
            .Validate(options => options.Threads is >= 1 and <= 256, "ImageLists:Threads must be between 1 and 256, such as 2.")
            .Validate(options => options.CacheMegabytes is >= 64 and <= 1024 * 1024, "ImageLists:CacheMegabytes must be between 64 and 1048576, such as 2048.")
            .Validate(options => options.BrowsingMegabytes is >= 64 and <= 1024 * 1024, "ImageLists:BrowsingMegabytes must be between 64 and 1048576, such as 256.")
            .Validate(options => options.BrowsingConnections is >= 1 and <= 64, "ImageLists:BrowsingConnections must be between 1 and 64, such as 4.")
            .ValidateOnStart();
        services.AddSingleton(new DataFolder(configuration[DataFolder.Key] is { Length: > 0 } folder ? folder : "data"));
        return services.AddSingleton<ImageListStore>().AddSingleton<FolderIndexer>();
    }
}
