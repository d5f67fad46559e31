using System.Reflection;
using DatasetAdmin.Core.Building;
using DatasetAdmin.Core.Classes;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Database;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Images;
using DatasetAdmin.Core.Storage;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Web.Components.Settings;

/// <summary>What is configured and whether it can be reached; never a secret.</summary>
public sealed partial class SettingsPage
{
    private IReadOnlyList<Dependency>? _dependencies;
    private long? _free;

    [Inject]
    internal Reachability Reachability { get; init; } = null!;

    [Inject]
    internal Buckets Buckets { get; init; } = null!;

    [Inject]
    internal DataFolder Folder { get; init; } = null!;

    [Inject]
    internal AdminDatabase Database { get; init; } = null!;

    [Inject]
    internal IPredictionSource Source { get; init; } = null!;

    [Inject]
    internal FaceClasses Classes { get; init; } = null!;

    [Inject]
    internal IHostEnvironment Environment { get; init; } = null!;

    [Inject]
    internal IOptions<MinioOptions> MinioSettings { get; init; } = null!;

    [Inject]
    internal IOptions<CollectingOptions> CollectingSettings { get; init; } = null!;

    [Inject]
    internal IOptions<BuildingOptions> BuildingSettings { get; init; } = null!;

    [Inject]
    internal IOptions<ImageLimitOptions> Limits { get; init; } = null!;

    [Inject]
    internal IOptions<ThumbnailOptions> ThumbnailSettings { get; init; } = null!;

    [Inject]
    internal IOptions<ImageListOptions> ListSettings { get; init; } = null!;

    private static string ProgramVersion
    {
        get
        {
            var text = typeof(SettingsPage).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
            return text.Split('+') is [var version, { Length: > 8 } commit] ? $"{version} ({commit[..8]})" : text;
        }
    }

    private string StoreText => MinioSettings.Value.Endpoint is { Length: > 0 } endpoint
        ? $"{(MinioSettings.Value.Secure ? "https" : "http")}://{endpoint}"
        : "files below the data folder";

    protected override Task OnInitializedAsync() => CheckAsync();

    private Task CheckAsync() => LoadAsync(
        async token => (Dependencies: await Reachability.CheckAsync(token), Free: new DriveInfo(Folder.Path).AvailableFreeSpace),
        found => (_dependencies, _free) = (found.Dependencies, found.Free));
}
