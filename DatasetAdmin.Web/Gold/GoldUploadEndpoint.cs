using DatasetAdmin.Core.Gold;
using DatasetAdmin.Web.Access;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace DatasetAdmin.Web.Gold;

/// <summary>
/// Takes uploads to gold over plain HTTP: the body goes from the connection to local disk, piece by piece, and never through a circuit,
/// whose every message would be one of its own.
/// </summary>
internal static class GoldUploadEndpoint
{
    // What surrounds the files in a body: for each its boundary and headers.
    private const long OverheadPerFile = 1024;

    /// <summary>Maps <c>GET</c>, which gives the token that a <c>POST</c> must carry, and <c>POST</c>; below one group, on which hangs who may.</summary>
    public static RouteGroupBuilder MapGoldUpload(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(AppUrls.GoldUpload).RequireAuthorization(Policies.Operator);
        group.MapGet("", Token);
        group.MapPost("", PostAsync);
        return group;
    }

    private static IResult Token(HttpContext context, IAntiforgery antiforgery)
    {
        var tokens = antiforgery.GetAndStoreTokens(context);
        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(new { header = tokens.HeaderName, token = tokens.RequestToken });
    }

    private static async Task<IResult> PostAsync(
        HttpContext context, IAntiforgery antiforgery, GoldChanges changes, Actors actors, Actions actions, IOptions<GoldOptions> options, string? @class, string? split, CancellationToken cancellationToken)
    {
        // Only the header counts: to look for a token in the body would be to read it first.
        if (!context.Request.Headers.ContainsKey("RequestVerificationToken") || !await antiforgery.IsRequestValidAsync(context))
        {
            return Refused(StatusCodes.Status400BadRequest, "The page is too old to send files: load it again.");
        }

        var mostBytes = options.Value.MaxUploadBytes + (options.Value.MaxFiles * OverheadPerFile);
        if (context.Request.ContentLength > mostBytes)
        {
            return Refused(StatusCodes.Status413PayloadTooLarge, GoldUpload.TooLarge(options.Value));
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = mostBytes;
        }

        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 and <= 70 } boundary)
        {
            return Refused(StatusCodes.Status415UnsupportedMediaType, "Send the files as multipart/form-data.");
        }

        try
        {
            GoldUpload? upload = changes.CreateUpload(@class, split);
            try
            {
                await ReceiveAsync(new(boundary.Value!, context.Request.Body), upload, cancellationToken);
                if (upload.IsEmpty)
                {
                    return Refused(StatusCodes.Status400BadRequest, "No file was sent: choose at least one.");
                }

                // Who waits here may leave: what has arrived is added all the same.
                (var received, upload) = (upload, null);
                var change = await actions.AddGoldAsync(
                    await actors.OfAsync(context, cancellationToken), received, $"class {@class ?? "by folder"}, split {split ?? "none"}", cancellationToken);
                return Results.Accepted(AppUrls.Run(change.RunId), new { run = change.RunId });
            }
            finally
            {
                upload?.Dispose();
            }
        }
        catch (GoldUploadException exception)
        {
            return Refused(StatusCodes.Status400BadRequest, exception.Message);
        }
        catch (BadHttpRequestException exception)
        {
            return Refused(exception.StatusCode, exception.StatusCode == StatusCodes.Status413PayloadTooLarge ? GoldUpload.TooLarge(options.Value) : "The upload broke off: send the files again.");
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException && !cancellationToken.IsCancellationRequested)
        {
            return Refused(StatusCodes.Status400BadRequest, "The upload broke off or isn't whole: send the files again.");
        }
    }

    private static async Task ReceiveAsync(MultipartReader body, GoldUpload upload, CancellationToken cancellationToken)
    {
        while (await body.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition) && disposition.IsFileDisposition())
            {
                var name = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).ToString();
                await upload.AddAsync(name, section.Body, cancellationToken);
            }
        }
    }

    private static IResult Refused(int status, string message) => Results.Problem(message, statusCode: status);
}
