namespace VmmEngine.Abi.OpenBsd.Baseline;

/// <summary>Argument of VMM_IOC_SHAREMEM, 528 bytes, input only. Sheet sections 3 and 6, baseline.</summary>
public struct vm_sharemem_params
{
    public uint vsp_vm_id;

    /// <summary>Valid elements of <see cref="vsp_memranges"/>; must be the VM's own count.</summary>
    public ulong vsp_nmemranges;

    /// <summary>The VM's own ranges, each with the caller's address to map it at.</summary>
    public vm_mem_ranges vsp_memranges;
}
