using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Web.Access;
using DatasetAdmin.Web.Downloads;

namespace DatasetAdmin.Web.Api;

/// <summary>The images of a list: all of them as JSON lines, and each as it was uploaded.</summary>
internal static class ApiImages
{
    /// <summary>An object on each line, as the list's Parquet file has it; written as it is read, in little memory.</summary>
    public static async Task<IResult> LinesAsync(HttpContext context, ListCatalog catalog, ImageListExport export, ListReference reference, CancellationToken cancellationToken)
    {
        if (await catalog.FindOrNullAsync(reference, cancellationToken) is not { } list)
        {
            return ApiServices.Missing($"There is no list {reference}: see {ApiServices.Root}/datasets and {ApiServices.Root}/days for what there is.");
        }

        context.Response.ContentType = "application/x-ndjson";
        context.Response.Headers.CacheControl = "private, no-cache";
        await export.WriteJsonLinesAsync(list, context.Response.Body, cancellationToken);
        return Results.Empty;
    }

    /// <summary>An image's bytes.</summary>
    /// <param name="prefix">The folder of the dataset or day.</param>
    /// <param name="path">As the list names it.</param>
    /// <param name="target">What the audit log calls the dataset or day.</param>
    public static async Task<IResult> ImageAsync(
        HttpContext context, Buckets buckets, Actors actors, DownloadNotes notes, string prefix, string path, string target, CancellationToken cancellationToken)
    {
        var key = prefix + path;
        if (ObjectKeys.IsImage(key))
        {
            await notes.NoteAsync(context, actors, target, cancellationToken);
            if (await DatasetEndpoints.TrySendStoredAsync(
                context, buckets, key, path[(path.LastIndexOf('/') + 1)..], ContentTypes.OfImage(path[(path.LastIndexOf('.') + 1)..].Replace("jpg", "jpeg", StringComparison.Ordinal)), cancellationToken))
            {
                return Results.Empty;
            }
        }

        return ApiServices.Missing($"{target} has no image '{path}': write a path as its list of images names it.");
    }
}
