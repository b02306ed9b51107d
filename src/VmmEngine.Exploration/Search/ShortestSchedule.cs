using VmmEngine.Exploration.States;

namespace VmmEngine.Exploration.Search;

/// <summary>Breadth-first search for a schedule, as short as any, that breaks a promise in a given way.</summary>
internal sealed class ShortestSchedule(World world, Stepper stepper, ExplorationLimits limits)
{
    private readonly StateSet _states = new();
    private readonly StateCodec _codec = new(world);
    private readonly List<(int Parent, int Transition)> _origins = [];

    /// <summary>The transitions of the schedule and what it breaks; null when the limit was reached first.</summary>
    public (List<int> Schedule, string Message)? Find(ViolationKind kind)
    {
        stepper.Begin();
        if (stepper.Broken?.Kind == kind)
        {
            return ([], stepper.Broken.Value.Message);
        }

        Remember(-1, -1);
        for (int state = 0; state < _states.Count && _states.Count <= limits.States; state++)
        {
            bool isEnd = true;
            for (int transition = 0; transition < stepper.Transitions; transition++)
            {
                StateCodec.Read(_states[state], world, stepper.State);
                if (!stepper.IsEnabled(transition))
                {
                    continue;
                }

                isEnd = false;
                stepper.Apply(transition);
                if (stepper.Broken is (ViolationKind, string) broken)
                {
                    if (broken.Kind == kind)
                    {
                        return (ScheduleTo(state, transition), broken.Message);
                    }

                    continue;
                }

                Remember(state, transition);
            }

            if (isEnd && stepper.CheckEnd() is (ViolationKind, string) end && end.Kind == kind)
            {
                return (ScheduleTo(state, -1), end.Message);
            }
        }

        return null;
    }

    private void Remember(int parent, int transition)
    {
        _states.Add(_codec.Write(stepper.State), out bool isNew);
        if (isNew)
        {
            _origins.Add((parent, transition));
        }
    }

    private List<int> ScheduleTo(int state, int last)
    {
        List<int> schedule = [];
        if (last >= 0)
        {
            schedule.Add(last);
        }

        for (; _origins[state].Parent >= 0; state = _origins[state].Parent)
        {
            schedule.Add(_origins[state].Transition);
        }

        schedule.Reverse();
        return schedule;
    }
}
