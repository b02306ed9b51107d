namespace VmmEngine.Locks;

/// <summary>What a vCPU is doing. The first four are upstream's states and numbers.</summary>
public enum VcpuState : uint
{
    /// <summary>Nobody holds it.</summary>
    Idle = 0,

    /// <summary>One caller holds it for the length of a command.</summary>
    Frozen = 1,

    /// <summary>Its holder executes guest code.</summary>
    Running = 2,

    /// <summary>Its holder sleeps until an event (HLT, or the wait for a suspend).</summary>
    Sleeping = 3,

    /// <summary>The id has not been mentioned yet: there is no such vCPU.</summary>
    Absent = 4,
}

/// <summary>The legal transitions of <see cref="VcpuState"/>; there are no others.</summary>
public static class VcpuTransitions
{
    /// <summary>True if a vCPU may go from one state to the other in one step.</summary>
    public static bool IsLegal(VcpuState from, VcpuState to) => (from, to) switch
    {
        (VcpuState.Absent, VcpuState.Idle) => true,
        (VcpuState.Idle, VcpuState.Frozen) => true,
        (VcpuState.Frozen, VcpuState.Idle or VcpuState.Running or VcpuState.Sleeping) => true,
        (VcpuState.Running or VcpuState.Sleeping, VcpuState.Frozen) => true,
        _ => false,
    };
}
