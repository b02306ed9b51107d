using VmmEngine.Platform;

namespace VmmEngine.SoftX86;

/// <summary>How a software vCPU executes.</summary>
public sealed record SoftOptions
{
    /// <summary>How many vCPUs a VM has at most.</summary>
    public const int MostVcpus = CodeMap.MaximumVcpus;

    /// <summary>
    /// The VM's time. With an <see cref="InstructionClock"/> every instruction takes a nanosecond, on the time-stamp counter as for the devices, and
    /// a VM whose vCPUs take turns on one thread does the same in every run. Null, or any other clock: the time-stamp counter is the host's time.
    /// </summary>
    /// <remarks>Owned by the caller.</remarks>
    public VmClock? Clock { get; init; }

    /// <summary>Instructions at most between two looks at the clock and at the run's budget.</summary>
    /// <remarks>Requests of other threads and interrupts do not wait for that: they are noticed at the end of each block.</remarks>
    public ulong SliceLength { get; init; } = 1_000_000;

    /// <summary>Bytes of native memory for decoded code, for each vCPU. When it is used up, the vCPU forgets all of it.</summary>
    public ulong ArenaBytes { get; init; } = 32 << 20;

    /// <summary>Decodes every instruction into a block of its own, for finding out where something goes wrong. Slow.</summary>
    public bool OneInstructionBlocks { get; init; }

    /// <summary>vCPUs that CPUID tells the guest of, 1 to 64.</summary>
    public int Vcpus { get; init; } = 1;

    /// <summary>Hardware threads of a core that CPUID tells the guest of: a power of two.</summary>
    public int ThreadsPerCore { get; init; } = 1;

    /// <summary>RDMSR and WRMSR of registers that the processor has not exit to the run loop. Else they raise #GP.</summary>
    public bool MsrExits { get; init; } = true;
}
