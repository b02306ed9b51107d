using System.Runtime.CompilerServices;

namespace VmmEngine.Abi.OpenBsd;

/// <summary>A range of guest memory, 32 bytes. Sheet sections 3 and 6.</summary>
public struct vm_mem_range
{
    /// <summary>First guest-physical address, page aligned.</summary>
    public ulong vmr_gpa;

    /// <summary>Address of the backing in the caller, page aligned. Input in the baseline, output in the newer revision.</summary>
    public ulong vmr_va;

    /// <summary>Bytes, a multiple of the page size of 4096, not 0.</summary>
    public ulong vmr_size;

    /// <summary>A value of <see cref="vm_mem_type"/>; every other number counts as memory.</summary>
    public int vmr_type;
}

/// <summary>Room for the ranges of a VM, 512 bytes; a count beside it says how many are valid.</summary>
[InlineArray(vmm_limits.VMM_MAX_MEM_RANGES)]
public struct vm_mem_ranges
{
    private vm_mem_range _first;
}

/// <summary>Kinds of memory ranges. Sheet section 4.</summary>
public static class vm_mem_type
{
    public const int VM_MEM_RAM = 0;
    public const int VM_MEM_RESERVED = 1;

    /// <summary>Accesses leave the guest.</summary>
    public const int VM_MEM_MMIO = 2;
}
