using System.Globalization;
using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Web.Access;

namespace DatasetAdmin.Web.Api;

/// <summary>Days of candidates.</summary>
internal static class DaysApi
{
    private const int MostDays = 366;

    public static void MapDays(this RouteGroupBuilder api)
    {
        var days = api.MapGroup("/days").WithTags("days");
        days.MapGet("", ListAsync).WithSummary("The days of a range, collected or not: the last 31 without from and to (YYYY-MM-DD, at most 366 days).");
        days.MapGet("/{day}", FindAsync).WithSummary("A day's manifest, without its long lists of images and rejected photos.");
        days.MapGet("/{day}/images", ImagesAsync).WithSummary("A day's images as JSON lines.");
        days.MapGet("/{day}/images/{**path}", ImageAsync).WithSummary("An image of a day as it was uploaded.");
        days.MapPost("/{day}/collect", CollectAsync).RequireAuthorization(TokenAuthentication.Require(Core.Access.UserRole.Operator))
            .WithSummary("Requests that a day is collected, or joins the run that does so. Needs the role Operator.");
    }

    private static async Task<IResult> ListAsync(CandidateQueries candidates, TimeProvider time, string? from, string? to, CancellationToken cancellationToken)
    {
        var last = Today(time);
        if (to is not null && !TryDay(to, out last))
        {
            return NoDay(to);
        }

        var first = last.AddDays(-30);
        if (from is not null && !TryDay(from, out first))
        {
            return NoDay(from);
        }

        if (last < first || last.DayNumber - first.DayNumber >= MostDays)
        {
            return ApiServices.Wrong($"from must lie before to, and at most {MostDays} days: ask for a shorter range.");
        }

        var days = await candidates.DaysAsync(first, last, cancellationToken);
        return ApiServices.Json(days.Select(day => new
        {
            day.Day,
            State = day.Problem is not null ? "unreadable" : day.IsMissing ? "missing" : day.IsEarlier ? "earlier" : "collected",
            day.Problem,
            day.Manifest?.Totals,
            day.Manifest?.ClassDistribution,
            day.Manifest?.CreatedAt,
        }));
    }

    private static async Task<IResult> FindAsync(CandidateQueries candidates, string day, CancellationToken cancellationToken)
    {
        if (!TryDay(day, out var date))
        {
            return NoDay(day);
        }

        var found = await candidates.DayAsync(date, cancellationToken);
        return found switch
        {
            { Problem: { } problem } => Results.Problem(problem, statusCode: StatusCodes.Status503ServiceUnavailable),
            { Manifest: { } manifest } => ApiServices.Json(manifest),
            { IsEarlier: true } => ApiServices.Json(new { CollectionDate = date, State = "earlier" }),
            _ => ApiServices.Missing($"{day} isn't collected: POST {ApiServices.Root}/days/{day}/collect to have it done."),
        };
    }

    private static Task<IResult> ImagesAsync(HttpContext context, ListCatalog catalog, ImageListExport export, string day, CancellationToken cancellationToken) =>
        TryDay(day, out var date) ? ApiImages.LinesAsync(context, catalog, export, ListReference.Of(date), cancellationToken) : Task.FromResult(NoDay(day));

    private static Task<IResult> ImageAsync(
        HttpContext context, Buckets buckets, Actors actors, DownloadNotes notes, string day, string path, CancellationToken cancellationToken) =>
        TryDay(day, out var date)
            ? ApiImages.ImageAsync(context, buckets, actors, notes, ObjectKeys.DayPrefix(date), path, ObjectKeys.DayText(date), cancellationToken)
            : Task.FromResult(NoDay(day));

    private static async Task<IResult> CollectAsync(HttpContext context, Actors actors, Actions actions, TimeProvider time, string day, CancellationToken cancellationToken)
    {
        if (!TryDay(day, out var date))
        {
            return NoDay(day);
        }

        if (date > Today(time))
        {
            return ApiServices.Wrong($"{day} lies in the future: today is {ObjectKeys.DayText(Today(time))} (UTC).");
        }

        var requested = await actions.CollectAsync(await context.ApiActorAsync(actors, cancellationToken), date, cancellationToken);
        return RunsApi.Accepted(context, requested);
    }

    private static DateOnly Today(TimeProvider time) => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    private static bool TryDay(string text, out DateOnly day) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    private static IResult NoDay(string text) => ApiServices.Wrong($"'{text}' is not a day: write YYYY-MM-DD.");
}
