namespace VmmEngine.Abi.OpenBsd;

/// <summary>Limits of the device. Sheet section 4.</summary>
public static class vmm_limits
{
    public const int VMM_MAX_MEM_RANGES = 16;

    /// <summary>Bytes, NUL included.</summary>
    public const int VMM_MAX_NAME_LEN = 64;

    /// <summary>First guest-physical address no range may reach beyond, in bytes (128 GiB).</summary>
    public const ulong VMM_MAX_VM_MEM_SIZE = 0x2000000000;

    /// <summary>vCPUs of all VMs of the device together.</summary>
    public const int VMM_MAX_VCPUS = 512;

    /// <summary>An array bound only: creation accepts exactly one vCPU a VM.</summary>
    public const int VMM_MAX_VCPUS_PER_VM = 64;

    /// <summary>Not looked at by the driver.</summary>
    public const int VMM_MAX_DISKS_PER_VM = 4;

    /// <summary>Not looked at by the driver.</summary>
    public const int VMM_MAX_NICS_PER_VM = 4;
}
