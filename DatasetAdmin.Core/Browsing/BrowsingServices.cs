using DatasetAdmin.Core.Comparing;
using DatasetAdmin.Core.Evaluating;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Core.Browsing;

public static class BrowsingServices
{
    /// <summary>Questions about lists of images; needs image lists and candidates.</summary>
    public static IServiceCollection AddBrowsing(this IServiceCollection services) =>
        services.AddSingleton<ListBrowser>().AddSingleton<ListKeys>().AddSingleton<ListCatalog>().AddSingleton<ImageQueries>().AddSingleton<LeftOutQueries>()
            .AddSingleton<ImageListExport>().AddSingleton<DatasetComparer>().AddSingleton<ModelEvaluator>();
}
