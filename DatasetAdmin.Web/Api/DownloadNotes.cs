using System.Collections.Concurrent;
using DatasetAdmin.Core.Access;
using DatasetAdmin.Web.Access;

namespace DatasetAdmin.Web.Api;

/// <summary>
/// Writes downloads of originals by token into the audit log: once an hour for each token and dataset or day, and not each of the million
/// images that a training job takes.
/// </summary>
internal sealed class DownloadNotes(AuditLog audit, TimeProvider time)
{
    private readonly ConcurrentDictionary<(string Token, string Target), DateTimeOffset> _noted = new();

    /// <summary>Called before the first byte.</summary>
    /// <param name="target">The dataset or day that the image is of.</param>
    public async Task NoteAsync(HttpContext context, Actors actors, string target, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var key = (context.User.FindFirst(TokenAuthentication.TokenIdClaim)?.Value ?? "", target);
        if (_noted.TryGetValue(key, out var last) && now - last < TimeSpan.FromHours(1))
        {
            return;
        }

        await audit.WriteAsync(await context.ApiActorAsync(actors, cancellationToken), AuditAction.DownloadOriginal, target, "by token, this hour", AuditOutcome.Done, cancellationToken);
        _noted[key] = now;
        foreach (var (old, at) in _noted)
        {
            if (now - at >= TimeSpan.FromHours(1))
            {
                _noted.TryRemove(old, out _);
            }
        }
    }
}
