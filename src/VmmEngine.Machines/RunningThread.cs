namespace VmmEngine.Machines;

/// <summary>Which machine's guest the present thread runs: what would wait for the end of that run can be refused to a device in the middle of it.</summary>
internal static class RunningThread
{
    [ThreadStatic]
    private static Machine? t_machine;

    /// <summary>The thread enters a guest.</summary>
    /// <returns>What it ran before, for <see cref="Leave"/>: a device may run a machine of its own.</returns>
    public static Machine? Enter(Machine machine)
    {
        Machine? outer = t_machine;
        t_machine = machine;
        return outer;
    }

    /// <summary>The thread has left it.</summary>
    public static void Leave(Machine? outer) => t_machine = outer;

    /// <summary>Refuses what would wait for the thread itself.</summary>
    /// <exception cref="MachineException">The thread runs this machine's guest.</exception>
    public static void Refuse(Machine machine, string what)
    {
        if (t_machine == machine)
        {
            throw new MachineException($"{what} from inside its run, such as from a device's Read or Write, would wait for itself: do it from another thread, or after the run");
        }
    }
}
