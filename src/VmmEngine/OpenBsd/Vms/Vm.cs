using VmmEngine.Abi.OpenBsd;
using VmmEngine.Backends;
using VmmEngine.Bus;
using VmmEngine.Locks;
using VmmEngine.Memory;

namespace VmmEngine.OpenBsd;

/// <summary>One VM. Everything but its locks, its reference count and its VPID is constant once it is published.</summary>
internal sealed unsafe class Vm
{
    private const int LongestName = vmm_limits.VMM_MAX_NAME_LEN - 1;

    private readonly ReferenceCount[] _references = GC.AllocateArray<ReferenceCount>(1, pinned: true);
    private readonly byte[] _name = new byte[vmm_limits.VMM_MAX_NAME_LEN];
    private readonly vm_mem_range[] _ranges;
    private readonly VcpuContext[] _contexts;
    private volatile bool _isEnding;

    /// <summary>Builds a VM with its vCPUs, idle, and the one reference of the list it is going to be on. It has no memory yet.</summary>
    /// <param name="request">Sound: checked before.</param>
    /// <param name="memorySize">Bytes, MMIO ranges left out.</param>
    /// <param name="creatorProcessId">Of the caller.</param>
    /// <param name="options">The host's.</param>
    /// <exception cref="BackendUnavailableException">The host has a kind of back end that does not work here.</exception>
    /// <exception cref="OutOfMemoryException">There is not enough memory for the VM.</exception>
    public Vm(in VmRequest request, ulong memorySize, int creatorProcessId, OpenBsdOptions options)
    {
        Quirks = options.Quirks;
        _ranges = request.Ranges[..(int)request.RangeCount].ToArray();
        MemorySize = memorySize;
        CreatorProcessId = creatorProcessId;
        VcpuCount = (int)request.VcpuCount;
        IsBaseline = request.Backing is not null;

        ReadOnlySpan<byte> name = request.Name[..LongestName];
        int end = name.IndexOf((byte)0);
        name[..(end < 0 ? LongestName : end)].CopyTo(_name);

        Memory = new VmLockMemory((uint)VcpuCount);
        _contexts = new VcpuContext[VcpuCount];
        for (int id = 0; id < VcpuCount; id++)
        {
            VcpuLocks<ProcessorAtomics>.TryFindOrCreate(ref *Memory.Locks, id, out _);
            _contexts[id] = new VcpuContext();
        }

        Backend = options.BackendFactory?.Create(new BackendRequest(Memory, GuestMarks.Processor));
        if (Backend is not null)
        {
            Memory.Locks->Kick = Backend.Kick;
            GuestMemory = new VmMemory(_ranges, Backend);
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

    /// <summary>The revision that the VM was created in, whichever the words of later commands belong to: most are the same in both.</summary>
    public bool IsBaseline { get; }

    /// <summary>The guest-physical ranges, ascending.</summary>
    public ReadOnlySpan<vm_mem_range> Ranges => _ranges;

    /// <summary>The number of the vCPU's translations; 0 for none. Set before the VM is published, taken back when it is torn down.</summary>
    public ushort Vpid { get; set; }

    /// <summary>The VMs of the open file with which this one ends; null if it outlives its creator. Set before the VM is published.</summary>
    public VmOwner? Owner { get; set; }

    /// <summary>What executes the guest; null on a host without.</summary>
    public VmBackend? Backend { get; }

    /// <summary>The guest's memory; null without a back end.</summary>
    public VmMemory? GuestMemory { get; }

    /// <summary>The interface has no devices of its own: every port and every MMIO address is the client's.</summary>
    public DeviceBus Bus { get; } = new();

    /// <summary>Where the host departs from upstream.</summary>
    public OpenBsdQuirks Quirks { get; }

    /// <summary>The VM is being terminated: runners come out.</summary>
    public bool IsEnding => _isEnding;

    /// <summary>The native memory of the locks and vCPUs.</summary>
    public VmLockMemory Memory { get; }

    /// <summary>One reference of the list and one of every call that has found the VM.</summary>
    public ref ReferenceCount References => ref _references[0];

    /// <summary>Fills a report's record. vCPU states are read as they are at the moment, without their locks.</summary>
    public void Describe(vm_info_result* record)
    {
        record->vir_memory_size = MemorySize;
        record->vir_used_size = GuestMemory?.ResidentBytes ?? 0;
        record->vir_ncpus = (ulong)VcpuCount;
        record->vir_creator_pid = CreatorProcessId;
        record->vir_id = Id;
        _name.CopyTo(new Span<byte>(record->vir_name, _name.Length));

        for (int id = 0; id < vmm_limits.VMM_MAX_VCPUS_PER_VM; id++)
        {
            record->vir_vcpu_state[id] = StateOf(id);
        }
    }

    /// <summary>What the interface keeps of a vCPU.</summary>
    public VcpuContext ContextOf(Vcpu* vcpu) => _contexts[vcpu->Id];

    /// <summary>The range that an address lies in.</summary>
    public bool TryFindRange(ulong address, out vm_mem_range found)
    {
        foreach (vm_mem_range range in _ranges)
        {
            if (address - range.vmr_gpa < range.vmr_size)
            {
                found = range;
                return true;
            }
        }

        found = default;
        return false;
    }

    /// <summary>Maps all ranges that are not MMIO for a client, where the host likes.</summary>
    /// <returns>False if the host has no room; then nothing is mapped.</returns>
    public bool TryGiveAll(out VmAddresses addresses)
    {
        addresses = default;
        for (int range = 0; range < _ranges.Length && GuestMemory is not null; range++)
        {
            if (_ranges[range].vmr_type == vm_mem_type.VM_MEM_MMIO)
            {
                continue;
            }

            addresses[range] = GuestMemory.TryGive(range, at: 0);
            if (addresses[range] == 0)
            {
                TakeBack(in addresses);
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes mappings back that no client has seen yet.</summary>
    public void TakeBack(in VmAddresses addresses)
    {
        for (int range = 0; range < _ranges.Length; range++)
        {
            if (addresses[range] != 0)
            {
                HostMemory.Unmap(addresses[range], _ranges[range].vmr_size);
            }
        }
    }

    /// <summary>Makes runners come out, as a host does that needs its processors: their clients find that the VM is gone.</summary>
    public void BeginEnding()
    {
        _isEnding = true;
        for (int id = 0; id < VcpuCount; id++)
        {
            VcpuLocks<ProcessorAtomics>.Post(ref *Memory.Locks, Memory.Locks->Vcpus + id, VcpuRequests.Idle);
        }
    }

    /// <summary>Gives back what the VM holds of the host's memory. Nobody is inside it any more, or it was never published.</summary>
    public void ReleaseResources()
    {
        Backend?.Dispose();
        GuestMemory?.Dispose();
    }

    private byte StateOf(int id) => id < VcpuCount ? _contexts[id].State : vcpu_state.VCPU_STATE_UNKNOWN;
}
