using System.Runtime.InteropServices;
using VmmEngine.Backends;
using VmmEngine.Platform;

namespace VmmEngine.SoftX86;

/// <summary>What system instructions need beyond the architectural registers. The back end fills it when it makes the vCPU; a reset leaves it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SystemState
{
    /// <summary>The interrupt controller's acknowledge cycle: the vector, or -1 if nothing is raised any more.</summary>
    public delegate*<Cpu*, int> AcknowledgeInterrupt;

    /// <summary>The registers of the vCPU's local APIC.</summary>
    public LocalApicWords* Apic;

    /// <summary>What the vCPU counts.</summary>
    public VcpuCounters* Counters;

    /// <summary>What CPUID says differently; the VM's back end keeps them.</summary>
    public CpuidChange* CpuidChanges;

    /// <summary>How many of them there are.</summary>
    public uint CpuidChangeCount;

    /// <summary>0: the guest has no local APIC.</summary>
    public uint HasApic;

    /// <summary>Number of the vCPU, from 0: its APIC id in CPUID.</summary>
    public uint VcpuId;

    /// <summary>vCPUs of the VM.</summary>
    public uint VcpuCount;

    /// <summary>Hardware threads of a core, a power of two.</summary>
    public uint ThreadsPerCore;

    /// <summary>Not 0: unknown MSRs exit to the run loop; else they raise #GP.</summary>
    public uint MsrExits;

    /// <summary>Not 0: the current run's caller carries out task switches.</summary>
    public uint TaskSwitchExits;

    /// <summary>What DR7 arms.</summary>
    public BreakpointState Breakpoints;

    /// <summary>The port instruction that waits for its value.</summary>
    public PendingIo Io;
}

/// <summary>A port or MSR instruction between its exit and its completion.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PendingIo
{
    /// <summary>RIP behind the instruction.</summary>
    public ulong NextRip;

    /// <summary>For INS: where the element goes.</summary>
    public ulong Linear;

    /// <summary>Bytes of an element.</summary>
    public byte Size;

    /// <summary>Bytes of RCX, RSI and RDI that a string instruction uses.</summary>
    public byte AddressSize;

    /// <summary>Not 0: a string instruction with REP.</summary>
    public byte Repeat;
}

/// <summary>The memory type range registers: kept, without effect.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MtrrFile
{
    /// <summary>Pairs of base and mask.</summary>
    public fixed ulong Variable[16];

    /// <summary>The eleven registers of the first megabyte.</summary>
    public fixed ulong Fixed[11];
}
