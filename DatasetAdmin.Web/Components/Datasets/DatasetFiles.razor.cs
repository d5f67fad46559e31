using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Storage;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace DatasetAdmin.Web.Components.Datasets;

/// <summary>A dataset's files to download, how to load it, and its document for people.</summary>
public sealed partial class DatasetFiles
{
    private static readonly (string Name, string What)[] s_files =
    [
        ("dataset_info.md", "for people"),
        ("manifest.json", "for programs: version, counts, days, and the key of the list"),
        ("images.parquet", "the list: a row for each image with everything known of it"),
        ("images.jsonl", "the same as JSON lines"),
        ("images.csv", "the same as CSV"),
        ("version.txt", "the version; not there while a build is under way"),
    ];

    private string? _info;
    private DatasetAddress? _shown;
    private bool _isCopied;

    [Inject]
    internal Buckets Buckets { get; init; } = null!;

    [Inject]
    internal IJSRuntime Script { get; init; } = null!;

    [Parameter, EditorRequired]
    public required DatasetAddress Address { get; set; }

    [Parameter, EditorRequired]
    public required DatasetManifest Manifest { get; set; }

    // A version's own list stays what it is for good; what stands under the head changes with the next build.
    private string Code => Address.Version is not null
        ? $"""
        import pyarrow.parquet as pq, s3fs
        fs = s3fs.S3FileSystem(endpoint_url=ENDPOINT, key=KEY, secret=SECRET)
        images = pq.read_table("{Buckets.Artifacts.Bucket}/{Manifest.ImagesFile.Key}", filesystem=fs).to_pandas()
        # day and file say where each image lies: datasets/candidates/<day>/<file>, or datasets/gold/<file> where day is null
        """
        : $"""
        import json, pyarrow.parquet as pq, s3fs
        fs = s3fs.S3FileSystem(endpoint_url=ENDPOINT, key=KEY, secret=SECRET)
        folder = "{Buckets.Artifacts.Bucket}/{ObjectKeys.DatasetPrefix(Address.Kind, Address.Month).TrimEnd('/')}"
        manifest = json.load(fs.open(folder + "/manifest.json"))
        images = pq.read_table("{Buckets.Artifacts.Bucket}/" + manifest["images_file"]["key"], filesystem=fs).to_pandas()
        images["url"] = "s3://" + folder + "/" + images["path"]
        train, test = images[images.fold > 0], images[images.fold == 0]  # no person is on both sides
        """;

    protected override Task OnParametersSetAsync()
    {
        if (_shown == Address)
        {
            return Task.CompletedTask;
        }

        _shown = Address;
        return ReadAsync();
    }

    private Task ReadAsync() => LoadAsync(
        async token =>
        {
            var key = Address.Version is { } number ? $"{ObjectKeys.Version(new(Address.Month, number), Address.Kind)}dataset_info.md" : ObjectKeys.DatasetInfo(Address.Kind, Address.Month);
            var text = "";
            await Buckets.Artifacts.ReadAsync(
                key,
                async (_, content, inner) =>
                {
                    using var reader = new StreamReader(content);
                    text = await reader.ReadToEndAsync(inner);
                },
                token);
            return text;
        },
        text => _info = text);

    private async Task CopyAsync() => _isCopied = await Script.InvokeAsync<bool>("site.copy", Gone, Code);
}
