using DatasetAdmin.Core.Access;
using DatasetAdmin.Core.Building;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Database;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Web.Access;
using Microsoft.AspNetCore.Components;

namespace DatasetAdmin.Web.Components.Shared;

/// <summary>
/// A component that loads what it shows: it knows whether a load is under way, why the last one failed, and lets a new load end the one
/// before. A fault of the outside is shown in words; what isn't expected goes to the layout's boundary and the log.
/// </summary>
public abstract class DataPage : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private CancellationTokenSource? _load;
    private Func<Task>? _behind;

    [Inject]
    internal ILoggerFactory Loggers { get; init; } = null!;

    /// <summary>Cancelled when the component goes away.</summary>
    protected CancellationToken Gone => _gone.Token;

    /// <summary>A load that a person waits for is under way.</summary>
    protected bool IsLoading { get; private set; }

    /// <summary>Why the last load failed and what to do, or null.</summary>
    protected string? Problem { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        _load?.Dispose();
        _gone.Dispose();
        OnGone();
        GC.SuppressFinalize(this);
    }

    /// <summary>What a component has to give back.</summary>
    protected virtual void OnGone()
    {
    }

    /// <summary>
    /// Runs a load on the pool and then <paramref name="show"/> here, unless a newer load was begun meanwhile.
    /// </summary>
    /// <param name="isQuiet">Nobody asked for it, so that nothing says that it is under way.</param>
    protected async Task LoadAsync<T>(Func<CancellationToken, Task<T>> load, Action<T> show, bool isQuiet = false)
    {
        if (_gone.IsCancellationRequested)
        {
            return;
        }

        if (_load is { } older)
        {
            await older.CancelAsync();
        }

        using var current = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token);
        (_load, IsLoading) = (current, !isQuiet);
        StateHasChanged();
        try
        {
            // DuckDB and the file store block: a circuit that waits for them answers no click.
            var result = await Task.Run(() => load(current.Token), current.Token);
            if (_load == current)
            {
                Problem = null;
                show(result);
            }
        }
        catch (Exception) when (current.IsCancellationRequested)
        {
            // Nobody waits for it any more.
        }
        catch (Exception exception) when (IsExpected(exception))
        {
            SiteLog.LoadFailed(Loggers.CreateLogger(GetType()), exception, GetType().Name);
            Problem = exception is InvalidOperationException { InnerException: { } inner } ? inner.Message : exception.Message;
        }
        finally
        {
            if (_load == current)
            {
                (_load, IsLoading) = (null, false);
                if (!_gone.IsCancellationRequested)
                {
                    StateHasChanged();
                }
            }
        }

        if (_load is null && _behind is { } next && !_gone.IsCancellationRequested)
        {
            _behind = null;
            await next();
        }
    }

    /// <summary>Runs a load because something has changed. One that is under way is let end first: news come faster than a slow store answers.</summary>
    protected Task FollowAsync(Func<Task> load)
    {
        if (_load is null)
        {
            return load();
        }

        _behind = load;
        return Task.CompletedTask;
    }

    /// <summary>Whether a fault comes from outside and its message is for people. EF Core wraps what its database said.</summary>
    internal static bool IsExpected(Exception exception) => exception
        is AccessRefusedException or AccountException or ObjectStoreException or CandidateManifestException or DatasetManifestException or ImageListException or PredictionSourceException
        or AdminDatabaseException or BuildException or IOException || DatabaseFaults.IsAway(exception);
}
