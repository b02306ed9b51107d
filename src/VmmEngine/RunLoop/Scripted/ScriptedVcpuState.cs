using VmmEngine.Backends;

namespace VmmEngine.RunLoop.Scripted;

/// <summary>A scripted vCPU, in native memory.</summary>
internal unsafe struct ScriptedVcpuState
{
    /// <summary>The current exit.</summary>
    public VcpuExit Exit;

    /// <summary>What the guest does: <see cref="Length"/> exits.</summary>
    public ScriptedExit* Script;

    /// <summary>What each exit's data was when the guest went on: the answer to a read.</summary>
    public ulong* Answers;

    public uint Length;

    /// <summary>The next exit to play.</summary>
    public uint Position;

    /// <summary>Not 0: the script begins again at its end. 0: the guest loops there until it is kicked.</summary>
    public uint Repeats;

    /// <summary>Not 0 from a kick until the loop arms.</summary>
    public uint Kicked;

    /// <summary>Not 0 after HLT, until something wakes the vCPU.</summary>
    public uint Halted;

    /// <summary>Not 0 while a non-maskable interrupt is latched. Any thread sets it.</summary>
    public uint NmiLatched;

    /// <summary>The interrupt lines that are asserted, in the VM's memory; null if none lead to this vCPU. Any thread changes them.</summary>
    public uint* Lines;

    /// <summary>Not 0 while the interrupt controller's output is raised, as the vCPU last saw it.</summary>
    public uint InterruptSeen;

    /// <summary>How often the loop said that events may have arrived.</summary>
    public uint EventLooks;

    /// <summary>Exits left of the run's budget.</summary>
    public ulong Budget;
}
