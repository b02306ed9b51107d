namespace VmmEngine.Abi.OpenBsd.Baseline;

/// <summary>Argument of VMM_IOC_CREATE, 600 bytes. Sheet sections 3 and 6, baseline.</summary>
public unsafe struct vm_create_params
{
    /// <summary>Valid elements of <see cref="vcp_memranges"/>, 1 to 16.</summary>
    public ulong vcp_nmemranges;

    /// <summary>Exactly 1.</summary>
    public ulong vcp_ncpus;

    /// <summary>Ascending, without overlap.</summary>
    public vm_mem_ranges vcp_memranges;

    /// <summary>Cut to 63 bytes; may be empty, need not be unique.</summary>
    public fixed byte vcp_name[vmm_limits.VMM_MAX_NAME_LEN];

    /// <summary>Output: from 1 up, never given twice.</summary>
    public uint vcp_id;
}
