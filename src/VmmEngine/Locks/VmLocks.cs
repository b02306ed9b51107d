using System.Runtime.InteropServices;

namespace VmmEngine.Locks;

/// <summary>
/// The locks of one VM, in native memory. Order: gate, memory map, vCPU creation, vCPUs by ascending id.
/// </summary>
/// <remarks>
/// The first two lines of 64 bytes are read by every command and written rarely; the creation lock has a line pair of its own.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = 256)]
public unsafe struct VmLocks
{
    /// <summary>Held for reading by every caller inside the VM's device; taken for good by destroy.</summary>
    [FieldOffset(0)]
    public SlotLock Gate;

    /// <summary>The memory map. A caller that holds any vCPU may read the map without it: a writer also holds all vCPUs.</summary>
    [FieldOffset(32)]
    public SlotLock MemoryMap;

    /// <summary>The callers' lines.</summary>
    [FieldOffset(64)]
    public CallerLines Lines;

    /// <summary>Room for <see cref="VcpuLimit"/> vCPUs, absent until mentioned.</summary>
    [FieldOffset(72)]
    public Vcpu* Vcpus;

    /// <summary>Ids run from 0 to one less than this.</summary>
    [FieldOffset(80)]
    public uint VcpuLimit;

    /// <summary>
    /// Makes a running vCPU leave the guest soon. Called by any thread, after the request has been posted; null without a back end.
    /// </summary>
    [FieldOffset(88)]
    public delegate*<Vcpu*, void> Kick;

    /// <summary>Held while a vCPU is created and for as long as all vCPUs are frozen.</summary>
    [FieldOffset(128)]
    internal WordLock Creation;

    /// <summary>One more than the highest id created. Guarded by <see cref="Creation"/>.</summary>
    [FieldOffset(136)]
    internal uint VcpuCount;

    /// <summary>Not 0 once the VM is dying: no more vCPUs. Guarded by <see cref="Creation"/>.</summary>
    [FieldOffset(140)]
    internal uint CreationForbidden;

    /// <summary>Not 0: the vCPUs of a suspended VM wait for one another no longer. See <see cref="SuspendBarrier{TAtomics}"/>.</summary>
    [FieldOffset(144)]
    internal uint SuspendBarrierOpen;

    /// <summary>Prepares zeroed memory that will not move.</summary>
    /// <param name="locks">The locks.</param>
    /// <param name="vcpus">Room for <paramref name="vcpuLimit"/> vCPUs.</param>
    /// <param name="vcpuLimit">How many ids there are.</param>
    public static void Initialize(VmLocks* locks, Vcpu* vcpus, uint vcpuLimit)
    {
        *locks = default;
        locks->Gate.Initialize(&locks->Lines, CallerLine.GateOffset);
        locks->MemoryMap.Initialize(&locks->Lines, CallerLine.MemoryMapOffset);
        locks->Vcpus = vcpus;
        locks->VcpuLimit = vcpuLimit;
        for (uint id = 0; id < vcpuLimit; id++)
        {
            vcpus[id] = new Vcpu { Id = (int)id, State = (uint)VcpuState.Absent };
        }
    }
}
