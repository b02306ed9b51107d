namespace VmmEngine.Abi.FreeBsd;

/// <summary>Argument of VM_MMAP_MEMSEG and VM_MMAP_GETNEXT, 40 bytes. Sheet section 6.2.</summary>
public struct vm_memmap
{
    /// <summary>
    /// First guest-physical address, page aligned. GETNEXT reads it alone, and answers with the mapping of the smallest
    /// start at or above it.
    /// </summary>
    public ulong gpa;

    public int segid;

    /// <summary>Bytes into the segment, page aligned.</summary>
    public long segoff;

    /// <summary>Bytes, page aligned.</summary>
    public ulong len;

    /// <summary>VM_PROT bits of <see cref="vm_memory"/>.</summary>
    public int prot;

    /// <summary>VM_MEMMAP_F bits of <see cref="vm_memory"/>.</summary>
    public int flags;
}
