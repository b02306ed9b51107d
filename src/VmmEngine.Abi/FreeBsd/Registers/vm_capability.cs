namespace VmmEngine.Abi.FreeBsd;

/// <summary>Argument of VM_GET_CAPABILITY and VM_SET_CAPABILITY, 16 bytes. Sheet section 7.</summary>
public struct vm_capability
{
    public int cpuid;

    /// <summary>A value of <see cref="vm_cap_type"/>.</summary>
    public int captype;

    /// <summary>0 or 1.</summary>
    public int capval;

    /// <summary>Ignored: a capability always concerns the one vCPU named.</summary>
    public int allcpus;
}

/// <summary>Capability numbers. Sheet section 7. Outside these EINVAL; known but missing on the host ENOENT.</summary>
public static class vm_cap_type
{
    public const int VM_CAP_HALT_EXIT = 0;
    public const int VM_CAP_MTRAP_EXIT = 1;
    public const int VM_CAP_PAUSE_EXIT = 2;
    public const int VM_CAP_UNRESTRICTED_GUEST = 3;
    public const int VM_CAP_ENABLE_INVPCID = 4;
    public const int VM_CAP_BPT_EXIT = 5;
    public const int VM_CAP_RDPID = 6;
    public const int VM_CAP_RDTSCP = 7;
    public const int VM_CAP_IPI_EXIT = 8;
    public const int VM_CAP_MASK_HWINTR = 9;
    public const int VM_CAP_RFLAGS_TF = 10;

    /// <summary>Count of capability numbers.</summary>
    public const int VM_CAP_MAX = 11;
}
