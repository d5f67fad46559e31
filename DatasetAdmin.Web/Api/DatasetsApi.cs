using DatasetAdmin.Core.Access;
using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Web.Access;
using DatasetAdmin.Web.Downloads;

namespace DatasetAdmin.Web.Api;

/// <summary>Datasets and their versions.</summary>
internal static class DatasetsApi
{
    private const int MostMonths = 120;

    public static void MapDatasets(this RouteGroupBuilder api)
    {
        var datasets = api.MapGroup("/datasets").WithTags("datasets");
        datasets.MapGet("", ListAsync).WithSummary("Both kinds of the months of a range that are built, newest first: the last 12 without from and to (YYYY-MM).");
        datasets.MapGet("/{kind}/{month}", FindAsync).WithSummary("The manifest of a dataset: of the version that stands, or of the version asked for.");
        datasets.MapGet("/{kind}/{month}/versions", VersionsAsync).WithSummary("The versions of a dataset, newest first, with what each changed.");
        datasets.MapGet("/{kind}/{month}/dataset_info.md", InfoAsync).WithSummary("dataset_info.md, byte for byte.");
        datasets.MapGet("/{kind}/{month}/images", ImagesAsync).WithSummary("The images of a dataset as JSON lines: of the version that stands, or of the version asked for.");
        datasets.MapGet("/{kind}/{month}/images/{**path}", ImageAsync).WithSummary("An image of a dataset, by its path in the list.");
        datasets.MapPost("/{kind}/{month}/build", BuildAsync).RequireAuthorization(TokenAuthentication.Require(UserRole.Operator))
            .WithSummary("Requests a build, or joins the run that does so. allow_drops=true lets it drop more than a build may by itself. Needs the role Operator.");
    }

    private static async Task<IResult> ListAsync(DatasetQueries datasets, TimeProvider time, string? from, string? to, CancellationToken cancellationToken)
    {
        var last = Month.Of(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
        if (to is not null && !Month.TryParse(to, out last))
        {
            return NoMonth(to);
        }

        var first = Month.Of(last.FirstDay.AddMonths(-11));
        if (from is not null && !Month.TryParse(from, out first))
        {
            return NoMonth(from);
        }

        if (last < first || first.FirstDay.AddMonths(MostMonths) <= last.FirstDay)
        {
            return ApiServices.Wrong($"from must lie before to, and at most {MostMonths} months: ask for a shorter range.");
        }

        var months = await datasets.MonthsAsync(first, last, cancellationToken);
        return ApiServices.Json(months.Where(item => item.Manifest is not null || item.Problem is not null).Select(item => new
        {
            Kind = item.Kind.Name(),
            Month = item.Month.ToString(),
            item.Manifest?.Version,
            item.Manifest?.Status,
            item.Manifest?.CreatedAt,
            item.Manifest?.ContentDigest,
            item.Manifest?.Totals,
            item.Problem,
        }));
    }

    private static async Task<IResult> FindAsync(DatasetQueries datasets, string kind, string month, int? version, CancellationToken cancellationToken)
    {
        if (ProblemOrNull(kind, month, out var of, out var parsed) is { } problem)
        {
            return problem;
        }

        return await datasets.FindOrNullAsync(parsed, of, version, cancellationToken) is { } manifest ? ApiServices.Json(manifest) : NotBuilt(kind, month, version);
    }

    private static async Task<IResult> VersionsAsync(DatasetQueries datasets, string kind, string month, CancellationToken cancellationToken)
    {
        if (ProblemOrNull(kind, month, out var of, out var parsed) is { } problem)
        {
            return problem;
        }

        var versions = await datasets.VersionsAsync(parsed, of, cancellationToken);
        return versions.Count == 0
            ? NotBuilt(kind, month, null)
            : ApiServices.Json(versions.Select(item => new { item.Version, item.CreatedAt, item.ContentDigest, item.Totals, item.Changes, item.RunId }));
    }

    private static async Task<IResult> InfoAsync(HttpContext context, Buckets buckets, string kind, string month, int? version, CancellationToken cancellationToken) =>
        ProblemOrNull(kind, month, out var of, out var parsed)
        ?? (await DatasetEndpoints.TrySendStoredAsync(
                context,
                buckets,
                version is { } number ? $"{ObjectKeys.Version(new(of, number), parsed)}dataset_info.md" : ObjectKeys.DatasetInfo(parsed, of),
                $"{kind}-{month}-dataset_info.md",
                ContentTypes.Markdown,
                cancellationToken)
            ? Results.Empty
            : NotBuilt(kind, month, version));

    private static async Task<IResult> ImagesAsync(
        HttpContext context, ListCatalog catalog, ImageListExport export, string kind, string month, int? version, CancellationToken cancellationToken) =>
        ProblemOrNull(kind, month, out var of, out var parsed)
        ?? await ApiImages.LinesAsync(context, catalog, export, ListReference.Of(parsed, of, version), cancellationToken);

    private static async Task<IResult> ImageAsync(
        HttpContext context, Buckets buckets, Actors actors, DownloadNotes notes, string kind, string month, string path, CancellationToken cancellationToken) =>
        ProblemOrNull(kind, month, out var of, out var parsed)
        ?? await ApiImages.ImageAsync(context, buckets, actors, notes, ObjectKeys.DatasetPrefix(parsed, of), path, $"{kind}/{month}", cancellationToken);

    private static async Task<IResult> BuildAsync(
        HttpContext context, Actors actors, Actions actions, TimeProvider time, string kind, string month, CancellationToken cancellationToken)
    {
        if (ProblemOrNull(kind, month, out var of, out var parsed) is { } problem)
        {
            return problem;
        }

        var newest = Month.Of(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
        if (of > newest)
        {
            return ApiServices.Wrong($"{month} lies in the future: the newest month that can be meant is {newest}.");
        }

        var allowDrops = context.Request.Query["allow_drops"] == "true";
        var requested = await actions.BuildAsync(await context.ApiActorAsync(actors, cancellationToken), of, parsed, allowDrops, cancellationToken);
        return RunsApi.Accepted(context, requested);
    }

    private static IResult? ProblemOrNull(string kindText, string monthText, out Month month, out DatasetKind kind)
    {
        month = default;
        return !DatasetKinds.TryParse(kindText, out kind) ? ApiServices.Wrong($"'{kindText}' is no kind of dataset: write verified or full.")
            : !Month.TryParse(monthText, out month) ? NoMonth(monthText)
            : null;
    }

    private static IResult NoMonth(string text) => ApiServices.Wrong($"'{text}' is not a month: write YYYY-MM.");

    private static IResult NotBuilt(string kind, string month, int? version) =>
        ApiServices.Missing($"{kind}/{month} {(version is null ? "isn't built" : $"has no version {version}")}: see {ApiServices.Root}/datasets for what there is.");
}
