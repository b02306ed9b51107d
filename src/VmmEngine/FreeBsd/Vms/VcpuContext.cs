using VmmEngine.Backends;

namespace VmmEngine.FreeBsd;

/// <summary>What the interface keeps of a vCPU between two commands, beyond what the back end has. Belongs to the vCPU's holder.</summary>
internal struct VcpuContext
{
    /// <summary>True while the guest goes on somewhere else than at its RIP, which is still that of the last exit's instruction.</summary>
    public bool IsAtExit;

    /// <summary>Where it goes on then: behind that instruction.</summary>
    public ulong NextRip;

    /// <summary>The event to deliver at the next run, in the format of <see cref="Abi.FreeBsd.vm_intinfo"/>; 0 if there is none.</summary>
    public ulong EventToDeliver;

    /// <summary>With <see cref="HasSavedTsc"/> the time-stamp counter at which the vCPU's restored state was saved.</summary>
    public ulong SavedTsc;

    /// <summary>True from a restore of the vCPU's state until its time is restored too.</summary>
    public bool HasSavedTsc;

    /// <summary>Of the last exit for an interprocessor interrupt: a bit for each vCPU that it is for. A back end with local APICs has 64 at most.</summary>
    public ulong Destinations;

    /// <summary>The capabilities that are on, a bit for each number of vm_cap_type.</summary>
    public uint Capabilities;

    /// <summary>True while <see cref="Held"/> has system registers that the back end does not know yet; see <see cref="SystemRegisters"/>.</summary>
    public bool HoldsSystem;

    /// <summary>They.</summary>
    public CpuRegisters Held;
}
