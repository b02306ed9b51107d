namespace VmmEngine.Abi.OpenBsd.Newer;

/// <summary>Argument of VMM_IOC_SHAREMEM, 656 bytes. Sheet sections 3 and 6, newer revision.</summary>
public unsafe struct vm_sharemem_params
{
    public uint vsp_vm_id;

    /// <summary>Valid elements of <see cref="vsp_memranges"/>; must be the VM's own count.</summary>
    public ulong vsp_nmemranges;

    /// <summary>The VM's own ranges.</summary>
    public vm_mem_ranges vsp_memranges;

    /// <summary>All 0 on entry; the address chosen for each range comes back.</summary>
    public fixed ulong vsp_va[vmm_limits.VMM_MAX_MEM_RANGES];
}
