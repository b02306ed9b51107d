namespace VmmEngine.Abi.FreeBsd;

/// <summary>Argument of VMMCTL_VM_DESTROY, 296 bytes, input only. Sheet section 2.1; the same in all eras.</summary>
public unsafe struct vmmctl_vm_destroy
{
    /// <summary>Bytes up to a NUL; the kernel overwrites byte 229 with NUL.</summary>
    public fixed byte name[vmm_limits.VM_MAX_NAMELEN + 1];

    /// <summary>Every word must be zero, else EINVAL.</summary>
    public fixed int reserved[16];
}
