namespace VmmEngine.Backends;

/// <summary>Why a vCPU left guest code.</summary>
public enum ExitReason : uint
{
    /// <summary>Somebody wants the vCPU, a signal came, or the slice is used up: look at the requests and enter again.</summary>
    Interrupted,

    /// <summary>IN or INS: the handler puts the value into the exit's data, and the next entry completes the instruction with it.</summary>
    PortIn,

    /// <summary>OUT or OUTS.</summary>
    PortOut,

    /// <summary>A read where no memory is mapped: completed like <see cref="PortIn"/>.</summary>
    MmioRead,

    /// <summary>A write where no memory is mapped.</summary>
    MmioWrite,

    /// <summary>HLT: the instruction is complete; nothing is to be executed until an interrupt.</summary>
    Halt,

    /// <summary>PAUSE, where such exits are enabled: the instruction is complete.</summary>
    Pause,

    /// <summary>A triple fault: the guest is dead until it is reset.</summary>
    Shutdown,

    /// <summary>RDMSR of a register that the back end does not know: the handler gives the value, or fails it.</summary>
    MsrRead,

    /// <summary>WRMSR of such a register.</summary>
    MsrWrite,

    /// <summary>A single step, where such exits are enabled: the vCPU is between two instructions. <see cref="VcpuExit.Detail"/> has DR6.BS.</summary>
    Debug,

    /// <summary>INT3, where breakpoint exits are enabled: RIP is its address, and it has not been executed.</summary>
    Breakpoint,

    /// <summary>The guest can take an external interrupt now, where such exits are enabled.</summary>
    InterruptWindow,

    /// <summary>
    /// The vCPU has told its local APIC to send INIT or STARTUP: <see cref="VcpuExit.Detail"/> is 0x500 or 0x600, <see cref="VcpuExit.Data"/> the page of a
    /// STARTUP, <see cref="VcpuExit.Address"/> has a bit for each vCPU that is meant. Nothing has happened to them yet; the instruction is complete.
    /// </summary>
    Startup,

    /// <summary>A mapped address was used in a way that its mapping forbids.</summary>
    MemoryFault,

    /// <summary>
    /// A switch to another task, where <see cref="RunFlags.ReturnOnTaskSwitch"/> asks for it: nothing of it has happened.
    /// <see cref="VcpuExit.Detail"/> is a <see cref="TaskSwitchRequest"/>.
    /// </summary>
    TaskSwitch,

    /// <summary>The back end cannot go on; <see cref="VcpuExit.Detail"/> says why in its own numbers.</summary>
    Failure,
}
