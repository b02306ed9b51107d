namespace VmmEngine.Exploration.Replay;

/// <summary>
/// One run of a step that replays the results it has seen so far and stops at the first access without one.
/// </summary>
internal sealed class Rerun(World world)
{
    [ThreadStatic]
    private static Rerun? Running;

    private static readonly StopException Stop = new();

    private readonly List<(Operation Operation, ulong Result)> _log = [];
    private readonly List<Observation> _observations = [];
    private int _position;

    /// <summary>The run that the calling OS thread is in.</summary>
    public static Rerun Current =>
        Running ?? throw new InvalidOperationException("Controlled atomics and observations work only inside a step of an explored thread.");

    /// <summary>What the last run observed after its last replayed access.</summary>
    public IReadOnlyList<Observation> Observations => _observations;

    /// <summary>The access that the last run stopped at.</summary>
    public Operation Pending { get; private set; }

    /// <summary>What the step threw, else null.</summary>
    public string? Fault { get; private set; }

    /// <summary>Whether a step that ran to its end asks to be run again.</summary>
    public bool Repeats { get; private set; }

    /// <summary>Runs <paramref name="step"/> up to the place after <paramref name="path"/>.</summary>
    public void Run(Func<bool> step, Stack<(Operation Operation, ulong Result)> path)
    {
        _log.Clear();
        _log.AddRange(path);
        _observations.Clear();
        _position = 0;
        Fault = null;
        Repeats = false;

        world.RestoreMemory();
        Rerun? outer = Running;
        Running = this;
        try
        {
            Repeats = step();
            Pending = new Operation(OperationKind.End, -1, 0, 0);
            ExpectWholeLogReplayed();
        }
        catch (StopException)
        {
            // The usual way out: the pending access has been noted.
        }
        catch (NotRepeatableException)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever the code under exploration throws is a finding to be reported with its schedule.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Pending = new Operation(OperationKind.Fault, -1, 0, 0);
            Fault = $"{exception.GetType().Name}: {exception.Message}";
        }
        finally
        {
            Running = outer;
        }

        if (Fault is null && world.FindPlainWrite() is string word)
        {
            Pending = new Operation(OperationKind.Fault, -1, 0, 0);
            Fault = $"{word} was written without going through the atomics";
        }
    }

    public ulong Perform(OperationKind kind, nint address, int width, ulong value = 0, ulong comparand = 0)
    {
        Operation operation = new(kind, address == 0 ? -1 : world.VariableAt(address, width), value, comparand);
        if (_position == _log.Count)
        {
            Pending = operation;
            throw Stop;
        }

        (Operation expected, ulong result) = _log[_position++];
        if (expected != operation)
        {
            throw new NotRepeatableException($"A step did {operation} where its earlier run did {expected}: steps must be deterministic.");
        }

        _observations.Clear();
        return result;
    }

    public void Observe(Observation observation) => _observations.Add(observation);

    public void Record(nint address, uint value) =>
        _observations.Add(new Observation(ObservationKind.Record, (ulong)world.VariableAt(address, sizeof(uint)), value));

    private void ExpectWholeLogReplayed()
    {
        if (_position != _log.Count)
        {
            throw new NotRepeatableException("A step ended earlier than its earlier run did: steps must be deterministic.");
        }
    }

    private sealed class StopException : Exception;

    private sealed class NotRepeatableException(string message) : Exception(message);
}
