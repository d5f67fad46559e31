using System.Data.Common;
using DatasetAdmin.Core.Access;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Database;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Web.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.OpenApi;

namespace DatasetAdmin.Web.Api;

/// <summary>The API for programs, such as training jobs: <c>/api/v1</c>, by token, with problem details for what goes wrong.</summary>
internal static class ApiServices
{
    public const string Root = "/api/v1";

    /// <summary>The OpenAPI document, for programs with a token and for whoever is signed in.</summary>
    public const string Document = "/api/{documentName}/openapi.json";

    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.SchemeName, null);
        services.AddSingleton<DownloadNotes>();
        return services.AddOpenApi("v1", options =>
        {
            options.ShouldInclude = description => $"/{description.RelativePath}".StartsWith(Root, StringComparison.Ordinal);
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new() { Title = "DatasetAdmin", Version = "v1", Description = "Days of candidates, datasets, their images, comparisons and runs." };
                document.Components ??= new();
                document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
                {
                    ["token"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A personal token, made on the page /account." },
                };
                document.Security = [new() { [new OpenApiSecuritySchemeReference("token", document)] = [] }];
                return Task.CompletedTask;
            });
        });
    }

    public static void MapApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup(Root).RequireAuthorization(TokenAuthentication.Require(UserRole.Viewer)).AddEndpointFilter(AnswerFaultsAsync);
        api.MapDays();
        api.MapDatasets();
        api.MapComparisons();
        api.MapRuns();
        routes.MapOpenApi(Document).RequireAuthorization(policy => Policies.Require(policy.AddAuthenticationSchemes(TokenAuthentication.SchemeName, Microsoft.AspNetCore.Identity.IdentityConstants.ApplicationScheme), UserRole.Viewer));
    }

    /// <summary>Says what is wrong with a request, and what to write instead.</summary>
    public static IResult Wrong(string what) => Results.Problem(what, statusCode: StatusCodes.Status400BadRequest);

    public static IResult Missing(string what) => Results.Problem(what, statusCode: StatusCodes.Status404NotFound);

    /// <summary>JSON as the manifests are written: snake_case, times with Z.</summary>
    public static IResult Json<T>(T value) => Results.Json(value, ManifestJson.Options);

    /// <summary>Requested work: where to look how it goes.</summary>
    public static IResult Accepted(Guid run, bool joined) => Results.Json(
        new { RunId = run, Joined = joined }, ManifestJson.Options, statusCode: StatusCodes.Status202Accepted);

    /// <summary>Who sent a request of the API.</summary>
    public static Task<Actor> ApiActorAsync(this HttpContext context, Actors actors, CancellationToken cancellationToken) =>
        actors.OfTokenAsync(context, Policies.RoleOf(context.User), cancellationToken);

    private static async ValueTask<object?> AnswerFaultsAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (AccessRefusedException exception)
        {
            return Results.Problem(exception.Message, statusCode: StatusCodes.Status403Forbidden);
        }
        catch (Exception exception) when (!context.HttpContext.Response.HasStarted && Message(exception) is { } message)
        {
            return Results.Problem(message, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    // What is ours to say; a database's own words may name what a token's holder needn't know.
    private static string? Message(Exception exception) => exception switch
    {
        CandidateManifestException or DatasetManifestException or ImageListException => exception.Message,
        ObjectStoreException => "The object store can't be reached or didn't answer as it should: try again later.",
        PredictionSourceException or DbException => "A database can't be reached: try again later.",
        _ when DatabaseFaults.IsAway(exception) => "A database can't be reached: try again later.",
        _ => null,
    };
}
