using System.Buffers;
using DatasetAdmin.Core.Access;
using DatasetAdmin.Core.Images;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Web.Access;
using DatasetAdmin.Web.Edge;
using Microsoft.Net.Http.Headers;

namespace DatasetAdmin.Web.Previews;

/// <summary>Images over plain HTTP, never through the circuit: thumbnails, and originals to look at or to save.</summary>
internal static class PreviewEndpoints
{
    private const int SniffedBytes = 4096;

    // Not "public": who may see images is decided for each request, and a shared cache doesn't ask.
    private const string ForGood = "private, max-age=31536000, immutable";
    private const string Revalidate = "private, no-cache";

    // Shown in a picture's place, also with a status of 404.
    private static readonly byte[] s_placeholder = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" role="img" aria-label="No picture"><rect width="96" height="96" fill="#8a90a0" fill-opacity=".18"/><path d="M22 66l16-22 12 14 8-9 16 17M28 30h40v36H28z" fill="none" stroke="#8a90a0" stroke-width="3"/><path d="M20 20l56 56" stroke="#8a90a0" stroke-width="3"/></svg>
        """u8.ToArray();

    /// <summary>Maps all of them below one group, on which hangs who may see them.</summary>
    public static RouteGroupBuilder MapPreviews(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(AppUrls.Images);
        group.MapGet("/thumbnail/{size:int}/{**key}", ThumbnailAsync);
        group.MapGet("/original/{**key}", OriginalAsync);
        return group;
    }

    private static async Task ThumbnailAsync(HttpContext context, Thumbnails thumbnails, int size, string key, string? v, CancellationToken cancellationToken)
    {
        if (!ObjectKeys.IsImage(key) || !Thumbnails.Sizes.Contains(size))
        {
            await PlaceholderAsync(context, StatusCodes.Status404NotFound);
            return;
        }

        await GuardAsync(context, async () =>
        {
            var thumbnail = await thumbnails.GetAsync(key, v, size, cancellationToken);
            if (thumbnail.Path is null)
            {
                await PlaceholderAsync(context, StatusCodes.Status404NotFound);
            }
            else if (!IsNotModified(context, thumbnail.ETag!, v))
            {
                context.Response.ContentType = ContentTypes.OfImage("webp");
                await context.Response.SendFileAsync(thumbnail.Path, cancellationToken);
            }
        });
    }

    private static async Task OriginalAsync(
        HttpContext context, Buckets buckets, Actors actors, AuditLog audit, string key, string? v, string? download, CancellationToken cancellationToken)
    {
        if (!ObjectKeys.IsImage(key))
        {
            await PlaceholderAsync(context, StatusCodes.Status404NotFound);
            return;
        }

        await GuardAsync(context, async () =>
        {
            var isFound = await buckets.Artifacts.ReadAsync(
                key,
                async (stored, content, token) =>
                {
                    // To look at one as it was uploaded is to have it: both ways are written down, before the first byte.
                    if (!context.Response.HasStarted)
                    {
                        await audit.WriteAsync(await actors.OfAsync(context, token), AuditAction.DownloadOriginal, key, null, AuditOutcome.Done, token);
                    }

                    await SendAsync(context, stored, content, v, download is "1", token);
                },
                cancellationToken);
            if (!isFound)
            {
                await PlaceholderAsync(context, StatusCodes.Status404NotFound);
            }
        });
    }

    private static async Task SendAsync(HttpContext context, StoredObject stored, Stream content, string? version, bool isDownload, CancellationToken cancellationToken)
    {
        if (context.Response.HasStarted)
        {
            // The store's connection broke in the middle: half an image must not look like a whole one.
            context.Abort();
            return;
        }

        if (IsNotModified(context, stored.ETag, version))
        {
            return;
        }

        var beginning = ArrayPool<byte>.Shared.Rent(SniffedBytes);
        try
        {
            var read = await content.ReadAtLeastAsync(beginning.AsMemory(0, SniffedBytes), SniffedBytes, throwOnEndOfStream: false, cancellationToken);
            var type = ContentTypes.OfImageOrNull(beginning.AsSpan(0, read));

            // What isn't a picture is never shown in the site's name, whatever its name says.
            var disposition = new ContentDispositionHeaderValue(isDownload || type is null ? "attachment" : "inline");
            disposition.SetHttpFileName(stored.Key[(stored.Key.LastIndexOf('/') + 1)..]);
            context.Response.ContentType = type ?? "application/octet-stream";
            context.Response.ContentLength = stored.Size;
            context.Response.Headers.ContentDisposition = disposition.ToString();
            await context.Response.Body.WriteAsync(beginning.AsMemory(0, read), cancellationToken);
            await content.CopyToAsync(context.Response.Body, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(beginning);
        }
    }

    /// <summary>Says how long the answer may be kept, and whether the browser has it already.</summary>
    private static bool IsNotModified(HttpContext context, string etag, string? version)
    {
        var tag = new EntityTagHeaderValue($"\"{etag.Replace("\"", "", StringComparison.Ordinal)}\"");
        context.Response.Headers.CacheControl = version == etag ? ForGood : Revalidate;
        context.Response.Headers.ETag = tag.ToString();
        if (!context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false) || known.Equals(EntityTagHeaderValue.Any)))
        {
            return false;
        }

        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }

    private static async Task GuardAsync(HttpContext context, Func<Task> send)
    {
        context.Response.Headers.ContentSecurityPolicy = SecurityHeaders.FilePolicy;
        try
        {
            await send();
        }
        catch (ObjectStoreException) when (!context.Response.HasStarted)
        {
            await PlaceholderAsync(context, StatusCodes.Status503ServiceUnavailable);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The reader scrolled on.
        }
    }

    private static async Task PlaceholderAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "image/svg+xml";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentSecurityPolicy = SecurityHeaders.FilePolicy;
        await context.Response.Body.WriteAsync(s_placeholder, context.RequestAborted);
    }
}
