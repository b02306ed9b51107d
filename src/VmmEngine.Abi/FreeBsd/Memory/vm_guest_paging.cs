namespace VmmEngine.Abi.FreeBsd;

/// <summary>What a walk of guest page tables needs to know, 24 bytes. Sheet section 5.3.</summary>
public struct vm_guest_paging
{
    public ulong cr3;

    /// <summary>0 to 3.</summary>
    public int cpl;

    /// <summary>A value of <see cref="vm_cpu_mode"/>.</summary>
    public int cpu_mode;

    /// <summary>A value of <see cref="vm_paging_mode"/>.</summary>
    public int paging_mode;
}

/// <summary>Operating modes of a vCPU. Sheet section 5.3.</summary>
public static class vm_cpu_mode
{
    public const int CPU_MODE_REAL = 0;
    public const int CPU_MODE_PROTECTED = 1;
    public const int CPU_MODE_COMPATIBILITY = 2;
    public const int CPU_MODE_64BIT = 3;
}

/// <summary>Paging modes of a vCPU. Sheet section 5.3.</summary>
public static class vm_paging_mode
{
    /// <summary>No paging: linear is physical.</summary>
    public const int PAGING_MODE_FLAT = 0;
    public const int PAGING_MODE_32 = 1;
    public const int PAGING_MODE_PAE = 2;
    public const int PAGING_MODE_64 = 3;
    public const int PAGING_MODE_64_LA57 = 4;
}
