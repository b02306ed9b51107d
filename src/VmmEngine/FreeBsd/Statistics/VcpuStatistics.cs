using System.Text;
using VmmEngine.Backends;
using VmmEngine.Locks;
using static VmmEngine.Backends.ExitReason;

namespace VmmEngine.FreeBsd;

/// <summary>The statistics of a vCPU in the order in which clients see them, with upstream's descriptions. The same for every VM.</summary>
/// <remarks>
/// Some events of upstream do not exist here: accesses to control registers never leave the guest, there are no interrupt windows and no rendezvous. Their
/// statistics are there, for clients that look for them, and stay 0. Any thread: each figure is one word or made of a few, and lags behind a vCPU that runs.
/// </remarks>
internal static unsafe class VcpuStatistics
{
    private const int Scalars = 29;

    // No back end has such an event.
    private const ulong Never = 0;

    /// <summary>How many there are.</summary>
    public const int Count = Scalars + VcpuCounters.LocalVectors;

    // Upstream's tick, at its default of 1,000 a second.
    private const ulong NanosecondsPerTick = 1_000_000;

    private static readonly string[] Descriptions =
    [
        "vcpu total runtime",
        "vcpu migration across host cpus",
        "total number of vm exits",
        "vm exits due to external interrupt",
        "number of times hlt was intercepted",
        "number of times %cr access was intercepted",
        "number of times rdmsr was intercepted",
        "number of times wrmsr was intercepted",
        "number of monitor trap exits",
        "number of times pause was intercepted",
        "vm exits due to interrupt window opening",
        "vm exits due to nmi window opening",
        "number of times in/out was intercepted",
        "number of times cpuid was intercepted",
        "vm exits due to nested page fault",
        "vm exits for instruction emulation",
        "number of vm exits for unknown reason",
        "number of times astpending at exit",
        "number of times idle requested at exit",
        "number of vm exits handled in userspace",
        "number of times rendezvous pending at exit",
        "number of vm exits due to exceptions",
        "number of ticks vcpu was idle",
        "number of NMIs delivered to vcpu",
        "number of ExtINTs delivered to vcpu",
        "Resident memory",
        "Wired memory",
        "ipis sent from vcpu",
        "ipis received by vcpu",
    ];

    private const string LocalVectors = "lvts triggered";

    /// <summary>Writes the description of a statistic with a NUL behind it.</summary>
    /// <param name="index">0 to <see cref="Count"/> less one. An element of an array has its place in brackets.</param>
    /// <param name="destination">128 bytes, zeroed.</param>
    public static void Describe(int index, Span<byte> destination)
    {
        if (index < Scalars)
        {
            Encoding.ASCII.GetBytes(Descriptions[index], destination);
            return;
        }

        int length = Encoding.ASCII.GetBytes(LocalVectors, destination);
        destination[length] = (byte)'[';
        destination[length + 1] = (byte)('0' + index - Scalars);
        destination[length + 2] = (byte)']';
    }

    /// <summary>Reads all of them.</summary>
    /// <param name="vm">The VM, whose memory counts on vCPU 0.</param>
    /// <param name="vcpu">Whose. Need not be held.</param>
    /// <param name="values"><see cref="Count"/> values.</param>
    public static void Read(Vm vm, Vcpu* vcpu, Span<ulong> values)
    {
        VcpuCounters* counters = vcpu->Counters;
        bool hasMemory = vcpu->Id == 0;
        ReadOnlySpan<ulong> scalars =
        [
            Volatile.Read(ref counters->Running),
            Volatile.Read(ref counters->Migrations),
            counters->CountAll(),
            counters->Count(Interrupted),
            counters->Count(Halt),
            Never,
            counters->Count(MsrRead),
            counters->Count(MsrWrite),
            counters->Count(Debug),
            counters->Count(Pause),
            Never,
            Never,
            counters->Count(PortIn) + counters->Count(PortOut),
            Volatile.Read(ref counters->Cpuids),
            counters->Count(MemoryFault),
            counters->Count(MmioRead) + counters->Count(MmioWrite),
            counters->Count(Failure),
            Volatile.Read(ref counters->Interruptions),
            Volatile.Read(ref counters->IdleRequests),
            Volatile.Read(ref counters->CallerExits),
            Never,
            counters->Count(Breakpoint) + counters->Count(Shutdown),
            Volatile.Read(ref counters->Idle) / NanosecondsPerTick,
            Volatile.Read(ref counters->Nmis),
            Volatile.Read(ref counters->ExternalInterrupts),
            hasMemory ? vm.Memory.ResidentBytes : 0,
            hasMemory ? vm.Memory.WiredBytes : 0,
            Volatile.Read(ref counters->IpisSent),
            Volatile.Read(ref counters->IpisReceived),
        ];
        scalars.CopyTo(values);
        for (int vector = 0; vector < VcpuCounters.LocalVectors; vector++)
        {
            values[Scalars + vector] = Volatile.Read(ref counters->LocalInterrupts[vector]);
        }
    }
}
