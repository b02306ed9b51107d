using System.Runtime.CompilerServices;
using VmmEngine.Abi.OpenBsd;
using VmmEngine.Locks;

namespace VmmEngine.OpenBsd;

/// <summary>One VM. Everything but its locks, its reference count and its VPID is constant once it is published.</summary>
internal sealed unsafe class Vm
{
    private const int LongestName = vmm_limits.VMM_MAX_NAME_LEN - 1;

    private readonly ReferenceCount[] _references = GC.AllocateArray<ReferenceCount>(1, pinned: true);
    private readonly byte[] _name = new byte[vmm_limits.VMM_MAX_NAME_LEN];
    private readonly vm_mem_range[] _ranges;

    /// <summary>Builds a VM with its vCPUs, idle, and the one reference of the list it is going to be on.</summary>
    /// <param name="request">Sound: checked before.</param>
    /// <param name="memorySize">Bytes, MMIO ranges left out.</param>
    /// <param name="creatorProcessId">Of the caller.</param>
    public Vm(in VmRequest request, ulong memorySize, int creatorProcessId)
    {
        _ranges = request.Ranges[..(int)request.RangeCount].ToArray();
        MemorySize = memorySize;
        CreatorProcessId = creatorProcessId;
        VcpuCount = (int)request.VcpuCount;

        ReadOnlySpan<byte> name = request.Name[..LongestName];
        int end = name.IndexOf((byte)0);
        name[..(end < 0 ? LongestName : end)].CopyTo(_name);

        Memory = new VmLockMemory((uint)VcpuCount);
        for (int id = 0; id < VcpuCount; id++)
        {
            VcpuLocks<ProcessorAtomics>.TryFindOrCreate(ref *Memory.Locks, id, out _);
        }

        ReferenceCounts<ProcessorAtomics>.Start(ref References);
    }

    /// <summary>From 1 up, never given twice; set when the VM is published.</summary>
    public uint Id { get; set; }

    /// <summary>The process that created the VM.</summary>
    public int CreatorProcessId { get; }

    /// <summary>Bytes, MMIO ranges left out.</summary>
    public ulong MemorySize { get; }

    /// <summary>How many vCPUs there are, with ids from 0.</summary>
    public int VcpuCount { get; }

    /// <summary>The guest-physical ranges, ascending.</summary>
    public ReadOnlySpan<vm_mem_range> Ranges => _ranges;

    /// <summary>The number of the vCPU's translations; 0 for none. Set before the VM is published, taken back when it is torn down.</summary>
    public ushort Vpid { get; set; }

    /// <summary>The VMs of the open file with which this one ends; null if it outlives its creator. Set before the VM is published.</summary>
    public VmOwner? Owner { get; set; }

    /// <summary>The native memory of the locks and vCPUs.</summary>
    public VmLockMemory Memory { get; }

    /// <summary>One reference of the list and one of every call that has found the VM.</summary>
    public ref ReferenceCount References => ref _references[0];

    /// <summary>Fills a report's record. vCPU states are read as they are at the moment, without their locks.</summary>
    /// <remarks>No page is resident: guest memory is not mapped before a guest first runs.</remarks>
    public void Describe(vm_info_result* record)
    {
        record->vir_memory_size = MemorySize;
        record->vir_used_size = 0;
        record->vir_ncpus = (ulong)VcpuCount;
        record->vir_creator_pid = CreatorProcessId;
        record->vir_id = Id;
        _name.CopyTo(new Span<byte>(record->vir_name, _name.Length));

        for (int id = 0; id < vmm_limits.VMM_MAX_VCPUS_PER_VM; id++)
        {
            record->vir_vcpu_state[id] = StateOf(id);
        }
    }

    private byte StateOf(int id)
    {
        if (!VcpuLocks<ProcessorAtomics>.TryFind(ref *Memory.Locks, id, out Vcpu* vcpu))
        {
            return vcpu_state.VCPU_STATE_UNKNOWN;
        }

        return ProcessorAtomics.Read(ref vcpu->State) == (uint)VcpuState.Running
            ? vcpu_state.VCPU_STATE_RUNNING
            : vcpu_state.VCPU_STATE_STOPPED;
    }
}
