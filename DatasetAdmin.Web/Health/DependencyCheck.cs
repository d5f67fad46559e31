using System.Data.Common;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DatasetAdmin.Web.Health;

/// <summary>Asks one thing that the program depends on. The reason that it gives is ours alone: anyone may read it.</summary>
internal sealed class DependencyCheck(Func<CancellationToken, Task> ask) : IHealthCheck
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(4);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(s_patience);
        try
        {
            // Not all of them look at their token at every moment.
            await Task.Run(() => ask(deadline.Token), CancellationToken.None).WaitAsync(deadline.Token);
            return HealthCheckResult.Healthy();
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy($"no answer within {s_patience.TotalSeconds:0} s");
        }
        catch (Exception exception)
        {
            return HealthCheckResult.Unhealthy(Reason(exception));
        }
    }

    private static string Reason(Exception exception) => exception switch
    {
        ObjectStoreException { Fault: ObjectStoreFault.AccessDenied } => "access denied",
        ObjectStoreException { Fault: ObjectStoreFault.BucketMissing } => "the bucket is missing",
        ObjectStoreException { Fault: ObjectStoreFault.Unexpected } => "the answer isn't that of an object store",
        ObjectStoreException or PredictionSourceException { MayPass: true } or DbException or TimeoutException or IOException => "not reachable",
        PredictionSourceException => "the table can't be read",
        _ => "failed",
    };
}
