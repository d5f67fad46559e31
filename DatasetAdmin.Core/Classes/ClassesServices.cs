using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Classes;

public static class ClassesServices
{
    /// <summary>
    /// <see cref="FaceClasses"/> as the section <c>Classes</c> lists them, checked at start. A list there replaces the fifteen
    /// of the product whole; without one, those are taken.
    /// </summary>
    public static IServiceCollection AddFaceClasses(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ClassListOptions>()
            .Configure(options => options.Read(configuration.GetSection(ClassOptions.Section)))
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ClassListOptions>, ValidateClassList>());
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<ClassListOptions>>().Value.ToClasses());
        return services;
    }
}

/// <summary>The section <c>Classes</c> as it stands, each entry with its key there, such as <c>Classes:3</c>.</summary>
internal sealed class ClassListOptions
{
    public List<(string Key, ClassOptions Class)> Entries { get; } = [];

    public bool IsConfigured { get; private set; }

    public void Read(IConfigurationSection section)
    {
        // An empty list has no children but a value: somebody wrote it, so it's checked and refused.
        IsConfigured = section.Exists() || section.Value is not null;
        foreach (var child in section.GetChildren())
        {
            var entry = new ClassOptions();
            child.Bind(entry);
            Entries.Add((child.Path, entry));
        }
    }

    public FaceClasses ToClasses() => new(IsConfigured
        ? [.. Entries.Select((entry, index) => new FaceClass(index, entry.Class.Name, [.. entry.Class.Keys.Select(key => key.Trim())], [.. entry.Class.GoldFolders]))]
        : ClassOptions.Defaults);
}
