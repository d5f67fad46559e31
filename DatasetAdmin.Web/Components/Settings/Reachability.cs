using System.Data.Common;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Database;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Web.Components.Settings;

/// <summary>Something outside that the program needs.</summary>
/// <param name="What">Where it is, without a secret.</param>
/// <param name="Problem">Why it can't be reached; null where it can.</param>
public sealed record Dependency(string Name, string What, string? Problem);

/// <summary>Asks what the program needs whether it answers.</summary>
internal sealed class Reachability(IPredictionSource source, Buckets buckets, AdminDatabase database, RunStore runs)
{
    /// <summary>The name of the artifacts bucket.</summary>
    public const string Artifacts = "Artifacts";

    /// <summary>The name of the program's own database.</summary>
    public const string Database = "Own database";

    // Longer than a slow answer, shorter than a reader's patience.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public async Task<IReadOnlyList<Dependency>> CheckAsync(CancellationToken cancellationToken) => await Task.WhenAll(
        AskAsync("Predictions", source.Table, source.CheckAsync, cancellationToken),
        AskAsync("Photos", $"bucket {buckets.Photos.Bucket}", token => FindAsync(buckets.Photos, token), cancellationToken),
        AskAsync(Artifacts, $"bucket {buckets.Artifacts.Bucket}", token => FindAsync(buckets.Artifacts, token), cancellationToken),
        AskAsync(Database, database.Description, runs.OpenAsync, cancellationToken));

    private static async Task<Dependency> AskAsync(string name, string what, Func<CancellationToken, Task> ask, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(s_patience);
        try
        {
            await Task.Run(() => ask(deadline.Token), deadline.Token).WaitAsync(deadline.Token);
            return new(name, what, null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(name, what, $"It hasn't answered for {s_patience.TotalSeconds:0} seconds.");
        }
        catch (Exception exception) when (exception is PredictionSourceException or ObjectStoreException or DbException or TimeoutException or InvalidOperationException { InnerException: DbException })
        {
            return new(name, what, exception.Message);
        }
    }

    // Any key will do: a store that answers says whether it is there.
    private static Task FindAsync(IObjectStore store, CancellationToken cancellationToken) => store.FindOrNullAsync("metadata/probe/reachable", cancellationToken);
}
