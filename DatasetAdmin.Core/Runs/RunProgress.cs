namespace DatasetAdmin.Core.Runs;

/// <summary>
/// What one run tells of itself while it runs: its step, counts and events. Lives in memory, may be called from many
/// threads, and never waits; who executes the run writes it down and shows it.
/// </summary>
public sealed class RunProgress(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, long> _counters = new(StringComparer.Ordinal);
    private readonly List<RunProgressEvent> _events = [];
    private string _step = "";
    private long _done;
    private long? _total;

    /// <summary>Called with the name of each step that begins.</summary>
    internal Action<string>? StepBegan { get; init; }

    /// <summary>Begins a step, such as <c>fetching photos</c>, of which <paramref name="total"/> things are to be done, where that is known.</summary>
    public void Begin(string step, long? total = null)
    {
        lock (_gate)
        {
            (_step, _done, _total) = (step, 0, total);
        }

        StepBegan?.Invoke(step);
    }

    /// <summary>Says that <paramref name="count"/> more things of the step are done.</summary>
    public void Advance(long count = 1) => Interlocked.Add(ref _done, count);

    /// <summary>Sets a counter of the run, such as <c>images</c>; the last value is kept with the run.</summary>
    public void Count(string counter, long value)
    {
        lock (_gate)
        {
            _counters[counter] = value;
        }
    }

    /// <summary>Notes an event for the run's log. The message is for people and holds no secret and no photo's content.</summary>
    public void Note(RunEventLevel level, string message)
    {
        lock (_gate)
        {
            _events.Add(new(time.GetUtcNow().UtcDateTime, level, message));
        }
    }

    /// <summary>The state at this moment.</summary>
    public RunProgressSnapshot Current
    {
        get
        {
            lock (_gate)
            {
                return new(_step, Interlocked.Read(ref _done), _total, new Dictionary<string, long>(_counters));
            }
        }
    }

    /// <summary>Takes the events noted since the last call, in order.</summary>
    public IReadOnlyList<RunProgressEvent> TakeEvents()
    {
        lock (_gate)
        {
            RunProgressEvent[] taken = [.. _events];
            _events.Clear();
            return taken;
        }
    }
}

public enum RunEventLevel
{
    Information,
    Warning,
    Error,
}

/// <summary>One line of a run's log.</summary>
public sealed record RunProgressEvent(DateTime At, RunEventLevel Level, string Message);

/// <summary>A run's progress at one moment. <see cref="Total"/> is null where it isn't known.</summary>
public sealed record RunProgressSnapshot(string Step, long Done, long? Total, IReadOnlyDictionary<string, long> Counters);
