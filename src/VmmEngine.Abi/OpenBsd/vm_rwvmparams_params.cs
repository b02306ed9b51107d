namespace VmmEngine.Abi.OpenBsd;

/// <summary>Argument of VMM_IOC_READVMPARAMS and VMM_IOC_WRITEVMPARAMS, 32 bytes. Sheet sections 3 and 7.7.</summary>
public struct vm_rwvmparams_params
{
    public uint vpp_vm_id;
    public uint vpp_vcpu_id;

    /// <summary>Fields to move; unknown bits are ignored.</summary>
    public uint vpp_mask;

    /// <summary>Guest-physical address of the clock record, 16-byte aligned; bit 0 enables it.</summary>
    public ulong vpp_pvclock_system_gpa;

    public uint vpp_pvclock_version;

    public const uint VM_RWVMPARAMS_PVCLOCK_SYSTEM_GPA = 0x1;
    public const uint VM_RWVMPARAMS_PVCLOCK_VERSION = 0x2;
    public const uint VM_RWVMPARAMS_ALL = VM_RWVMPARAMS_PVCLOCK_SYSTEM_GPA | VM_RWVMPARAMS_PVCLOCK_VERSION;
}
