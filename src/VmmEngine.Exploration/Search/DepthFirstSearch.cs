using VmmEngine.Exploration.States;

namespace VmmEngine.Exploration.Search;

/// <summary>
/// Visits every reachable state once, counts the complete schedules through them, and stops at the first broken promise.
/// </summary>
/// <remarks>
/// The number of schedules from a state is the sum over its transitions, 1 at an end; states reached by several prefixes are counted for each but visited once.
/// A transition back to a state on the current path closes a cycle: since every wait sleeps, such a schedule could run for ever without anybody coming closer to an end.
/// </remarks>
internal sealed class DepthFirstSearch(Scenario scenario, World world, Stepper stepper, ExplorationLimits limits, IProgress<ExplorationProgress>? progress)
{
    private const int ReportEvery = 1 << 16;

    private readonly StateSet _states = new();
    private readonly StateCodec _codec = new(world);
    private readonly Stack<Frame> _path = new();
    private ScheduleCount[] _schedules = new ScheduleCount[1 << 10];
    private bool[] _isOnPath = new bool[1 << 10];

    public int States => _states.Count;

    public long Transitions { get; private set; }

    public ScheduleCount Schedules { get; private set; }

    public (ViolationKind Kind, string Message)? Broken { get; private set; }

    /// <summary>The transitions of the current path, first one first: the schedule of a found cycle.</summary>
    public List<int> Path { get; } = [];

    public Verdict Run()
    {
        stepper.Begin();
        Broken = stepper.Broken;
        if (Broken is not null)
        {
            return Verdict.Violated;
        }

        Push(_states.Add(_codec.Write(stepper.State), out _));
        while (_path.Count > 0)
        {
            if (_states.Count > limits.States)
            {
                SumUnfinished();
                return Verdict.Inconclusive;
            }

            if (!Advance())
            {
                SumUnfinished();
                return Verdict.Violated;
            }
        }

        Schedules = _schedules[0];
        return Verdict.Clean;
    }

    /// <summary>Follows the next transition of the newest state, or takes the state off the path. False: something is broken.</summary>
    private bool Advance()
    {
        Frame frame = _path.Pop();
        StateCodec.Read(_states[frame.State], world, stepper.State);
        int transition = frame.Next;
        while (transition < stepper.Transitions && !stepper.IsEnabled(transition))
        {
            transition++;
        }

        if (transition == stepper.Transitions)
        {
            return Finish(frame);
        }

        frame.Next = transition + 1;
        frame.Taken = transition;
        stepper.Apply(transition);
        Transitions++;
        if (stepper.Broken is not null)
        {
            Broken = stepper.Broken;
            Keep(frame);
            return false;
        }

        int child = _states.Add(_codec.Write(stepper.State), out bool isNew);
        if (isNew)
        {
            _path.Push(frame);
            Push(child);
            return true;
        }

        if (_isOnPath[child])
        {
            Broken = (ViolationKind.Livelock, "the schedule comes back to a state it was in and can do so for ever");
            Keep(frame);
            return false;
        }

        frame.Schedules += _schedules[child];
        _path.Push(frame);
        return true;
    }

    private bool Finish(Frame frame)
    {
        // No transition was ever taken from here: an end, proper or not.
        if (frame.Taken < 0)
        {
            if (stepper.CheckEnd() is (ViolationKind, string) broken)
            {
                Broken = broken;
                Keep(frame);
                return false;
            }

            frame.Schedules = ScheduleCount.One;
        }

        _schedules[frame.State] = frame.Schedules;
        _isOnPath[frame.State] = false;
        if (_path.TryPop(out Frame parent))
        {
            parent.Schedules += frame.Schedules;
            _path.Push(parent);
        }

        return true;
    }

    private void Push(int state)
    {
        if (state >= _schedules.Length)
        {
            Array.Resize(ref _schedules, 2 * _schedules.Length);
            Array.Resize(ref _isOnPath, 2 * _isOnPath.Length);
        }

        _isOnPath[state] = true;
        _path.Push(new Frame { State = state, Taken = -1 });
        if (_states.Count % ReportEvery == 0)
        {
            progress?.Report(new ExplorationProgress(scenario, _states.Count, Transitions));
        }
    }

    private void Keep(Frame frame)
    {
        _path.Push(frame);
        foreach (Frame step in _path.Reverse())
        {
            if (step.Taken >= 0)
            {
                Path.Add(step.Taken);
            }
        }
    }

    private void SumUnfinished()
    {
        foreach (Frame frame in _path)
        {
            Schedules += frame.Schedules;
        }
    }

    private struct Frame
    {
        public int State;
        public int Next;
        public int Taken;
        public ScheduleCount Schedules;
    }
}
