using Coravel.Invocable;
using DatasetAdmin.Core.Scheduling;

namespace DatasetAdmin.Web.Jobs;

/// <summary>
/// Asks at start and every minute what the schedule owes. Coravel is only the alarm clock: what is due, and whether it was done,
/// stands in the database and the manifests.
/// </summary>
internal sealed partial class CatchUpJob(CatchUp catchUp, ILogger<CatchUpJob> logger) : IInvocable, ICancellableInvocable
{
    public CancellationToken CancellationToken { get; set; }

    public async Task Invoke()
    {
        try
        {
            await catchUp.TickAsync(CancellationToken);
        }
        catch (OperationCanceledException) when (CancellationToken.IsCancellationRequested)
        {
            // The program is being stopped.
        }
        catch (Exception exception)
        {
            // Nothing is lost: the next minute asks again.
            LogFailed(logger, exception);
        }
    }

    [LoggerMessage(LogLevel.Warning, "What the schedule owes couldn't be found out; the next minute asks again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
