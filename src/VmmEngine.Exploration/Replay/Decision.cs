namespace VmmEngine.Exploration.Replay;

/// <summary>
/// A place in a thread's code: everything the code does between the results it has seen so far and the next access that needs one.
/// </summary>
internal sealed class Decision
{
    private readonly List<(ulong Result, Decision Next)> _branches = [];

    public Decision(int id, int step, Decision? parent, ulong result)
    {
        Id = id;
        Step = step;
        Parent = parent;
        Result = result;
    }

    /// <summary>Number within the thread; part of the state.</summary>
    public int Id { get; }

    /// <summary>The step of the thread that this place belongs to.</summary>
    public int Step { get; }

    /// <summary>The access before, null at a step's beginning.</summary>
    public Decision? Parent { get; }

    /// <summary>What <see cref="Parent"/> returned on the way here.</summary>
    public ulong Result { get; }

    /// <summary>The access that the thread performs next.</summary>
    public Operation Pending { get; set; }

    /// <summary>Enters and records: in effect as soon as the thread is here.</summary>
    public Observation[] OnArrival { get; set; } = [];

    /// <summary>Leaves: in effect when <see cref="Pending"/> is performed.</summary>
    public Observation[] OnDeparture { get; set; } = [];

    /// <summary><see cref="OperationKind.End"/> only: where the thread goes on, null when it has finished.</summary>
    public Decision? Continuation { get; set; }

    /// <summary><see cref="OperationKind.Fault"/> only: what was thrown.</summary>
    public string? Fault { get; set; }

    /// <summary>Whether the thread has nothing more to do.</summary>
    public bool IsFinished => Pending.Kind == OperationKind.End && Continuation is null;

    public Decision? Find(ulong result)
    {
        foreach ((ulong known, Decision next) in _branches)
        {
            if (known == result)
            {
                return next;
            }
        }

        return null;
    }

    public void Add(ulong result, Decision next) => _branches.Add((result, next));
}
