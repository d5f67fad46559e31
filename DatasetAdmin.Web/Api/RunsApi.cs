using DatasetAdmin.Core.Access;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Web.Access;

namespace DatasetAdmin.Web.Api;

/// <summary>What ran, runs and waits.</summary>
internal static class RunsApi
{
    private const int MostRuns = 500;

    public static void MapRuns(this RouteGroupBuilder api)
    {
        var runs = api.MapGroup("/runs").WithTags("runs");
        runs.MapGet("", ListAsync).WithSummary("Runs, newest first, by kind (such as build-dataset), status (such as failed) and target (such as full/2026-10).");
        runs.MapGet("/{id:guid}", FindAsync).WithSummary("How a run goes or went.");
        runs.MapGet("/{id:guid}/events", EventsAsync).WithSummary("A run's log.");
        runs.MapPost("/{id:guid}/cancel", CancelAsync).RequireAuthorization(TokenAuthentication.Require(UserRole.Operator)).WithSummary("Asks for a run's end. Needs the role Operator.");
    }

    /// <summary>202 with the run that was requested or joined, and where to look how it goes.</summary>
    public static IResult Accepted(HttpContext context, RunRequested requested)
    {
        context.Response.Headers.Location = $"{ApiServices.Root}/runs/{requested.Run.Id}";
        return ApiServices.Accepted(requested.Run.Id, requested.Joined);
    }

    private static async Task<IResult> ListAsync(RunStore runs, string? kind, string? status, string? target, int? skip, int? take, CancellationToken cancellationToken)
    {
        if (kind is not null && AppUrls.ParseOrNull<RunKind>(kind) is null)
        {
            return ApiServices.Wrong($"kind is '{kind}': write one of {Names<RunKind>()}.");
        }

        if (status is not null && AppUrls.ParseOrNull<RunStatus>(status) is null)
        {
            return ApiServices.Wrong($"status is '{status}': write one of {Names<RunStatus>()}.");
        }

        if (skip < 0 || take is < 1 or > MostRuns)
        {
            return ApiServices.Wrong($"skip must be 0 or more, and take from 1 to {MostRuns}.");
        }

        var page = await runs.ListAsync(new RunFilter(AppUrls.ParseOrNull<RunKind>(kind), target, AppUrls.ParseOrNull<RunStatus>(status)), skip ?? 0, take ?? 50, cancellationToken);
        return ApiServices.Json(new { page.Total, Runs = page.Runs.Select(Shown) });
    }

    private static async Task<IResult> FindAsync(RunStore runs, Guid id, CancellationToken cancellationToken) =>
        await runs.FindOrNullAsync(id, cancellationToken) is { } run ? ApiServices.Json(Shown(run)) : NoRun(id);

    private static async Task<IResult> EventsAsync(RunStore runs, Guid id, CancellationToken cancellationToken) =>
        await runs.FindOrNullAsync(id, cancellationToken) is null
            ? NoRun(id)
            : ApiServices.Json((await runs.EventsAsync(id, cancellationToken)).Select(item => new { item.Number, item.At, Level = AppUrls.Name(item.Level), item.Message }));

    private static async Task<IResult> CancelAsync(HttpContext context, RunStore runs, Actors actors, Actions actions, Guid id, CancellationToken cancellationToken)
    {
        if (await runs.FindOrNullAsync(id, cancellationToken) is null)
        {
            return NoRun(id);
        }

        var isOpen = await actions.CancelAsync(await context.ApiActorAsync(actors, cancellationToken), id, cancellationToken);
        return isOpen ? Results.Accepted($"{ApiServices.Root}/runs/{id}") : Results.Problem("The run has ended already.", statusCode: StatusCodes.Status409Conflict);
    }

    private static object Shown(Run run) => new
    {
        run.Id,
        Kind = AppUrls.Name(run.Kind),
        run.Target,
        Status = AppUrls.Name(run.Status),
        Trigger = AppUrls.Name(run.Trigger),
        run.RequestedBy,
        run.RequestedAt,
        run.StartedAt,
        run.FinishedAt,
        run.Attempt,
        run.Step,
        run.Done,
        run.Total,
        run.Counters,
        run.Result,
        run.Error,
    };

    private static IResult NoRun(Guid id) => ApiServices.Missing($"There is no run {id}.");

    private static string Names<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetValues<T>().Select(AppUrls.Name));
}
