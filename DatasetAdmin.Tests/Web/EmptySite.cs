using DatasetAdmin.Tests.Support;

namespace DatasetAdmin.Tests.Web;

/// <summary>The real site over an empty product, for what doesn't depend on what it shows.</summary>
public sealed class EmptySite : IAsyncLifetime
{
    public TestPipeline Pipeline { get; private set; } = null!;

    public string Url => Pipeline.Url;

    public async ValueTask InitializeAsync() => Pipeline = await StartAsync();

    public ValueTask DisposeAsync() => Pipeline.DisposeAsync();

    /// <summary>Another, with settings of its own.</summary>
    public static Task<TestPipeline> StartAsync(params (string Key, string Value)[] settings) => TestPipeline.StartAsync(
        Backend.Embedded,
        settings: settings.Prepend(("Schedule:Enabled", "false")).ToDictionary(),
        site: true);
}
