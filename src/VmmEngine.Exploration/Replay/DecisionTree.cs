namespace VmmEngine.Exploration.Replay;

/// <summary>
/// What one thread's code does for every sequence of results that its accesses can return, grown as the search asks for it.
/// </summary>
/// <remarks>
/// The code runs once per branch of the tree, however many schedules pass through it. A step's end leads to the beginning of the next step, or of the same one:
/// what was seen before is forgotten there, which is sound because steps share no locals.
/// </remarks>
internal sealed class DecisionTree
{
    private readonly IReadOnlyList<Func<bool>> _steps;
    private readonly int _operationLimit;
    private readonly Rerun _rerun;
    private readonly Decision?[] _roots;
    private readonly List<Decision> _decisions = [];
    private readonly Stack<(Operation, ulong)> _path = new();

    public DecisionTree(World world, IReadOnlyList<Func<bool>> steps, int operationLimit)
    {
        _steps = steps;
        _operationLimit = operationLimit;
        _rerun = new Rerun(world);
        _roots = new Decision?[steps.Count];
        Start = Root(0);
    }

    public Decision Start { get; }

    public Decision this[int id] => _decisions[id];

    /// <summary>Where the thread is once the access pending at <paramref name="decision"/> has returned <paramref name="result"/>.</summary>
    public Decision After(Decision decision, ulong result)
    {
        if (decision.Find(result) is Decision known)
        {
            return known;
        }

        Decision next = Create(decision.Step, decision, result);
        decision.Add(result, next);
        return next;
    }

    private Decision Root(int step) => _roots[step] ?? Create(step, null, 0);

    private Decision Create(int step, Decision? parent, ulong result)
    {
        Decision decision = new(_decisions.Count, step, parent, result);
        _decisions.Add(decision);
        if (parent is null)
        {
            _roots[step] = decision;
        }

        FindPath(decision);
        if (_path.Count > _operationLimit)
        {
            decision.Pending = new Operation(OperationKind.Fault, -1, 0, 0);
            decision.Fault = $"a step did more than {_operationLimit} accesses: it spins instead of waiting";
            return decision;
        }

        _rerun.Run(_steps[step], _path);
        Observation[] observations = [.. _rerun.Observations];
        Decision last = PlaceObservations(decision, observations);
        last.Pending = _rerun.Pending;
        last.Fault = _rerun.Fault;
        if (last.Pending.Kind == OperationKind.End)
        {
            // A step's end performs nothing, so Leaves before it need a transition of their own.
            if (last.OnDeparture.Length > 0)
            {
                last = Separate(last);
                last.Pending = new Operation(OperationKind.End, -1, 0, 0);
            }

            if (_rerun.Repeats && _path.Count == 0)
            {
                throw new InvalidOperationException("A step that repeats must perform at least one access.");
            }

            int following = _rerun.Repeats ? step : step + 1;
            last.Continuation = following < _steps.Count ? Root(following) : null;
        }

        return decision;
    }

    /// <summary>Spreads the observations before the pending access over as many places as keeping their order needs; returns the last place.</summary>
    private Decision PlaceObservations(Decision decision, Observation[] observations)
    {
        int position = 0;
        while (true)
        {
            decision.OnArrival = TakeWhile(observations, ref position, leaves: false);
            decision.OnDeparture = TakeWhile(observations, ref position, leaves: true);
            if (position == observations.Length)
            {
                return decision;
            }

            decision = Separate(decision);
        }
    }

    private Decision Separate(Decision decision)
    {
        decision.Pending = new Operation(OperationKind.Pause, -1, 0, 0);
        Decision next = new(_decisions.Count, decision.Step, decision, 0);
        _decisions.Add(next);
        decision.Add(0, next);
        return next;
    }

    private static Observation[] TakeWhile(Observation[] observations, ref int position, bool leaves)
    {
        int start = position;
        while (position < observations.Length && observations[position].Kind == ObservationKind.Leave == leaves)
        {
            position++;
        }

        return observations[start..position];
    }

    private void FindPath(Decision decision)
    {
        _path.Clear();
        for (Decision child = decision; child.Parent is Decision parent; child = parent)
        {
            if (parent.Pending.Kind != OperationKind.Pause)
            {
                _path.Push((parent.Pending, child.Result));
            }
        }
    }
}
