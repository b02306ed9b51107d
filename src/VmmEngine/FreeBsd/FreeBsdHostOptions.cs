using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;

namespace VmmEngine.FreeBsd;

/// <summary>How a <see cref="FreeBsdHost"/> is built and set up. Fixed once the host exists.</summary>
public sealed record FreeBsdHostOptions
{
    private const uint MaxVmsPerProcessor = 4;

    private readonly uint _maxCpu = ClampMaxCpu((uint)Environment.ProcessorCount);

    /// <summary>
    /// hw.vmm.maxcpu: how many vCPU ids a VM has, from 0 to one less. By default as many as the machine has processors. What is set is
    /// brought into the range from 1 to 1024, the size of a CPU set.
    /// </summary>
    public uint MaxCpu
    {
        get => _maxCpu;
        init => _maxCpu = ClampMaxCpu(value);
    }

    /// <summary>hw.vmm.maxvmms: how many VMs one real user id may own, the superuser's included. By default 4 for each processor.</summary>
    public uint MaxVmsPerUser { get; init; } = MaxVmsPerProcessor * (uint)Environment.ProcessorCount;

    /// <summary>The build options that are on. By default the compatibility commands, and no snapshots.</summary>
    public Option Enabled { get; init; } = Option.Compat12 | Option.Compat13 | Option.Compat14;

    /// <summary>
    /// security.bsd.see_other_uids: users see the VMs of others. If off, only the superuser does. Jails bound the view either way: a jail's
    /// processes see that jail's VMs, processes outside any jail see all.
    /// </summary>
    public bool SeeOtherUids { get; init; } = true;

    /// <summary>
    /// Makes what executes the guests. Null, the default: VMs have memory and a life, but no processor, and every command that
    /// needs one answers ENXIO, after the checks that need none.
    /// </summary>
    public BackendFactory? BackendFactory { get; init; }

    /// <summary>
    /// VMs have the chips that upstream's driver keeps inside: interrupt controllers, timers, clock. Off: their ports and addresses are free for devices of
    /// the embedding program; the commands still answer.
    /// </summary>
    public bool HasChipset { get; init; } = true;

    /// <summary>hw.vmm.halt_detection: a guest whose active vCPUs have all halted with interrupts disabled is suspended as halted.</summary>
    public bool HaltDetection { get; init; } = true;

    /// <summary>
    /// VM_RUN returns with exit code BOGUS after about so many instructions, or on KVM, which counts none, after a slice of time: upstream does when the
    /// host has other work for the thread. 0, the default: never.
    /// </summary>
    public ulong InstructionsPerRun { get; init; }

    /// <summary>Which of upstream's accidents to reproduce.</summary>
    public FreeBsdQuirks Quirks { get; init; } = new();

    private static uint ClampMaxCpu(uint value) => Math.Clamp(value, 1, cpuset_t.CPU_SETSIZE);
}
