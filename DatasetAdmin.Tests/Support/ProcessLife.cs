namespace DatasetAdmin.Tests.Support;

/// <summary>What a process does to the world outside of it.</summary>
internal enum OutsideCall
{
    /// <summary>Reading a bucket or the predictions.</summary>
    Read,

    /// <summary>Changing the artifacts bucket.</summary>
    Write,

    /// <summary>Opening the program's own database.</summary>
    Database,
}

/// <summary>When a process dies: at its <paramref name="Number"/>-th call of <paramref name="Kinds"/>, 0 being never.</summary>
/// <param name="After">Whether that call still takes effect; its answer is lost either way.</param>
internal sealed record CrashPoint(IReadOnlyList<OutsideCall> Kinds, int Number, bool After)
{
    public static CrashPoint Never(params OutsideCall[] kinds) => new(kinds, 0, After: false);

    public override string ToString() => $"{(After ? "after" : "before")} call {Number} of {string.Join(" and ", Kinds)}";
}

/// <summary>Thrown from every call of a process that is dead.</summary>
public sealed class ProcessDiedException(string call) : Exception($"The process died at: {call}");

/// <summary>
/// One process as its surroundings see it. At its crash point it dies: that call and every later one throws, so that whatever
/// the program does in its catch and finally blocks reaches nothing, as if it had been killed.
/// </summary>
internal sealed class ProcessLife(CrashPoint point)
{
    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;

    /// <summary>How many calls of the point's kinds were made.</summary>
    public int Calls => Volatile.Read(ref _calls);

    public Task Died => _died.Task;

    public bool IsDead => _died.Task.IsCompleted;

    /// <summary>What it was doing when it died.</summary>
    public string LastCall { get; private set; } = "";

    public Task CallAsync(OutsideCall kind, string what, Func<Task> call) => CallAsync(kind, what, async () =>
    {
        await call();
        return true;
    });

    public async Task<T> CallAsync<T>(OutsideCall kind, string what, Func<Task<T>> call)
    {
        var isLast = Begin(kind, what);
        var result = await call();
        if (isLast)
        {
            Die(what);
        }

        // The answer of a call that was under way reaches nobody.
        ThrowIfDead(what);
        return result;
    }

    /// <summary>A call without an end of its own: dying after it is dying at the next one.</summary>
    public void Call(OutsideCall kind, string what)
    {
        if (Begin(kind, what))
        {
            Die(what);
        }
    }

    public void ThrowIfDead(string what)
    {
        if (IsDead)
        {
            throw new ProcessDiedException(what);
        }
    }

    /// <returns>Whether it dies once the call has taken effect.</returns>
    private bool Begin(OutsideCall kind, string what)
    {
        ThrowIfDead(what);
        if (!point.Kinds.Contains(kind) || Interlocked.Increment(ref _calls) != point.Number)
        {
            return false;
        }

        if (!point.After)
        {
            Die(what);
        }

        return true;
    }

    private void Die(string what)
    {
        LastCall = what;
        _died.TrySetResult();
        throw new ProcessDiedException(what);
    }
}
