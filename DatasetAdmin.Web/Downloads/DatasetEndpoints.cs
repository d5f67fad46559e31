using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Web.Edge;
using Microsoft.Net.Http.Headers;

namespace DatasetAdmin.Web.Downloads;

/// <summary>A dataset's files over plain HTTP: documents and list byte for byte as they are stored, and the list in two other forms.</summary>
internal static class DatasetEndpoints
{
    /// <summary>Maps all of them below one group, on which hangs who may have them.</summary>
    public static RouteGroupBuilder MapDatasetFiles(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup($"{AppUrls.Datasets}/{{kind}}/{{month}}");
        foreach (var (file, type) in new[] { ("manifest.json", ContentTypes.Json), ("dataset_info.md", ContentTypes.Markdown), ("version.txt", ContentTypes.Text) })
        {
            group.MapGet($"/{file}", (HttpContext context, Buckets buckets, string kind, string month, int? version, CancellationToken cancellationToken) =>
                SendStoredAsync(context, buckets, DocumentKeyOrNull(kind, month, version, file), $"{kind}-{month}-{file}", type, cancellationToken));
        }

        group.MapGet("/images.parquet", SendListAsync);
        group.MapGet("/images.jsonl", (HttpContext context, ListCatalog catalog, ImageListExport export, string kind, string month, int? version, CancellationToken cancellationToken) =>
            ExportAsync(context, catalog, kind, month, version, "jsonl", "application/x-ndjson", export.WriteJsonLinesAsync, cancellationToken));
        group.MapGet("/images.csv", (HttpContext context, ListCatalog catalog, ImageListExport export, string kind, string month, int? version, CancellationToken cancellationToken) =>
            ExportAsync(context, catalog, kind, month, version, "csv", "text/csv; charset=utf-8", export.WriteCsvAsync, cancellationToken));
        return group;
    }

    private static string? DocumentKeyOrNull(string kindText, string monthText, int? version, string file)
    {
        if (!DatasetKinds.TryParse(kindText, out var kind) || !Month.TryParse(monthText, out var month))
        {
            return null;
        }

        return version is { } number ? $"{ObjectKeys.Version(new(month, number), kind)}{file}" : $"{ObjectKeys.DatasetPrefix(kind, month)}{file}";
    }

    private static async Task SendListAsync(HttpContext context, Buckets buckets, DatasetQueries datasets, string kind, string month, int? version, CancellationToken cancellationToken)
    {
        var manifest = DatasetKinds.TryParse(kind, out var parsed) && Month.TryParse(month, out var of) ? await datasets.FindOrNullAsync(parsed, of, version, cancellationToken) : null;
        await SendStoredAsync(context, buckets, manifest?.ImagesFile.Key, $"{kind}-{manifest?.Version}-images.parquet", ContentTypes.Parquet, cancellationToken);
    }

    private static async Task SendStoredAsync(HttpContext context, Buckets buckets, string? key, string name, string type, CancellationToken cancellationToken)
    {
        if (!await TrySendStoredAsync(context, buckets, key, name, type, cancellationToken))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    /// <summary>Sends an object of the artifacts bucket as a file to be saved; false where it isn't there.</summary>
    internal static async Task<bool> TrySendStoredAsync(HttpContext context, Buckets buckets, string? key, string name, string type, CancellationToken cancellationToken) =>
        key is not null && await buckets.Artifacts.ReadAsync(
            key,
            async (stored, content, token) =>
            {
                if (context.Response.HasStarted)
                {
                    // The store's connection broke in the middle: half a file must not look like a whole one.
                    context.Abort();
                    return;
                }

                Describe(context.Response, name, type);
                context.Response.ContentLength = stored.Size;
                await content.CopyToAsync(context.Response.Body, token);
            },
            cancellationToken);

    private static async Task ExportAsync(
        HttpContext context, ListCatalog catalog, string kind, string month, int? version, string extension, string type,
        Func<BrowsedList, Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var list = ListReference.TryParse(version is { } number ? $"{kind}/{month}/v{number}" : $"{kind}/{month}", out var reference) && reference.Kind is not null
            ? await catalog.FindOrNullAsync(reference, cancellationToken)
            : null;
        if (list is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        Describe(context.Response, $"{kind}-{month}-v{list.Reference.Version}-images.{extension}", type);
        await write(list, context.Response.Body, cancellationToken);
    }

    private static void Describe(HttpResponse response, string name, string type)
    {
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(name);
        response.ContentType = type;
        response.Headers.ContentDisposition = disposition.ToString();
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.ContentSecurityPolicy = SecurityHeaders.FilePolicy;
    }
}
