namespace VmmEngine.Abi.Kvm;

/// <summary>Argument of KVM_SET_USER_MEMORY_REGION, 32 bytes. linux/kvm.h.</summary>
public struct kvm_userspace_memory_region
{
    /// <summary>Slot in bits 0-15, address space in bits 16-31.</summary>
    public uint slot;

    public uint flags;

    /// <summary>First guest-physical address, page aligned.</summary>
    public ulong guest_phys_addr;

    /// <summary>Bytes, a multiple of the page size; 0 removes the slot.</summary>
    public ulong memory_size;

    /// <summary>Address of the backing in this process, page aligned.</summary>
    public ulong userspace_addr;

    public const uint KVM_MEM_LOG_DIRTY_PAGES = 0x1;
    public const uint KVM_MEM_READONLY = 0x2;
}
