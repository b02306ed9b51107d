using System.Runtime.InteropServices;

namespace VmmEngine.Locks;

/// <summary>
/// A vCPU's shared words: 128 bytes of native memory, so that two vCPUs never share a cache line or a prefetched pair.
/// </summary>
/// <remarks>
/// <c>State</c> is changed by compare-exchange only from Idle; every other change is made by the holder alone with a store.
/// Everything else about a vCPU belongs to whoever holds it.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct Vcpu
{
    internal const int Size = 128;

    /// <summary><see cref="VcpuRequests"/>. Anybody sets bits; the holder clears them.</summary>
    [FieldOffset(0)]
    public uint Requests;

    /// <summary><see cref="VcpuState"/>.</summary>
    [FieldOffset(4)]
    public uint State;

    /// <summary>How many callers wait for the vCPU to go idle.</summary>
    [FieldOffset(8)]
    internal uint Waiters;

    /// <summary>Counts the times the vCPU went idle while somebody waited; what waiters sleep on.</summary>
    [FieldOffset(12)]
    internal uint Thaws;

    /// <summary>The vCPU's number within its VM, fixed.</summary>
    [FieldOffset(16)]
    public int Id;

    /// <summary><see cref="VcpuFlags"/>. Changed with full fences, read by anybody.</summary>
    [FieldOffset(20)]
    internal uint Flags;

    /// <summary>The back end's own state of the vCPU; null until it is prepared, fixed from then on. For its kick, which gets nothing else.</summary>
    [FieldOffset(24)]
    public unsafe void* Backend;

    /// <summary>What the vCPU counts, fixed: in the same memory as the locks. Null for locks without a VM.</summary>
    [FieldOffset(32)]
    public unsafe Backends.VcpuCounters* Counters;

    /// <summary>
    /// A byte of the back end's that makes it leave the guest, or not enter, once it is not 0: a kick for who interrupts the holder on its own thread, where no managed code
    /// may run. Set after a request, as a kick is. Null for a back end that looks at <see cref="Requests"/> itself.
    /// </summary>
    [FieldOffset(40)]
    public unsafe byte* LeaveByte;
}
