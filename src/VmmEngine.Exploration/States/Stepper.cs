using VmmEngine.Exploration.Replay;

namespace VmmEngine.Exploration.States;

/// <summary>
/// The semantics: which transitions a state has, and what each one does. Transition 2t is the next access of thread t, 2t+1 the performing of its oldest buffered store.
/// </summary>
internal sealed class Stepper
{
    private readonly World _world;
    private readonly DecisionTree[] _trees;

    public Stepper(World world, ExplorationLimits limits)
    {
        _world = world;
        _trees = [.. world.Threads.Select(thread => new DecisionTree(world, thread.Steps, limits.OperationsPerStep))];
        State = new WorldState(world);
    }

    public WorldState State { get; }

    public int Transitions => 2 * _trees.Length;

    /// <summary>What the last transition, or a check of the current state, found broken.</summary>
    public (ViolationKind Kind, string Message)? Broken { get; private set; }

    /// <summary>Receives a line for everything that happens, when set.</summary>
    public Action<string>? Trace { get; set; }

    public Decision Place(int thread) => _trees[thread][State.Threads[thread].Decision];

    /// <summary>Puts the current state to the beginning.</summary>
    public void Begin()
    {
        Broken = null;
        State.ResetMemory(0);
        for (int thread = 0; thread < _trees.Length; thread++)
        {
            State.Threads[thread] = default;
            Arrive(thread, _trees[thread].Start);
        }

        FindConflict();
    }

    public bool IsEnabled(int transition)
    {
        int thread = transition >> 1;
        ref ThreadState own = ref State.Threads[thread];
        if ((transition & 1) != 0)
        {
            return own.Buffered > 0;
        }

        if (own.IsAsleep || own.BarrierWaitsFor != 0)
        {
            return false;
        }

        Operation pending = Place(thread).Pending;
        return pending.Kind is not (OperationKind.End or OperationKind.Fault) && (own.Buffered == 0 || !pending.IsFenced);
    }

    /// <summary>Performs an enabled transition on the current state.</summary>
    public void Apply(int transition)
    {
        Broken = null;
        int thread = transition >> 1;
        if ((transition & 1) != 0)
        {
            Flush(thread);
        }
        else
        {
            Perform(thread);
        }

        FindConflict();
    }

    /// <summary>For a state without an enabled transition: null when that is a proper end, else what is wrong with it.</summary>
    public (ViolationKind Kind, string Message)? CheckEnd()
    {
        for (int thread = 0; thread < _trees.Length; thread++)
        {
            if (!Place(thread).IsFinished && !_world.Threads[thread].IsDaemon)
            {
                return StuckAt(thread);
            }
        }

        for (int thread = 0; thread < _trees.Length; thread++)
        {
            ulong holds = State.Threads[thread].Holds;
            if (holds != 0 && Place(thread).IsFinished)
            {
                return (ViolationKind.Leftover, $"{_world.Threads[thread].Name} finished inside {Holds.Describe(_world, holds)}");
            }
        }

        FinalMemory memory = new(_world, State);
        foreach (Func<FinalMemory, string?> promise in _world.EndPromises)
        {
            if (promise(memory) is string message)
            {
                return (ViolationKind.WrongEnd, message);
            }
        }

        for (int index = 0; index < _world.Variables.Count; index++)
        {
            Variable variable = _world.Variables[index];
            if (variable.Restored && State.Memory[index] != variable.Initial)
            {
                return (ViolationKind.Leftover, $"{variable.Name} is 0x{State.Memory[index]:X} at the end and was 0x{variable.Initial:X}");
            }
        }

        return null;
    }

    private (ViolationKind Kind, string Message) StuckAt(int stuck)
    {
        for (int thread = 0; thread < _trees.Length; thread++)
        {
            if (State.Threads[thread].IsAsleep && (State.Threads[thread].Holds & _world.GuestHolds) != 0)
            {
                return (ViolationKind.LostKick, $"{_world.Threads[thread].Name} stays in the guest while {_world.Threads[stuck].Name} waits {Waiting(stuck)}");
            }
        }

        return (ViolationKind.Deadlock, $"{_world.Threads[stuck].Name} waits {Waiting(stuck)} and nobody can go on");
    }

    private string Waiting(int thread)
    {
        Operation pending = Place(thread).Pending;
        return pending.Variable < 0 ? "for ever" : $"for {_world.Variables[pending.Variable].Name}";
    }

    private void Flush(int thread)
    {
        BufferedStore store = State.Flush(thread);
        Trace?.Invoke($"{_world.Threads[thread].Name}: its store {_world.Variables[store.Variable].Name} = 0x{store.Value:X} reaches memory");
        if (State.Threads[thread].Buffered > 0)
        {
            return;
        }

        byte bit = (byte)(1 << thread);
        for (int other = 0; other < _trees.Length; other++)
        {
            ref ThreadState own = ref State.Threads[other];
            if ((own.BarrierWaitsFor & bit) != 0 && (own.BarrierWaitsFor ^= bit) == 0)
            {
                Trace?.Invoke($"{_world.Threads[other].Name}: the barrier returns");
                Arrive(other, _trees[other].After(Place(other), 0));
            }
        }
    }

    private void Perform(int thread)
    {
        Decision place = Place(thread);
        Operation pending = place.Pending;
        Depart(thread, place);
        ref ThreadState own = ref State.Threads[thread];
        ulong result = 0;
        switch (pending.Kind)
        {
            case OperationKind.Read:
                result = State.Load(thread, pending.Variable);
                break;
            case OperationKind.Write:
                State.Store(thread, pending.Variable, pending.Value);
                break;
            case OperationKind.CompareExchange:
                result = State.Memory[pending.Variable];
                if (result == pending.Comparand)
                {
                    State.Memory[pending.Variable] = pending.Value;
                }

                break;
            case OperationKind.Exchange:
                result = Replace(pending.Variable, pending.Value);
                break;
            case OperationKind.Add:
                result = Replace(pending.Variable, (uint)(State.Memory[pending.Variable] + pending.Value));
                break;
            case OperationKind.Or:
                result = Replace(pending.Variable, State.Memory[pending.Variable] | pending.Value);
                break;
            case OperationKind.And:
                result = Replace(pending.Variable, State.Memory[pending.Variable] & pending.Value);
                break;
            case OperationKind.Barrier:
                own.BarrierWaitsFor = ThreadsWithBufferedStores(thread);
                break;
            case OperationKind.Wait:
                own.IsAsleep = State.Memory[pending.Variable] == pending.Value;
                break;
            case OperationKind.Wake:
                break;
        }

        TraceAccess(thread, pending, result);
        if (pending.Kind == OperationKind.Wake)
        {
            WakeSleepers(pending.Variable);
        }

        if (!own.IsAsleep && own.BarrierWaitsFor == 0)
        {
            Arrive(thread, _trees[thread].After(place, result));
        }
    }

    private ulong Replace(int variable, ulong value)
    {
        ulong old = State.Memory[variable];
        State.Memory[variable] = value;
        return old;
    }

    private byte ThreadsWithBufferedStores(int except)
    {
        int mask = 0;
        for (int thread = 0; thread < _trees.Length; thread++)
        {
            if (thread != except && State.Threads[thread].Buffered > 0)
            {
                mask |= 1 << thread;
            }
        }

        return (byte)mask;
    }

    private void WakeSleepers(int variable)
    {
        for (int thread = 0; thread < _trees.Length; thread++)
        {
            ref ThreadState own = ref State.Threads[thread];
            if (own.IsAsleep && Place(thread).Pending.Variable == variable)
            {
                own.IsAsleep = false;
                Trace?.Invoke($"{_world.Threads[thread].Name}: wakes up");
                Arrive(thread, _trees[thread].After(Place(thread), 0));
            }
        }
    }

    private void Depart(int thread, Decision place)
    {
        foreach (Observation leave in place.OnDeparture)
        {
            Trace?.Invoke($"{_world.Threads[thread].Name}: leaves {Holds.Describe(_world, leave.Operand)}");
            if ((State.Threads[thread].Holds & leave.Operand) == 0)
            {
                Broken ??= (ViolationKind.Fault, $"{_world.Threads[thread].Name} leaves {Holds.Describe(_world, leave.Operand)} without being inside");
            }

            State.Threads[thread].Holds &= ~leave.Operand;
        }
    }

    private void Arrive(int thread, Decision place)
    {
        while (true)
        {
            foreach (Observation observation in place.OnArrival)
            {
                Notice(thread, observation);
            }

            if (place.Pending.Kind != OperationKind.End || place.Continuation is not Decision continuation)
            {
                break;
            }

            place = continuation;
        }

        State.Threads[thread].Decision = place.Id;
        if (place.Fault is string fault)
        {
            Broken ??= (ViolationKind.Fault, $"{_world.Threads[thread].Name}: {fault}");
        }
    }

    private void Notice(int thread, Observation observation)
    {
        if (observation.Kind == ObservationKind.Record)
        {
            State.Memory[(int)observation.Operand] = observation.Value;
            Trace?.Invoke($"{_world.Threads[thread].Name}: records {_world.Variables[(int)observation.Operand].Name} = {observation.Value}");
            return;
        }

        Trace?.Invoke($"{_world.Threads[thread].Name}: enters {Holds.Describe(_world, observation.Operand)}");
        if ((State.Threads[thread].Holds & observation.Operand) != 0)
        {
            Broken ??= (ViolationKind.Fault, $"{_world.Threads[thread].Name} enters {Holds.Describe(_world, observation.Operand)} twice");
        }

        State.Threads[thread].Holds |= observation.Operand;
    }

    private void FindConflict()
    {
        ThreadState[] threads = State.Threads;
        for (int one = 0; one < threads.Length; one++)
        {
            for (int other = one + 1; other < threads.Length; other++)
            {
                if (Broken is null && Holds.Conflict(threads[one].Holds, threads[other].Holds))
                {
                    string resource = _world.ResourceName(Holds.FirstContested(threads[one].Holds, threads[other].Holds));
                    Broken = (ViolationKind.TwoHolders, $"{_world.Threads[one].Name} and {_world.Threads[other].Name} are both inside {resource}");
                }
            }
        }
    }

    private void TraceAccess(int thread, Operation pending, ulong result)
    {
        if (Trace is not null && pending.Kind != OperationKind.Pause)
        {
            Trace($"{_world.Threads[thread].Name}: {AccessText.Of(_world, pending, result, State.Threads[thread])}");
        }
    }
}
