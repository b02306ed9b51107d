namespace VmmEngine.Abi.FreeBsd;

/// <summary>Numbers of the memory commands. Sheet sections 6.1 and 6.2, newest era.</summary>
public static class vm_memory
{
    /// <summary>First of the ids meant for system memory, one per guest NUMA domain.</summary>
    public const int VM_SYSMEM = 0;
    public const int VM_BOOTROM = 8;
    public const int VM_FRAMEBUFFER = 9;
    public const int VM_PCIROM = 10;

    /// <summary>System-memory ids, and therefore guest NUMA domains.</summary>
    public const int VM_MAXMEMDOM = 8;
    public const int VM_MAX_MEMSEGS = 11;
    public const int VM_MAX_MEMMAPS = 22;

    /// <summary>Added to a non-zero segment id of a compat command, whose ids 1, 2, 3 are today's 8, 9, 10.</summary>
    public const int COMPAT_SEGID_SHIFT = 7;

    public const int VM_PROT_READ = 0x1;
    public const int VM_PROT_WRITE = 0x2;
    public const int VM_PROT_EXECUTE = 0x4;
    public const int VM_PROT_ALL = VM_PROT_READ | VM_PROT_WRITE | VM_PROT_EXECUTE;

    /// <summary>Pages are present and pinned from the mapping on.</summary>
    public const int VM_MEMMAP_F_WIRED = 0x1;

    /// <summary>Output only: devices reach the mapping, which therefore cannot be removed.</summary>
    public const int VM_MEMMAP_F_IOMMU = 0x2;
}
