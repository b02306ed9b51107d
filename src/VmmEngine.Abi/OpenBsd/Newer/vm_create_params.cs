namespace VmmEngine.Abi.OpenBsd.Newer;

/// <summary>Argument of VMM_IOC_CREATE, 2656 bytes. Sheet sections 3 and 6, newer revision.</summary>
public unsafe struct vm_create_params
{
    /// <summary>Valid elements of <see cref="vcp_memranges"/>, 1 to 16.</summary>
    public ulong vcp_nmemranges;

    /// <summary>Exactly 1.</summary>
    public ulong vcp_ncpus;

    /// <summary>Ascending, without overlap; the addresses of the backing come back in them.</summary>
    public vm_mem_ranges vcp_memranges;

    /// <summary>Cut to 63 bytes; may be empty, need not be unique.</summary>
    public fixed byte vcp_name[vmm_limits.VMM_MAX_NAME_LEN];

    /// <summary>Not 0 asks for encrypted guest memory.</summary>
    public int vcp_sev;

    /// <summary>Not 0 asks for encrypted guest registers.</summary>
    public int vcp_seves;

    /// <summary>Output: from 1 up, never given twice.</summary>
    public uint vcp_id;

    /// <summary>Position of the encryption bit in a page-table entry; output.</summary>
    public uint vcp_poscbit;

    /// <summary>Address-space ids by vCPU id; output.</summary>
    public fixed uint vcp_asid[vmm_limits.VMM_MAX_VCPUS];
}
