namespace VmmEngine.Abi.OpenBsd;

/// <summary>Argument of VMM_IOC_INFO, 24 bytes. Sheet sections 3 and 6.</summary>
public unsafe struct vm_info_params
{
    /// <summary>Bytes at <see cref="vip_info"/>; comes back as the bytes needed when they were too few.</summary>
    public ulong vip_size;

    /// <summary>Records written; output.</summary>
    public ulong vip_info_ct;

    /// <summary>The caller's array.</summary>
    public vm_info_result* vip_info;
}
