namespace VmmEngine.Abi.OpenBsd;

/// <summary>One VM in the answer of VMM_IOC_INFO, 160 bytes. Sheet sections 3 and 6. All zero for a VM that went meanwhile.</summary>
public unsafe struct vm_info_result
{
    /// <summary>Bytes, MMIO ranges left out.</summary>
    public ulong vir_memory_size;

    /// <summary>Resident bytes.</summary>
    public ulong vir_used_size;

    public ulong vir_ncpus;

    /// <summary>Values of <see cref="vcpu_state"/> by vCPU id; UNKNOWN for absent ones.</summary>
    public fixed byte vir_vcpu_state[vmm_limits.VMM_MAX_VCPUS_PER_VM];

    public int vir_creator_pid;

    /// <summary>From 1 up, never given twice.</summary>
    public uint vir_id;

    /// <summary>NUL-terminated; may be empty, need not be unique.</summary>
    public fixed byte vir_name[vmm_limits.VMM_MAX_NAME_LEN];
}
