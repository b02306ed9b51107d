using VmmEngine.Abi.Kvm;
using VmmEngine.Backends;

namespace VmmEngine.Kvm;

/// <summary>What the back end knows of a vCPU, in native memory: a kick finds it from the vCPU alone.</summary>
/// <remarks>Everything belongs to the vCPU's holder, except where it says otherwise.</remarks>
internal unsafe struct KvmVcpuState
{
    /// <summary>The last exit.</summary>
    public VcpuExit Exit;

    /// <summary>The page shared with the kernel. <c>immediate_exit</c> is written by kickers too.</summary>
    public kvm_run* Run;

    /// <summary>The vCPU's number.</summary>
    public int Id;

    /// <summary>The vCPU's descriptor.</summary>
    public int Descriptor;

    /// <summary>The VM's descriptor.</summary>
    public int Vm;

    /// <summary>The thread that runs the vCPU: stored before it says Running, read by kickers that have seen Running.</summary>
    public int Thread;

    /// <summary>The signals that KVM_RUN keeps closed, a bit each.</summary>
    public ulong BlockedSignals;

    /// <summary>What there is to do before KVM_RUN.</summary>
    public KvmWork Work;

    /// <summary>Not 0: a non-maskable interrupt is latched. Set by any thread.</summary>
    public uint NmiLatched;

    /// <summary>Entries of the local vector table that are to be triggered, a bit each. Set by any thread.</summary>
    public uint LocalVectors;

    /// <summary>Not 0: KVM is to come back when the guest can take an interrupt, because the 8259s have one.</summary>
    public uint AwaitsWindow;

    /// <summary>Not 0: registers have been loaded since the last exit, so what the shared page says of the guest's readiness for interrupts is out of date.</summary>
    public uint ReadinessIsStale;

    /// <summary>The level-triggered vector that the guest has ended, with <see cref="KvmWork.EndOfInterrupt"/>.</summary>
    public byte EndedVector;

    /// <summary>Not 0: the local APIC is in the kernel, and so are halts.</summary>
    public uint HasApic;

    /// <summary>Not 0: CPUID tells the guest of x2APIC mode.</summary>
    public uint OffersX2Apic;

    /// <summary>A <see cref="StartupState"/>. Read by <see cref="KvmHaltWatch"/> too.</summary>
    public uint Startup;

    /// <summary>What the vCPU counts.</summary>
    public VcpuCounters* Counters;

    /// <summary>A <see cref="HaltQuestion"/>. Set by the thread of <see cref="KvmHaltWatch"/>.</summary>
    public uint HaltQuestion;

    /// <summary>Not 0: at its last look the vCPU rested for good. Read by <see cref="KvmHaltWatch"/> too.</summary>
    public uint LooksHalted;

    /// <summary>Not 0 during a run that is to end with its slice of time. Set by its thread, read by <see cref="KvmTimeSlices"/>.</summary>
    public uint HasBudget;

    /// <summary>Not 0: the slice is over. Set by <see cref="KvmTimeSlices"/>.</summary>
    public uint SliceIsOver;

    /// <summary>Where guest memory is restricted.</summary>
    public RestrictedRanges* Restricted;

    /// <summary>The event to deliver, with <see cref="KvmWork.Event"/>.</summary>
    public VcpuEvent Event;

    /// <summary>What a client wants of the vCPU.</summary>
    public ExitControls Controls;

    /// <summary>State after creation, for a reset.</summary>
    public KvmInitialState* Initial;
}

/// <summary>What there is to do before KVM_RUN.</summary>
[Flags]
internal enum KvmWork : uint
{
    None = 0,

    /// <summary>The answer to an IN, a read of device memory or an access to an MSR goes into the shared page.</summary>
    Answer = 1,

    /// <summary>The kernel has an instruction to finish: state may not be read or written before the next KVM_RUN.</summary>
    Completion = 2,

    /// <summary>Finishing an instruction led to a further exit, which the loop has not seen.</summary>
    ExitReady = 4,

    /// <summary>An event is to be delivered.</summary>
    Event = 8,

    /// <summary>The vCPU has halted outside of the kernel.</summary>
    Halt = 16,

    /// <summary>KVM is to be told of <see cref="KvmVcpuState.Controls"/>.</summary>
    Debugging = 32,

    /// <summary>The 8259s may have an interrupt for the vCPU.</summary>
    External = 64,

    /// <summary>The IO-APIC is to be told of the end of an interrupt.</summary>
    EndOfInterrupt = 128,

    /// <summary>What does not belong to an instruction, and outlasts it.</summary>
    BesideInstructions = Event | Debugging | External | EndOfInterrupt,
}
