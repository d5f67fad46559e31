using System.Globalization;
using DatasetAdmin.Core.Access;

namespace DatasetAdmin.Web.Access;

/// <summary>The audit log as a file.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder routes) => routes.MapGet(AppUrls.AuditExport, ExportAsync).RequireAuthorization(Policies.Admin);

    private static async Task ExportAsync(
        HttpContext context, AuditLog audit, Actors actors, Actions actions, string? action, string? outcome, string? text, string? from, string? to, CancellationToken cancellationToken)
    {
        await actions.AllowAsync(await actors.OfAsync(context, cancellationToken), UserRole.Admin, AuditAction.ExportAudit, "", context.Request.QueryString.Value, cancellationToken);
        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.Headers.ContentDisposition = "attachment; filename=audit.csv";
        context.Response.Headers.CacheControl = "no-store";

        await using var writer = new StreamWriter(context.Response.Body);
        await writer.WriteAsync("id,at,actor,actor_id,channel,address,action,outcome,target,detail\r\n");
        await foreach (var entry in audit.ReadAsync(AppUrls.AuditFilterOf(action, outcome, text, from, to), cancellationToken))
        {
            string?[] fields =
            [
                entry.Id.ToString(CultureInfo.InvariantCulture),
                entry.At.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
                entry.Actor,
                entry.ActorId?.ToString(),
                AppUrls.Name(entry.Channel),
                entry.Address,
                AppUrls.Name(entry.Action),
                AppUrls.Name(entry.Outcome),
                entry.Target,
                entry.Detail,
            ];
            await writer.WriteAsync($"{string.Join(',', fields.Select(Field))}\r\n");
        }
    }

    // RFC 4180, and an apostrophe before what a spreadsheet would take for a formula: what somebody called themselves stands here.
    private static string Field(string? text) => text switch
    {
        null or "" => "",
        ['=' or '+' or '-' or '@' or '\t' or '\r' or '\0', ..] => Field($"'{text}"),
        _ when text.AsSpan().ContainsAny(",\"\r\n") => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"",
        _ => text,
    };
}
