using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VmmEngine.Backends;

/// <summary>
/// What a vCPU counts while it runs, in native memory. Only its holder writes, with plain stores to whole words, so counting costs an addition in a line
/// that nobody else writes; any other thread reads each word whole and perhaps late.
/// </summary>
/// <remarks>Whole pairs of cache lines, so that two vCPUs never share one. Time is in nanoseconds.</remarks>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public unsafe struct VcpuCounters
{
    internal const int Size = 512;

    /// <summary>Room for the values of <see cref="ExitReason"/>, a power of two.</summary>
    public const int ExitReasons = 32;

    /// <summary>Local vectors of an APIC.</summary>
    public const int LocalVectors = 7;

    /// <summary>Exits by <see cref="ExitReason"/>, whoever handled them.</summary>
    [FieldOffset(0)]
    public fixed ulong Exits[ExitReasons];

    /// <summary>Time in runs of the back end, without sleep.</summary>
    [FieldOffset(256)]
    public ulong Running;

    /// <summary>Time asleep after HLT.</summary>
    [FieldOffset(264)]
    public ulong Idle;

    /// <summary>Runs that ended because somebody wanted the vCPU idle.</summary>
    [FieldOffset(272)]
    public ulong IdleRequests;

    /// <summary>Runs that ended because the budget was spent.</summary>
    [FieldOffset(280)]
    public ulong Interruptions;

    /// <summary>Runs that ended with an exit for the caller.</summary>
    [FieldOffset(288)]
    public ulong CallerExits;

    /// <summary>CPUID, where the back end executes it itself.</summary>
    [FieldOffset(296)]
    public ulong Cpuids;

    /// <summary>Non-maskable interrupts that the guest has taken, or that KVM has been given.</summary>
    [FieldOffset(304)]
    public ulong Nmis;

    /// <summary>Interrupts of the 8259s that the guest has taken, where the back end delivers them itself.</summary>
    [FieldOffset(312)]
    public ulong ExternalInterrupts;

    /// <summary>Interprocessor interrupts sent.</summary>
    [FieldOffset(320)]
    public ulong IpisSent;

    /// <summary>Interprocessor interrupts taken.</summary>
    [FieldOffset(328)]
    public ulong IpisReceived;

    /// <summary>Interrupts of the local APIC's own sources, by index of the local vector table.</summary>
    [FieldOffset(336)]
    public fixed ulong LocalInterrupts[LocalVectors];

    /// <summary>Runs that began on another host processor than the one before.</summary>
    [FieldOffset(392)]
    public ulong Migrations;

    /// <summary>One more than the number of the processor that the last run began on; 0 before the first.</summary>
    [FieldOffset(400)]
    public ulong LastProcessor;

    /// <summary>Exits for a reason. Any thread.</summary>
    public readonly ulong Count(ExitReason reason) => Volatile.Read(ref Unsafe.AsRef(in Exits[(int)reason]));

    /// <summary>Exits for all reasons. Any thread; a moment later each.</summary>
    public readonly ulong CountAll()
    {
        ulong total = 0;
        for (int reason = 0; reason < ExitReasons; reason++)
        {
            total += Count((ExitReason)reason);
        }

        return total;
    }
}
